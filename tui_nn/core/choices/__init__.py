"""Tables to choose from: initializers, schedules, regularization and augmentation."""
