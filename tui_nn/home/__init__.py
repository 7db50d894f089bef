"""The app at home on a machine: the preferences of its user in config.toml, and what it remembers between two starts."""
