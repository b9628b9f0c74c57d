"""What would come of the rules folder, or of files over it, if they came into force: for clients that want to know."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from underwriter.decisioning import Desk, RulesRefused
from underwriter.policy import RuleFiles, read_rule_files
from underwriter.service.errors import ReloadRefused
from underwriter.service.processes.reports import RulesInForce, Verdict
from underwriter.service.processes.supervisor_line import SupervisorLine
from underwriter.service.reload.loaded_rules import LoadedRules, load_rules
from underwriter.service.reload.rules_file import read_verdict, write_rules_file
from underwriter.service.reload.stepping_back import stepping_back


class Tried(NamedTuple):
    """Rule files, and what was found in them."""

    files: RuleFiles
    verdict: Verdict


class FolderTrials:
    """Has rule files checked and tested as a reload does it, in a process beside the workers. Nothing is taken up."""

    def __init__(self, line: SupervisorLine, rules: Path, models: Path) -> None:
        self._line = line
        self._rules = rules
        self._models = models

    async def try_out(self, over: Mapping[str, str] = MappingProxyType({}), *, with_tests: bool) -> Tried:
        """Return the verdict on the rules folder, with files (text by path) that stand over its own.

        Raises ReloadRefused if there is none, such as when the folder can't be read, and Draining.
        """
        try:
            files = (await asyncio.to_thread(read_rule_files, self._rules)).with_files(over)
            verdict = await self._verdict_on(files, with_tests=with_tests)
        except UnicodeDecodeError as error:
            raise ReloadRefused(f"a rule file is not UTF-8: {error.reason}") from None
        except OSError as error:
            raise ReloadRefused(str(error)) from error
        if verdict.problem:
            raise ReloadRefused(verdict.problem)
        return Tried(files, verdict)

    async def made_ready(self, tried: Tried, before: Desk) -> Desk:
        """Return the desk of files without errors; what is the same as on a desk `before` is taken over.

        Raises ReloadRefused if the models have changed since.
        """
        try:
            loaded = await asyncio.to_thread(self._loaded, tried.files, before)
        except RulesRefused:
            loaded = None
        if loaded is None or loaded.versions != tried.verdict.versions:
            raise ReloadRefused("the models have changed since the rules were checked")
        return loaded.desk

    async def _verdict_on(self, files: RuleFiles, *, with_tests: bool) -> Verdict:
        with tempfile.TemporaryDirectory(prefix="underwriter-trial-") as folder:
            file = Path(folder) / "rules.json"
            await asyncio.to_thread(write_rules_file, files, file)
            tried_out = await self._line.try_out(file, with_tests=with_tests)
            return Verdict(problem=tried_out.problem) if tried_out.problem else read_verdict(file)

    def _loaded(self, files: RuleFiles, before: Desk) -> LoadedRules:
        with stepping_back():
            return load_rules(RulesInForce(files), self._models, before)
