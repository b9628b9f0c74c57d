"""The pages on findings: what is written by hand, and the example in each, which is taken from a case in broken/."""

import re
from collections.abc import Mapping
from pathlib import Path

from .broken_rules import BASE, HERE, Case

PAGES = HERE.parents[1] / "docs" / "findings"
INDEX = PAGES / "README.md"
_EXAMPLE = re.compile(r"(<!-- example: (?P<case>\S+) -->\n).*?(<!-- end of the example -->)", re.DOTALL)
_LIST = re.compile(r"(<!-- codes -->\n).*?(<!-- end of the codes -->)", re.DOTALL)
_PLACE = re.compile(r"^(?:rules/)?(?P<path>\S+?):\d+:\d+: (?P<severity>error|warning)\[(?P<code>[a-z0-9-]+)\]: ")
_LANGUAGES: Mapping[str, str] = {".yaml": "yaml", ".csv": "csv", ".dmn": "xml"}
_LONGEST = 1_200
"""Files with more characters are not shown: the finding shows the line that matters."""
_MOST_FINDINGS = 2


def page_of(code: str) -> Path:
    """Return where the page on a code stands."""
    return PAGES / f"{code}.md"


def example_case(page: str) -> str:
    """Return the name of the case that a page takes its example from; empty if it names none."""
    found = _EXAMPLE.search(page)
    return found["case"] if found else ""


def with_example(page: str) -> str:
    """Return a page with its example as the case gives it now."""
    return _EXAMPLE.sub(lambda found: f"{found[1]}{_example(Case(HERE / 'broken' / found['case']))}{found[3]}", page)


def with_codes(index: str, pages: Mapping[str, str]) -> str:
    """Return the index with a line for each page: its code, whether it is an error, and its first sentence."""
    lines = [f"| [{code}]({code}.md) | {_severity(page)} | {_first_sentence(page)} |\n" for code, page in pages.items()]
    table = "".join(["| code | | what it says |\n| --- | --- | --- |\n", *lines])
    return _LIST.sub(lambda found: f"{found[1]}{table}{found[2]}", index)


def _example(case: Case) -> str:
    blocks = [block for block in case.golden.split("\n\n") if _found(block, "code") == case.code]
    path = _found(blocks[0], "path")
    printed = "\n\n".join(block.rstrip("\n") for block in blocks[:_MOST_FINDINGS])
    return f"{_snippet(case, path)}```text\n{printed}\n```\n"


def _found(block: str, part: str) -> str:
    found = _PLACE.match(block)
    return found[part] if found else ""


def _snippet(case: Case, path: str) -> str:
    """Return the file of the finding; nothing if it can't be shown, or would be long."""
    file = case.folder / path
    text = file.read_bytes().decode("utf-8", "replace") if file.is_file() else BASE.texts.get(path, "")
    if not text or len(text) > _LONGEST or not text.replace("\n", "").isprintable():
        return ""
    return f"`{path}`:\n\n```{_LANGUAGES[file.suffix]}\n{text.rstrip()}\n```\n\n"


def _severity(page: str) -> str:
    return "warning" if ": warning[" in page else "error"


def _first_sentence(page: str) -> str:
    return page.split("\n\n")[1].replace("\n", " ").replace("|", "\\|")
