"""What a run says: the document, the exit code, and tables for people."""
