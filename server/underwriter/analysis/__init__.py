"""Finds what is wrong with rules that run: gaps, overlaps, what never happens, what may pass a cap. Proves it by example."""
