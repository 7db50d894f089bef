"""The frame around the panes: app, main screen, tabs, status line, footer, palette, help and dialogs."""
