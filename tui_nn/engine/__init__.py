"""Engines: an engine runs a session, in a child process or in this one. It takes commands and returns messages."""
