"""The features: one folder each, all of the same shape. They know nothing of each other; they meet in the store."""
