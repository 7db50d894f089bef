"""Questions about arrays and networks. Nothing here trains."""
