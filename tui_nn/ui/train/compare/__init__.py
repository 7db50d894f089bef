"""The compare view of Train: several runs on one chart, in one table, and two of them in words."""
