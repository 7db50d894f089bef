"""The settings that the app keeps on a machine: the preferences of its user in config.toml, and what it remembers
between two starts.
"""
