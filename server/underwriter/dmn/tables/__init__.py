"""Knows decision tables (DMN 1.5, chapter 8): reads their grids, checks them, and writes them as scans or searches."""
