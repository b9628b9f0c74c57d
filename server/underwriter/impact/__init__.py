"""Tells what other rules would have made of recorded decisions, as a table and as a report with plots."""
