"""What may stand where in each kind of file that authors write: the loaders' own shapes, and what their values are."""
