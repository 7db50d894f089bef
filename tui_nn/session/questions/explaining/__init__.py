"""Explanations of values: the meaning of a value, its formula with the numbers of the run, and the lesson that teaches it."""
