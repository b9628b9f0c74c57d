"""What editors know of rule files: JSON Schemas, a language server, and the layout of tables."""
