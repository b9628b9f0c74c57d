"""Formats files of a rules folder: all of them are read before any is written, and each is written whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from underwriter.editor.formatting import Unreadable, formatted
from underwriter.editor.grammar.files import kind_of_rule_file
from underwriter.feel.diagnostics import Diagnostic
from underwriter.policy.rule_files import YAML_ENDINGS
from underwriter.whole_files import write_whole


class NoRuleFile(ValueError):
    """A file that is no YAML file of the rules folder."""


@dataclass(frozen=True, slots=True)
class FormattedFile:
    """A file, its text before and after, and what keeps it from being formatted."""

    path: Path
    before: str
    after: str
    findings: tuple[Diagnostic, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether it was not formatted before."""
        return self.before != self.after


def rule_files_in(rules: Path) -> list[Path]:
    """Return the YAML files of a rules folder, tests among them.

    Raises FileNotFoundError when there is no such folder.
    """
    if not rules.is_dir():
        raise FileNotFoundError(f"there is no rules folder {rules}")
    return sorted(path for path in rules.rglob("*") if path.suffix in YAML_ENDINGS)


def format_files(rules: Path, paths: Iterable[Path]) -> Iterator[FormattedFile]:
    """Yield each file formatted; nothing is written.

    Raises:
        NoRuleFile: when a file is no YAML file below the rules folder.
        OSError: when one can't be read.
        UnicodeDecodeError: when one is not UTF-8.
    """
    for path in paths:
        try:
            kind = kind_of_rule_file(path.resolve().relative_to(rules.resolve()).as_posix())
        except ValueError:
            kind = None
        if kind is None:
            raise NoRuleFile(f"{path} is no YAML file of the rules folder {rules}")
        text = path.read_bytes().decode()  # as bytes, so that the ends of lines stay what they are
        try:
            yield FormattedFile(path, text, formatted(text, kind, str(path)))
        except Unreadable as fault:
            yield FormattedFile(path, text, text, fault.diagnostics)


def write_formatted(files: Iterable[FormattedFile]) -> None:
    """Write files, all or none. Raises OSError when one can't be written."""
    write_whole({file.path: file.after.encode() for file in files})
