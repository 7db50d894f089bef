"""The draw view: a person draws a picture by hand, and sees what the network predicts for it."""
