"""The configuration: its types (`settings`) and how a file becomes them (`load`)."""
