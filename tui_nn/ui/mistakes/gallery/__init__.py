"""The gallery view: many misread digits at once."""
