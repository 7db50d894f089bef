"""The microscope: one update, step by step."""
