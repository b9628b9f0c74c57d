"""JSON Schemas of all kinds of files that authors write, and the line by which a file names its own."""
