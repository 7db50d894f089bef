"""Engines: they run a session, in this process or in a child process, and exchange commands and messages with it."""
