"""What can be chosen before training: settings, and the two configs made of them."""
