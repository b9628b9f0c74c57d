"""Knows whole DMN models: links their files, checks and compiles them, and evaluates their decisions and services."""
