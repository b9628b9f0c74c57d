"""What keeps a file from being read or written, as text."""


def file_fault(error: Exception) -> str:
    """Return what is wrong, with the file where the error names it, and without what only a programmer asks for."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return f"not UTF-8: {error.reason}" if isinstance(error, UnicodeDecodeError) else str(error)
