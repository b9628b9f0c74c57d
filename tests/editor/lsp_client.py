"""A client of the language server protocol, written from its specification: what an editor does, over pipes."""

import json
import queue
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Message = dict[str, Any]
PATIENCE_SECONDS = 120


class LspClient:
    """Starts the server as a process, sends requests and notifications, and keeps what it tells by itself."""

    def __init__(self, command: list[str], root: Path, environment: dict[str, str]) -> None:
        self.root = root
        self.notifications: queue.Queue[Message] = queue.Queue()
        self._answers: dict[int, queue.Queue[Message]] = {}
        self._number = 0
        self._process = subprocess.Popen(
            command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def initialise(self, encodings: list[str] | None = None) -> Message:
        """Do as editors do at first; return what the server can do."""
        general = {"general": {"positionEncodings": encodings}} if encodings else {}
        capabilities = {
            "workspace": {"codeLens": {"refreshSupport": True}},
            "window": {"workDoneProgress": True},
            **general,
        }
        answer = self.request(
            "initialize", {"processId": None, "rootUri": self.root.as_uri(), "capabilities": capabilities}
        )
        self.notify("initialized", {})
        result: Message = answer["result"]
        return result

    def send(self, method: str, params: Any) -> int:
        """Send a request; return its number."""
        self._number += 1
        self._answers[self._number] = queue.Queue()
        self._write({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        return self._number

    def answer(self, number: int) -> Message:
        """Return the answer to a request."""
        return self._answers[number].get(timeout=PATIENCE_SECONDS)

    def request(self, method: str, params: Any) -> Message:
        """Send a request and return its answer."""
        return self.answer(self.send(method, params))

    def notify(self, method: str, params: Any) -> None:
        """Tell the server something that it does not answer."""
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def uri(self, path: str) -> str:
        """Return the URI of a file below the root."""
        return (self.root / path).as_uri()

    def open(self, path: str, text: str | None = None) -> None:
        """Open a file, with its text on disk or another one."""
        written = (self.root / path).read_text("utf-8") if text is None else text
        document = {"uri": self.uri(path), "languageId": "yaml", "version": 1, "text": written}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, path: str, text: str, version: int = 2) -> None:
        """Change the whole text of an open file."""
        document = {"uri": self.uri(path), "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def at(self, path: str, line: int, character: int) -> Message:
        """Return the parameters of a question about a position."""
        return {"textDocument": {"uri": self.uri(path)}, "position": {"line": line, "character": character}}

    def told(self, method: str, fits: Callable[[Any], bool] = lambda _: True) -> Any:
        """Wait for a notification that fits; return its parameters. Others are passed over."""
        while True:
            message = self.notifications.get(timeout=PATIENCE_SECONDS)
            if message["method"] == method and fits(message.get("params")):
                return message.get("params")

    def findings(self, path: str, fits: Callable[[list[Message]], bool]) -> list[Message]:
        """Wait until the findings shown on a file fit, and return them."""
        uri = self.uri(path)
        shown: list[Message] = self.told(
            "textDocument/publishDiagnostics", lambda params: params["uri"] == uri and fits(params["diagnostics"])
        )["diagnostics"]
        return shown

    def progress(self) -> list[Message]:
        """Wait until the server has told the end of what it shows the progress of; return all that it told."""
        shown: list[Message] = []
        while not shown or shown[-1]["kind"] != "end":
            shown.append(self.told("$/progress")["value"])
        return shown

    def end(self) -> int:
        """Shut the server down as editors do; return its exit code."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self._process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._reader.join(PATIENCE_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _write(self, message: Message) -> None:
        body = json.dumps(message, ensure_ascii=False).encode()
        pipe = self._process.stdin
        assert pipe is not None
        pipe.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        pipe.flush()

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        while header := pipe.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                header = pipe.readline()
            self._take(json.loads(pipe.read(length)))

    def _take(self, message: Message) -> None:
        if "method" not in message:
            self._answers[message["id"]].put(message)
            return
        self.notifications.put(message)
        if "id" in message:
            self._write({"jsonrpc": "2.0", "id": message["id"], "result": None})
