"""`underwriter pages`: each product on a page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, RULES, Models, Rules
from underwriter.cli.desks import desk_or_exit
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.file_faults import file_fault
from underwriter.cli.output import console, errors, refuse
from underwriter.decisioning import Desk
from underwriter.pages import index_page, product_page


def pages(
    folder: Annotated[Path, typer.Argument(help="Where to write the pages; their list goes beside it.")] = Path(
        "docs/products"
    ),
    rules: Rules = RULES,
    models: Models = MODELS,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; tell which pages are out of date.")] = False,
) -> None:
    """Write a page on each product, with its graph drawn, from its rules.

    FOLDER gets a page and a drawing for each policy, and FOLDER.md the list of them. Files of FOLDER that belong to no
    policy are named and left as they are.

    Exit codes:
      0  the pages are written, or up to date
      1  the rules or models have errors, or with --check: pages are out of date
      2  the rules can't be read, or the pages can't be written
    """
    wanted = _files(desk_or_exit(rules, models), folder)
    left_over = sorted(path for path in folder.glob("*.*") if path not in wanted)
    try:
        stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
        if not check:
            _write({path: wanted[path] for path in stale})
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"the pages can't be written: {file_fault(error)}", UNUSABLE)
    for path in left_over:
        errors.print(f"{path} belongs to no product; remove it if it is not needed")
    if check and (stale or left_over):
        for path in stale:
            errors.print(f"{path} is out of date; run `underwriter pages {folder}`")
        raise typer.Exit(FAULTS)
    console.print(f"{len(wanted)} files in {folder} are up to date, {0 if check else len(stale)} of them written now")


def _files(desk: Desk, folder: Path) -> Mapping[Path, str]:
    """Return the text of each file."""
    policies = list(desk.policies.values())
    files = {folder.with_name(f"{folder.name}.md"): index_page(policies, folder.name)}
    for policy in policies:
        page = product_page(policy)
        files |= {folder / f"{page.name}.md": page.markdown, folder / f"{page.name}.svg": page.drawing}
    return files


def _write(files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
