"""Knows the types of FEEL: what every name and expression is, and all mistakes in names, types and calls."""
