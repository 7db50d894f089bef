"""Explanations of values: what a value is, its formula with the numbers of the run, and the lesson that teaches it."""
