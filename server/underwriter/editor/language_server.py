"""The language server: tells editors what is wrong, what may be written, what stands there, and where it comes from."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from underwriter.decisioning.models import load_models
from underwriter.editor.chosen_test import CannotShow, ChosenTest, choose_test
from underwriter.editor.file_findings import file_findings
from underwriter.editor.folder_checks import CannotCheck, FolderChecks
from underwriter.editor.policy_checks import PolicyChecks
from underwriter.editor.protocol import SOURCE, Columns, diagnostic
from underwriter.editor.question import Question, question_at
from underwriter.editor.rules_folder import Rules, RulesFolder
from underwriter.feel.diagnostics import Diagnostic, Severity

TYPING_SECONDS = 0.02
"""How long a text must rest before its file is checked."""
PAUSE_SECONDS = 0.3
"""How long it must rest before the whole folder is."""
_PAGES = Path("docs/findings")
_log = logging.getLogger(__name__)


class RulesLanguageServer(LanguageServer):
    """A server for one rules folder. What takes longer than an editor waits runs in a thread, or in another process."""

    def __init__(self, rules: Path, models: Path, version: str) -> None:
        super().__init__(SOURCE, version, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self._wanted = (rules, models)
        self._worker = ThreadPoolExecutor(1, "checks")
        self._waiter = ThreadPoolExecutor(1, "folder-checks")
        self._check: asyncio.Task[None] | None = None
        self._shown: dict[str | Path, Sequence[Diagnostic]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.chosen: ChosenTest | None = None
        self.locate(Path.cwd())

    def locate(self, root: Path) -> None:
        """Find the folders of rules and models below the editor's root; before anything else is asked."""
        rules, models = ((root / one if (root / one).is_dir() else one) for one in self._wanted)
        self.folder = RulesFolder(rules)
        self._models = models
        self._folder_checks = FolderChecks(models)
        self._pages = rules.resolve().parent / _PAGES
        self.checks = PolicyChecks({}, models)

    @property
    def encoding(self) -> str:
        """What the protocol's columns count."""
        return str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding) or "utf-16")

    def path_of(self, uri: str) -> str | None:
        """Return the path of a file below the rules folder, None if it stands elsewhere."""
        file = to_fs_path(uri)
        return self.folder.path_of(Path(file)) if file else None

    def uri_of(self, path: str | Path) -> str:
        """Return the URI of a file, by its path below the rules folder or as it is."""
        return (path if isinstance(path, Path) else self.folder.folder / path).resolve().as_uri()

    def text_of(self, path: str) -> str:
        """Return a file's text as it is now."""
        text = self.folder.open_texts.get(path)
        return self.folder.rules.texts.get(path, "") if text is None else text

    def columns_of(self, path: str) -> Columns:
        """Return how to convert the columns of a file."""
        return Columns(self.text_of(path), self.encoding)

    def question(self, uri: str, place: types.Position) -> Question | None:
        """Return the question about a position of a file, None where there is nothing to ask about."""
        path = self.path_of(uri)
        if path is None:
            return None
        position = self.columns_of(path).position(place)
        return question_at(self.folder.rules, self.checks, self.chosen, path, self.text_of(path), position)

    def begin(self) -> None:
        """Read the folder and its models, and check all."""
        self._run(self._begin())

    def opened(self, uri: str, text: str) -> None:
        """Take over a file's text, and check it."""
        path = self.path_of(uri)
        if path is not None:
            self.folder.open_texts[path] = text
            self._check_soon(path)

    def closed(self, uri: str) -> None:
        """Go back to a file's text on disk."""
        path = self.path_of(uri)
        if path is not None and self.folder.open_texts.pop(path, None) is not None:
            self._check_soon(path)

    def saved(self) -> None:
        """Read the folder again: other files may have changed with the one that was saved."""
        self._check_soon(None)

    async def choose(self, path: str, name: str) -> str:
        """Show the values of a test from now on, or of none if they are shown already; return what to tell of it."""
        if self.chosen is not None and (self.chosen.path, self.chosen.name) == (path, name):
            self.chosen = None
            return "No test's values are shown any more."
        loop = asyncio.get_running_loop()
        try:
            rules = await loop.run_in_executor(self._worker, self.folder.put_open_texts)
            self.chosen = await loop.run_in_executor(self._worker, choose_test, rules, self.checks, path, name)
        except CannotShow as reason:
            return f"The values of '{name}' can't be shown: {reason}"
        return f"Hovers in the rules show the values of '{name}' ({self.chosen.outcome})."

    def close(self) -> None:
        """End what runs beside the server."""
        self._folder_checks.close()
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._waiter.shutdown(wait=False, cancel_futures=True)

    async def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        models, _ = await loop.run_in_executor(self._worker, load_models, self._models)
        self.checks = PolicyChecks(models, self._models)
        await loop.run_in_executor(self._worker, self.folder.refresh)
        await self._check_policies(self.folder.as_saved())  # what is open may be broken, and names are needed at once
        self._check_soon(None)

    async def _check_policies(self, rules: Rules) -> None:
        """Check the policies that have changed, so that their names and types are known."""
        for policy in rules.closures:
            await asyncio.get_running_loop().run_in_executor(self._worker, self.checks.check, rules, policy)

    def _check_soon(self, path: str | None) -> None:
        """Check a file, or all that there are, when nothing has changed for a moment; what was to be checked is not."""
        if self._check is not None:
            self._check.cancel()
        self._check = self._run(self._check_now(path))

    async def _check_now(self, path: str | None) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(TYPING_SECONDS)
        if path is not None:
            self.publish(path, await loop.run_in_executor(self._worker, self._file_findings, path))
        await asyncio.sleep(PAUSE_SECONDS if path is not None else 0)
        rules = await loop.run_in_executor(self._worker, self.folder.refresh)
        try:
            found = await loop.run_in_executor(self._waiter, self._folder_checks.check, rules.files.texts)
        except CannotCheck as reason:
            _log.warning("%s", reason)
            return
        tests = [name for name in self.folder.open_texts if name not in rules.files.texts and name in rules.texts]
        for test in tests:
            found += await loop.run_in_executor(self._worker, file_findings, rules, self.checks, test)
        self._publish_all(found)
        await self._check_policies(rules)

    def _file_findings(self, path: str) -> list[Diagnostic]:
        """Return the findings on a file, and the warnings shown on it whose lines are as they were.

        Most warnings come with the check of the whole folder only; they would come and go with every key.
        """
        rules = self.folder.put_open_texts()
        found = file_findings(rules, self.checks, path)
        lines = rules.texts.get(path, "").split("\n")
        known = {(finding.code, finding.position) for finding in found}
        shown = [one for one in self._shown.get(path, ()) if one.severity is Severity.WARNING]
        kept = [one for one in shown if lines[one.position.line : one.position.line + 1] == [_line_of(one)]]
        return [*found, *(one for one in kept if (one.code, one.position) not in known)]

    def _publish_all(self, findings: Sequence[Diagnostic]) -> None:
        by_file: dict[str | Path, list[Diagnostic]] = {path: [] for path, shown in self._shown.items() if shown}
        for finding in findings:
            name = finding.source.name  # of a model it is the path of its folder
            by_file.setdefault(name if name in self.folder.rules.texts else Path(name), []).append(finding)
        for file, found in by_file.items():
            self.publish(file, found)

    def publish(self, path: str | Path, findings: Sequence[Diagnostic]) -> None:
        """Show the findings on a file in place of those that were shown."""
        columns = self.columns_of(path) if isinstance(path, str) else Columns("", self.encoding)
        shown = [diagnostic(finding, columns, self.folder.folder, self._pages) for finding in findings]
        uri = self.uri_of(path)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, shown))
        self._shown[path] = findings

    def _run(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("a check has failed", exc_info=error)


def _line_of(finding: Diagnostic) -> str:
    return finding.source.line(finding.position.line)
