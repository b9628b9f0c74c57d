"""Finds what is wrong with rules that run: gaps, overlaps, what never happens, what may pass a cap; with examples."""
