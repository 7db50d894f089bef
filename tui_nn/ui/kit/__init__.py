"""What several panes draw with: digits, plots, maps, the bases of panes and views, and work in the background."""
