"""Settings beside the network and the optimizer: start weights, schedules, dropout, augmentation and edits by hand."""
