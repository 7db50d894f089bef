"""What training reports about itself: its acts, accuracies and the view of one update."""
