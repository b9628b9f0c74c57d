"""The language server: tells editors what is wrong, what may be written, what stands there, and where it comes from."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from underwriter.decisioning.desk import surroundings_of
from underwriter.editor.chosen_test import CannotShow, ChosenTest, choose_test
from underwriter.editor.file_checks import FileChecks
from underwriter.editor.folder_checks import CannotCheck, FolderChecks
from underwriter.editor.known import Known
from underwriter.editor.process_beside import ProcessEnded
from underwriter.editor.progress import Progress
from underwriter.editor.protocol import SOURCE, Columns, diagnostic
from underwriter.editor.question import Question, question_at
from underwriter.editor.rules_folder import Rules, RulesFolder
from underwriter.feel.diagnostics import Diagnostic, Severity

PAUSE_SECONDS = 0.3
"""How long a text must rest before the whole folder is checked; its own file is at once."""
_PAGES = Path("docs/findings")
_log = logging.getLogger(__name__)


class RulesLanguageServer(LanguageServer):
    """A server for one rules folder. It answers questions by what is known; to find out more is others' work.

    Files are read and checked in one process, the whole folder in another. A thread waits for each of the two.
    """

    def __init__(self, rules: Path, models: Path, version: str) -> None:
        super().__init__(SOURCE, version, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self._wanted = (rules, models)
        self._file_waiter = ThreadPoolExecutor(1, "file-checks")
        self._folder_waiter = ThreadPoolExecutor(1, "folder-checks")
        self._progress = Progress(self, "Checking the rules")
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
        self._file_checks = FileChecks(models)
        self._folder_checks = FolderChecks(models)
        self._pages = rules.resolve().parent / _PAGES
        self.known = Known(surroundings_of({}).environment.functions, models, {}, {})

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
        return self.folder.rules.texts.get(path, "")

    def columns_of(self, path: str) -> Columns:
        """Return how to convert the columns of a file."""
        return Columns(self.text_of(path), self.encoding)

    def question(self, uri: str, place: types.Position) -> Question | None:
        """Return the question about a position of a file, None where there is nothing to ask about."""
        path = self.path_of(uri)
        if path is None:
            return None
        position = self.columns_of(path).position(place)
        return question_at(self.folder.rules, self.known, self.chosen, path, self.text_of(path), position)

    def begin(self) -> None:
        """Read the folder, and check all."""
        saved = self.folder.read()
        self._run(self._progress.begin())
        self._run(self._check_policies(saved))
        self._check_soon(None)

    def opened(self, uri: str, text: str) -> None:
        """Take over a file's text, and check it."""
        path = self.path_of(uri)
        if path is not None:
            self.folder.open(path, text)
            self._check_soon(path)

    def closed(self, uri: str) -> None:
        """Go back to a file's text on disk."""
        path = self.path_of(uri)
        if path is not None and path in self.folder.open_texts:
            self.folder.close(path)
            self._check_soon(path)

    def saved(self, uri: str) -> None:
        """Check a file, and read the folder again: other files may have changed with the one that was saved."""
        self._check_soon(self.path_of(uri))

    def changed_on_disk(self) -> None:
        """Read the folder again."""
        self._check_soon(None)

    async def choose(self, path: str, name: str) -> str:
        """Show the values of a test from now on, or of none if they are shown already; return what to tell of it."""
        if self.chosen is not None and (self.chosen.path, self.chosen.name) == (path, name):
            self.chosen = None
            return "No test's values are shown any more."
        try:
            self.chosen = await asyncio.to_thread(choose_test, self.folder.rules, self._models, path, name)
        except CannotShow as reason:
            return f"The values of '{name}' can't be shown: {reason}"
        return f"Hovers in the rules show the values of '{name}' ({self.chosen.outcome})."

    def close(self) -> None:
        """End what runs beside the server."""
        for task in self._tasks:
            task.cancel()
        self._file_checks.close()
        self._folder_checks.close()
        self._file_waiter.shutdown(wait=False, cancel_futures=True)
        self._folder_waiter.shutdown(wait=False, cancel_futures=True)

    async def _check_policies(self, saved: Rules) -> None:
        """Check the policies as they are on disk, so that their names are known; what is open may be broken."""
        policies = saved.files.policies()
        for number, policy in enumerate(policies):
            self._progress.report(policy, number, len(policies))
            await self._file_check(saved, policy)
        await self._check_open_files()

    async def _check_open_files(self) -> list[Diagnostic]:
        """Check what editors ask about now, so that its names are known; return the findings on open tests."""
        found: list[Diagnostic] = []
        for path in (*self.folder.open_texts, *([self.chosen.policy] if self.chosen else [])):
            on_file = await self._file_check(self.folder.rules, path)
            found += on_file if path not in self.folder.rules.files.texts else []
        return found

    def _check_soon(self, path: str | None) -> None:
        """Check a file, or all that there are if none is named, in place of what was to be checked."""
        if self._check is not None:
            self._check.cancel()
        self._check = self._run(self._check_now(path))

    async def _check_now(self, path: str | None) -> None:
        if path is not None:
            found = await self._file_check(self.folder.rules, path)
            self.publish(path, [*found, *self._warnings_that_stay(path, found)])
            await asyncio.sleep(PAUSE_SECONDS)
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._folder_waiter, self._whole_check)
        except (CannotCheck, ProcessEnded) as reason:
            _log.warning("%s", reason)
        else:
            self._publish_all([*found, *await self._check_open_files()])
        self._progress.end()

    async def _file_check(self, rules: Rules, path: str) -> list[Diagnostic]:
        """Return the findings on a file. The checks are made in order; one that nobody waits for any more is not."""
        return await asyncio.get_running_loop().run_in_executor(self._file_waiter, self._checked, rules, path)

    def _checked(self, rules: Rules, path: str) -> list[Diagnostic]:
        check = self._file_checks.check(rules.texts, path)
        self.folder.learn(check.declared)
        self.known = replace(self.known, models=check.models, types={**self.known.types, **check.types})
        return check.findings

    def _whole_check(self) -> list[Diagnostic]:
        self.folder.read()
        return self._folder_checks.check(self.folder.rules.files.texts)

    def _warnings_that_stay(self, path: str, found: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Return the warnings shown on a file whose lines are as they were, but for those that were found again.

        Most warnings come with the check of the whole folder only; they would come and go with every key.
        """
        lines = self.text_of(path).split("\n")
        known = {(finding.code, finding.position) for finding in found}
        shown = [one for one in self._shown.get(path, ()) if one.severity is Severity.WARNING]
        kept = [one for one in shown if lines[one.position.line : one.position.line + 1] == [_line_of(one)]]
        return [one for one in kept if (one.code, one.position) not in known]

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
