"""What happens to accounts: the kinds of events, and of the keys that hold them together; it knows messages only."""
