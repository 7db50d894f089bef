"""The results that screens and commands show, computed from a snapshot or a history."""
