"""Serves editors: findings as authors type, completion, hover, definitions, formatting; and JSON Schemas."""
