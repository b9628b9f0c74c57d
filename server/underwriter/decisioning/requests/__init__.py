"""Reads what comes in: applications from files and messages, checked field by field, bound to FEEL values."""
