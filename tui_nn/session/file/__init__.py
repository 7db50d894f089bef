"""Run files: one format, and one reader that trusts nothing it reads."""
