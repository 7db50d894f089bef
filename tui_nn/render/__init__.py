"""Functions that turn arrays and numbers into text. They do not depend on the screen."""
