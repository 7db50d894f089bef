"""Where a session lives while something watches it: in this process, or in a child of it."""
