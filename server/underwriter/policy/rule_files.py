"""A folder of rule files, held as texts by path: what a policy is loaded from and what its version is made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from posixpath import dirname, relpath

DMN_ENDING = ".dmn"
YAML_ENDINGS = (".yaml", ".yml")
RULE_FILE_ENDINGS = (*YAML_ENDINGS, ".csv", DMN_ENDING)
SCHEMA_MARK = "# yaml-language-server: $schema="
"""What the first line of a YAML file starts with that tells editors the file's JSON Schema."""
ALLOWING = re.compile(
    r"#[ \t]*allow[ \t]+(?P<code>[a-z0-9]+(?:-[a-z0-9]+)*)[ \t]*(?::[ \t]*(?P<reason>.*))?$", re.MULTILINE
)
"""A comment that allows a finding, with a reason."""
MONITOR_FOLDER = "monitoring"
"""The folder of the rules folder in which every YAML file is a monitor."""
_POLICY = "policy.yaml"


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The texts of rule files by their paths below the rules folder. `label` goes before paths when they are shown."""

    texts: Mapping[str, str]
    label: str = ""

    def shown(self, path: str) -> str:
        """Return a path as findings show it."""
        return f"{self.label}/{path}" if self.label else path

    def policies(self) -> list[str]:
        """Return the paths of the policies: every policy.yaml."""
        return sorted(path for path in self.texts if PurePosixPath(path).name == _POLICY)

    def monitors(self) -> list[str]:
        """Return the paths of the monitors. A policy, which its name tells, is none, wherever it stands."""
        return sorted(path for path in self.texts if _is_monitor(PurePosixPath(path)))

    def seen_from(self, path: str) -> list[str]:
        """Return the paths of the other files as a file at a path would name them."""
        return [relpath(other, dirname(path) or ".") for other in self.texts if other != path]

    def with_files(self, texts: Mapping[str, str]) -> "RuleFiles":
        """Return the same files with some replaced or added."""
        return RuleFiles({**self.texts, **texts}, self.label)

    def only(self, paths: tuple[str, ...]) -> "RuleFiles":
        """Return just these files."""
        return RuleFiles({path: self.texts[path] for path in paths}, self.label)


def read_rule_files(folder: Path) -> RuleFiles:
    """Read a rules folder. Tests beside the rules are no part of it.

    Raises:
        OSError: when the folder or a file in it can't be read.
        UnicodeDecodeError: when a file is not UTF-8; its reason names the file.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no rules folder {folder}")
    paths = sorted(path for path in folder.rglob("*") if path.suffix in RULE_FILE_ENDINGS)
    relative = {path.relative_to(folder).as_posix(): path for path in paths}
    texts = {name: _text_of(path) for name, path in relative.items() if "tests" not in Path(name).parts}
    return RuleFiles(texts, str(folder))


def _is_monitor(path: PurePosixPath) -> bool:
    return path.parts[0] == MONITOR_FOLDER and path.suffix in YAML_ENDINGS and path.name != _POLICY


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")  # spreadsheets begin CSV files with a byte order mark
    except UnicodeDecodeError as error:
        reason = f"{error.reason} in {path}"
        raise UnicodeDecodeError(error.encoding, error.object, error.start, error.end, reason) from None


def schema_line_of(text: str) -> str:
    """Return a file's first line, with its end, if it tells editors the file's schema; else nothing."""
    first, newline, _ = text.partition("\n")
    return first + newline if first.startswith(SCHEMA_MARK) else ""


def resolve(base: str, reference: str) -> str | None:
    """Return the path that a reference in file `base` means, None if it leads out of the rules folder."""
    parts: list[str] = []
    for part in (PurePosixPath(base).parent / reference).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in (".", "/"):
            parts.append(part)
    return "/".join(parts)
