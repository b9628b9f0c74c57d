"""Shows in the editor how far something long is, where the editor can show it."""

import uuid
from contextlib import suppress

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

_ALL = 100


class Progress:
    """The progress of one thing. Nothing waits for the editor: what it has not agreed to yet is not shown."""

    def __init__(self, server: LanguageServer, title: str) -> None:
        self._server, self._title = server, title
        self._token = str(uuid.uuid4())
        self._is_shown = False
        self._is_over = False

    async def begin(self) -> None:
        """Begin, when the editor agrees."""
        window = self._server.client_capabilities.window
        if window is None or not window.work_done_progress:
            return
        with suppress(JsonRpcException):
            await self._server.work_done_progress.create_async(self._token)
            self._is_shown = not self._is_over
        if self._is_shown:
            beginning = types.WorkDoneProgressBegin(self._title, cancellable=False, percentage=0)
            self._server.work_done_progress.begin(self._token, beginning)

    def report(self, message: str, done: int, of: int) -> None:
        """Tell what is being done, and how much is done."""
        if self._is_shown:
            told = types.WorkDoneProgressReport(message=message, percentage=_ALL * done // of)
            self._server.work_done_progress.report(self._token, told)

    def end(self) -> None:
        """Tell that it is done; once is enough."""
        if self._is_shown:
            self._server.work_done_progress.end(self._token, types.WorkDoneProgressEnd())
        self._is_shown, self._is_over = False, True
