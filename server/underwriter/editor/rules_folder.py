"""A rules folder as an editor sees it: the texts on disk, and over them those that are open and not saved yet."""

import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from underwriter.decisioning.rule_tests.files import TEST_FOLDER
from underwriter.editor.declarations import NOTHING, Declaration, Declared
from underwriter.policy.rule_files import YAML_ENDINGS, RuleFiles, read_rule_files


@dataclass(frozen=True)
class Rules:
    """The texts of a rules folder at one moment, tests among them, by their paths below it, and what they declare.

    What a file declares that can't be read now is what it declared when it could be read last.
    """

    texts: Mapping[str, str]
    declared: Mapping[str, Declared]

    @cached_property
    def files(self) -> RuleFiles:
        """The rule files, without tests. They are shown by their paths below the folder."""
        return RuleFiles({path: text for path, text in self.texts.items() if not is_test(path)})

    @cached_property
    def closures(self) -> Mapping[str, tuple[str, ...]]:
        """The files of each policy, by the policy's path: its own, and all that it includes or reads tables from."""
        return {path: self._closure(path) for path in self.files.policies()}

    def policies_with(self, path: str) -> list[str]:
        """Return the policies that a file belongs to: one of its own folder first, then those of fewest files.

        A test file belongs to the policy that it tests.
        """
        folder = PurePosixPath(path).parent
        beside = (folder.parent if folder.name == TEST_FOLDER else folder) / "policy.yaml"
        found = [policy for policy, files in self.closures.items() if path in files or policy == beside.as_posix()]
        return sorted(found, key=lambda policy: (policy != beside.as_posix(), len(self.closures.get(policy, ()))))

    def declarations_of(self, policy: str) -> Iterator[Declaration]:
        """Yield what the files of a policy declare."""
        for path in self.closures.get(policy, ()):
            yield from self.declared.get(path, NOTHING).declarations

    def all_declarations(self) -> Iterator[Declaration]:
        """Yield what all files declare."""
        for declared in self.declared.values():
            yield from declared.declarations

    def changed(
        self, texts: Mapping[str, str], declared: Mapping[str, Declared], gone: Collection[str] = ()
    ) -> "Rules":
        """Return the rules with other texts and what they declare, and without the files that are gone."""
        stay = {path: text for path, text in self.texts.items() if path not in gone}
        known = {path: one for path, one in self.declared.items() if path not in gone}
        return Rules({**stay, **texts}, {**known, **declared})

    def _closure(self, policy: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        waiting = [policy]
        while waiting:
            path = waiting.pop()
            if path in found or path not in self.texts:
                continue
            found[path] = None
            waiting += self.declared.get(path, NOTHING).references
        return tuple(found)


class RulesFolder:
    """Keeps the newest `Rules` of a folder. What is told to it may come from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules = Rules({}, {})
        self.open_texts: Mapping[str, str] = {}
        self._on_disk: Mapping[str, str] = {}
        self._declared: Mapping[str, Declared] = {}
        self._lock = threading.Lock()

    def path_of(self, file: Path) -> str | None:
        """Return the path of a file below the folder, None if it stands elsewhere."""
        resolved, folder = file.resolve(), self.folder.resolve()
        return resolved.relative_to(folder).as_posix() if resolved.is_relative_to(folder) else None

    def read(self) -> Rules:
        """Read the folder, and return the rules as they are on disk; a folder that can't be read has none."""
        try:
            texts = {**read_rule_files(self.folder).texts, **self._tests()}
        except (OSError, UnicodeDecodeError):
            texts = {}
        with self._lock:
            self._on_disk = texts
            self._renew()
            return Rules(texts, self._declared)

    def open(self, path: str, text: str) -> None:
        """Put an open text over what is on disk."""
        with self._lock:
            self.open_texts = {**self.open_texts, path: text}
            self._renew()

    def close(self, path: str) -> None:
        """Go back to what is on disk."""
        with self._lock:
            self.open_texts = {name: text for name, text in self.open_texts.items() if name != path}
            self._renew()

    def learn(self, declared: Mapping[str, Declared]) -> None:
        """Take over what files declare."""
        with self._lock:
            self._declared = {**self._declared, **declared}
            self._renew()

    def _renew(self) -> None:
        texts = {**self._on_disk, **self.open_texts}
        self.rules = Rules(texts, {path: one for path, one in self._declared.items() if path in texts})

    def _tests(self) -> dict[str, str]:
        paths = [path for path in self.folder.rglob("*") if path.suffix in YAML_ENDINGS]
        relative = {path.relative_to(self.folder).as_posix(): path for path in paths}
        return {name: path.read_text("utf-8") for name, path in relative.items() if is_test(name)}


def is_test(path: str) -> bool:
    """Tell whether a file of a rules folder is one of tests."""
    return TEST_FOLDER in PurePosixPath(path).parts[:-1]
