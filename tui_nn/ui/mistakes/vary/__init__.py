"""The vary view: change one picture, and measure the accuracy on changed pictures."""
