"""Runs the tests that stand beside the rules, and tells what they do not reach."""
