"""The confusion view: which class is predicted for which."""
