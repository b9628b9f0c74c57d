"""Knows how to read FEEL: text to tokens to trees, and what is wrong with a text. The grammar stands in grammar.md."""
