"""Knows boxed expressions (DMN 1.5, 7.3 and 10.2.1): checks them and writes them as Python statements."""
