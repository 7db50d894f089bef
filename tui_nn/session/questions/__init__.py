"""Questions that the screens and commands ask about a snapshot or a history."""
