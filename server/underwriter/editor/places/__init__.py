"""What stands at a place in a text that may be half typed: the keys above it, and the names of a formula at it."""
