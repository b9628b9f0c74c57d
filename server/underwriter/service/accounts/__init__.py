"""Accounts as clients see them: events in, figures and alerts out, reviews of lines."""
