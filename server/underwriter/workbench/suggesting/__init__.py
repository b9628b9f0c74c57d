"""Looks for inputs that reach what no test reaches."""
