"""Tells of a trouble that is met again and again when it begins, when it becomes another, and when it is over."""

import structlog


class TroubleLog:
    """The troubles of one task. `over` is the line that tells of their end."""

    def __init__(self, over: str) -> None:
        self._over = over
        self._trouble: tuple[str, object] | None = None
        self._log = structlog.get_logger()

    def met(self, trouble: str, *, level: str = "warning", **details: object) -> None:
        """Log a trouble, unless it is the one of the time before: that with the same text and first detail."""
        found = (trouble, next(iter(details.values()), None))
        if found != self._trouble:
            getattr(self._log, level)(trouble, **details)
        self._trouble = found

    def none_met(self) -> None:
        """Log that it is over, if there was any."""
        if self._trouble is not None:
            self._log.info(self._over)
        self._trouble = None
