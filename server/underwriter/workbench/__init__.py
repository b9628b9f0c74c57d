"""What rule authors do with a rules folder: check all of it, cover it with tests, try it, compare it with another."""
