"""Fast training that can pause and be repeated: buffers, chunks, threads and batch identities.

These files contain no formulas.
"""
