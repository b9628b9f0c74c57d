"""Looks for applications that show something, by running policies on values near those that they test."""
