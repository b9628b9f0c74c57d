"""Decision tables as rows of cells, read from a DMN file."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

DMN = "{https://www.omg.org/spec/DMN/20230324/MODEL/}"


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table of one output: the texts of its input expressions, and its rules, cell by cell, output last.

    `priorities` are the output values as listed, the first one the highest; only PRIORITY needs them.
    """

    hit_policy: str
    inputs: tuple[str, ...]
    priorities: tuple[str, ...]
    rules: tuple[tuple[str, ...], ...]


def tables_of(model: str) -> dict[str, Table]:
    """Return the decision tables of a DMN file by the name of the decision or knowledge model that owns them."""
    root = ElementTree.fromstring(model)  # noqa: S314 - a file of the kit, which the user keeps
    return {owner.get("name", ""): table_of(element) for owner in root for element in owner.iter(f"{DMN}decisionTable")}


def table_of(element: ElementTree.Element) -> Table:
    """Return a decision table element as a Table. An aggregation is part of the hit policy: `COLLECT SUM`."""
    policy = f"{element.get('hitPolicy', 'UNIQUE')} {element.get('aggregation', '')}".strip()
    listed = element.findtext(f"{DMN}output/{DMN}outputValues/{DMN}text", "")
    return Table(
        policy,
        tuple(_texts(element, f"{DMN}input/{DMN}inputExpression")),
        tuple(value.strip() for value in listed.split(",") if value.strip()),
        tuple(
            (*_texts(rule, f"{DMN}inputEntry"), *_texts(rule, f"{DMN}outputEntry"))
            for rule in element.iter(f"{DMN}rule")
        ),
    )


def _texts(element: ElementTree.Element, path: str) -> Iterator[str]:
    for found in element.findall(path):
        yield found.findtext(f"{DMN}text", "").strip()
