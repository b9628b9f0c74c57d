"""Suggested test cases as YAML, in a file of their own beside the policy."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from underwriter.decisioning.rule_tests.files import DEFAULT_NOW, TEST_FOLDER, load_tests
from underwriter.whole_files import write_whole
from underwriter.workbench.suggest import Suggestion, Suggestions
from underwriter.workbench.suggesting.givens import Plain, difference

FILE = "suggested.yaml"
_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_SCHEMA = "# yaml-language-server: $schema=../../schemas/policy-tests.json\n"
_HEAD = "# Cases that `underwriter test --suggest` found. They expect what came out: see that it is what should.\n\n"


class NotAdded(Exception):
    """A file of suggested tests that can't take more; the text says why."""


def file_text(suggestions: Suggestions, *, with_schema: bool = False) -> str:
    """Return a whole test file of the cases."""
    defaults = f"defaults:\n  given:{_block(suggestions.base, 4)}\n\n" if suggestions.base else ""
    cases = _cases_text(suggestions.cases, suggestions.base)
    return f"{_SCHEMA if with_schema else ''}{_HEAD}{defaults}tests:\n{cases}"


def add_to_file(suggestions: Suggestions, folder: Path) -> Path:
    """Write the cases to the file of suggested tests of a policy's folder, after those that it has; return the file.

    Raises:
        NotAdded: when the file that there is would not be in order with them.
        OSError: when it can't be read or written.
    """
    file = folder / TEST_FOLDER / FILE
    file.parent.mkdir(exist_ok=True)
    if not file.exists():
        write_whole({file: file_text(suggestions, with_schema=True).encode()})
        return file
    before = file.read_text("utf-8")
    tests, _ = load_tests(folder, str(folder))
    own = [test for test in tests if Path(test.source.name).name == FILE]
    if not own:
        raise NotAdded(f"{file} has no tests in order to add to; mend it or take it away")
    write_whole({file: f"{before.rstrip()}\n\n{_cases_text(suggestions.cases, own[0].base)}".encode()})
    after, found = load_tests(folder, str(folder))
    added = len([test for test in after if Path(test.source.name).name == FILE]) - len(own)
    if found or added != len(suggestions.cases):
        write_whole({file: before.encode()})
        raise NotAdded(f"{file} does not end with its tests, so that none can be added; put `tests:` last")
    return file


def _cases_text(cases: Sequence[Suggestion], base: Plain) -> str:
    return "\n".join(_case_text(case, base) for case in cases)


def _case_text(case: Suggestion, base: Plain) -> str:
    parts = [f"  - name: {json.dumps(case.name, ensure_ascii=False)}"]
    if case.givens.now != DEFAULT_NOW:
        parts.append(f"    now: {case.givens.now.isoformat()}")
    for key, value in (("given", difference(base, case.givens.given)), ("models", case.givens.models)):
        if value:
            parts.append(f"    {key}:{_block(value, 6)}")
    parts.append(f"    expect:{_block(case.expect, 6)}")
    return "\n".join(parts) + "\n"


def _block(value: object, indent: int) -> str:
    """Return what stands after a key and its colon: on the same line if there is room, else in lines below."""
    flow = _flow(value)
    if len(flow) + indent <= _WIDTH or not isinstance(value, Mapping | list):
        return f" {flow}"
    space = "\n" + " " * indent
    if isinstance(value, list):
        return "".join(f"{space}- {_flow(item)}" for item in value)
    return "".join(f"{space}{_text(str(key))}:{_block(item, indent + 2)}" for key, item in value.items())


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(key))}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if is_plain else json.dumps(text, ensure_ascii=False)
