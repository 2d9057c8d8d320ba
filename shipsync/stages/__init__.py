"""The stages of a run, in order: resume, observe, plan, seal, apply. Each leaves the state file true."""
