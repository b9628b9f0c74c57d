"""What authors are told of a name, in Markdown."""

from collections.abc import Sequence

from underwriter.editor.chosen_test import ChosenTest
from underwriter.editor.declarations import Declaration, DeclarationKind
from underwriter.editor.functions import function_text, signature_text
from underwriter.editor.names import KnownName, type_text
from underwriter.feel.builtins.entry import Builtin
from underwriter.feel.types import ANY

_MOST_CHARACTERS = 400


def name_text(known: KnownName, path: Sequence[str], chosen: ChosenTest | None) -> str:
    """Tell of a name: what it stands for, its type, a line on it, and its value in the chosen test."""
    type_ = "" if known.type == ANY else f": {type_text(known.type)}"
    value = chosen.value_text(path) if chosen else None
    rows = chosen.rows.get(path[0], ()) if chosen and len(path) == 1 else ()
    parts = [f"**{'.'.join(path)}** ({known.what}){type_}", known.about, _in_test(chosen, value)]
    if rows:
        parts.append(f"Rows that matched: {', '.join(map(str, rows))}.")
    return "\n\n".join(filter(None, parts))


def function_told(function: Builtin) -> str:
    """Tell of a function: how it is called, what it does, an example."""
    return f"```feel\n{signature_text(function)}\n```\n\n{function_text(function)}"


def declaration_text(declaration: Declaration, chosen: ChosenTest | None) -> str:
    """Tell of what is declared elsewhere; of a rule also whether it fires in the chosen test."""
    owner = f" of {declaration.owner}" if declaration.owner else ""
    parts = [f"**{declaration.name}** ({declaration.kind.value}{owner})", declaration.about]
    fired = chosen.rule_text(declaration.name) if chosen and declaration.kind is DeclarationKind.RULE else None
    if chosen and fired:
        parts.append(f"In the test *{chosen.name}*: {fired}.")
    return "\n\n".join(filter(None, parts))


def line_text(name: str, line: str) -> str:
    """Tell of a key or of a value of ours."""
    return f"**{name}**: {line}" if line else f"**{name}**"


def _in_test(chosen: ChosenTest | None, value: str | None) -> str:
    if chosen is None or value is None:
        return ""
    shown = value if len(value) <= _MOST_CHARACTERS else f"{value[:_MOST_CHARACTERS]}..."
    return f"In the test *{chosen.name}*: `{shown}`"
