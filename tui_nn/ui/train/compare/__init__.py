"""The compare view of Train: several runs on one chart and in one table, and sentences that compare two of the runs."""
