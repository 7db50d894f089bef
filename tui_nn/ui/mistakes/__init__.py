"""The Mistakes pane: the test digits that the network misreads, in eight views."""
