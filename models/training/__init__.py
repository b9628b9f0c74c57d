"""Knows how to train a monotone model of single features and pairs, to measure it, and to write its folder."""
