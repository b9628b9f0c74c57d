"""A rules folder as an editor sees it: the texts on disk, and over them those that are open and not saved yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from underwriter.decisioning.rule_tests.files import TEST_FOLDER
from underwriter.editor.declarations import NOTHING, Declaration, Declared, declared_in
from underwriter.editor.grammar.files import FileKind, kind_of_rule_file
from underwriter.policy.rule_files import YAML_ENDINGS, RuleFiles, read_rule_files, resolve


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
        return RuleFiles({path: text for path, text in self.texts.items() if not _is_test(path)})

    @cached_property
    def closures(self) -> Mapping[str, tuple[str, ...]]:
        """The files of each policy, by the policy's path: its own, and all that it includes or reads tables from."""
        return {path: self._closure(path) for path in self.files.policies()}

    def policies_with(self, path: str) -> list[str]:
        """Return the policies that a file belongs to, one of its own folder first; of a test file the tested one."""
        folder = PurePosixPath(path).parent
        beside = (folder.parent if folder.name == TEST_FOLDER else folder) / "policy.yaml"
        found = [policy for policy, files in self.closures.items() if path in files or policy == beside.as_posix()]
        return sorted(found, key=lambda policy: policy != beside.as_posix())

    def declarations_of(self, policy: str) -> Iterator[Declaration]:
        """Yield what the files of a policy declare."""
        for path in self.closures.get(policy, ()):
            yield from self.declared.get(path, NOTHING).declarations

    def all_declarations(self) -> Iterator[Declaration]:
        """Yield what all files declare."""
        for declared in self.declared.values():
            yield from declared.declarations

    def _closure(self, policy: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        waiting = [policy]
        while waiting:
            path = waiting.pop()
            if path in found or path not in self.texts:
                continue
            found[path] = None
            references = self.declared.get(path, NOTHING).references
            waiting += [place for reference in references if (place := resolve(path, reference))]
        return tuple(found)


class RulesFolder:
    """Keeps the newest `Rules` of a folder. `open_texts` are those of the editor, by path below the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open_texts: dict[str, str] = {}
        self.rules = Rules({}, {})
        self._on_disk: Mapping[str, str] = {}

    def path_of(self, file: Path) -> str | None:
        """Return the path of a file below the folder, None if it stands elsewhere."""
        resolved, folder = file.resolve(), self.folder.resolve()
        return resolved.relative_to(folder).as_posix() if resolved.is_relative_to(folder) else None

    def refresh(self) -> Rules:
        """Read the folder again, and put the open texts over it; a folder that can't be read has those only."""
        try:
            self._on_disk = {**read_rule_files(self.folder).texts, **self._tests()}
        except (OSError, UnicodeDecodeError):
            self._on_disk = {}
        return self.put_open_texts()

    def put_open_texts(self) -> Rules:
        """Put the open texts over what was read last."""
        self.rules = self._with({**self._on_disk, **self.open_texts})
        return self.rules

    def as_saved(self) -> Rules:
        """Return the rules as they were on disk when they were read last."""
        return self._with(self._on_disk)

    def _with(self, texts: Mapping[str, str]) -> Rules:
        before = self.rules
        declared: dict[str, Declared] = {}
        for path, text in texts.items():
            kind = kind_of_rule_file(path)
            if kind is not None and (kind is not FileKind.POLICY_TESTS or path in self.open_texts):
                declared[path] = declared_in(kind, path, text) or before.declared.get(path, NOTHING)
        return Rules(texts, declared)

    def _tests(self) -> dict[str, str]:
        paths = [path for path in self.folder.rglob("*") if path.suffix in YAML_ENDINGS]
        relative = {path.relative_to(self.folder).as_posix(): path for path in paths}
        return {name: path.read_text("utf-8") for name, path in relative.items() if _is_test(name)}


def _is_test(path: str) -> bool:
    return TEST_FOLDER in PurePosixPath(path).parts[:-1]
