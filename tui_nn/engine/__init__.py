"""Engines: an engine runs a training session, in a child process or in the caller's process.

It takes commands and returns messages.
"""
