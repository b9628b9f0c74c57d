"""The archives' tests work on the same signed log as those of the verification."""

from ..verification.conftest import fill, log, signing_key, written_rows

__all__ = ["fill", "log", "signing_key", "written_rows"]
