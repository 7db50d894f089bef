"""The confusion view: which digit is read as which."""
