"""The settings of a network and its training, and the two configs that consist of them."""
