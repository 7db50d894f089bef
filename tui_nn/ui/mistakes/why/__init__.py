"""The why view: which pixels and units led to a prediction."""
