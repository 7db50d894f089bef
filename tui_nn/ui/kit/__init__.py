"""Parts that several panes use: pictures, plots, maps, the base classes of panes and views, and work on threads."""
