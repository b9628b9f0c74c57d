"""DMN models, boxed expressions, decision tables and graphs: read, checked and turned into code (DMN 1.5)."""
