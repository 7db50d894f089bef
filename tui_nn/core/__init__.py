"""The mathematics, in NumPy alone: what a network is, how it answers and how it learns."""
