"""HTTP as this program needs it: one attempt with a verdict, retries for reads, budgets, tokens."""
