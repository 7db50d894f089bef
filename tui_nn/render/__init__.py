"""Arrays and numbers as text: plain functions that know no screen."""
