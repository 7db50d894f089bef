"""Start weights, schedules, dropout, augmentation, random numbers, the scaling of pixels, and edits by hand."""
