"""Knows the regular expressions of XPath and XQuery Functions 3.1, and runs them in bounded time and memory."""

from underwriter.feel.regular_expressions.searches import is_match, replaced, split

__all__ = ["is_match", "replaced", "split"]
