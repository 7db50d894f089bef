pytest_plugins = ["tui_nn.testing"]
