"""Sweeps: many runs with different settings and seeds, trained by the workers of an executor."""
