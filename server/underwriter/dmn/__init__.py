"""DMN decision tables and decision graphs: read, checked and turned into code (DMN 1.5)."""
