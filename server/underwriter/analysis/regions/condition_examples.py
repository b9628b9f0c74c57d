"""Values that the terms of a condition may have, as examples to run it on and as text."""

from collections.abc import Iterator
from itertools import product

from underwriter.analysis.regions.cell_text import known_text
from underwriter.analysis.regions.conditions import Condition
from underwriter.feel import Value
from underwriter.policy.checked import Path, path_text


def assignments(condition: Condition) -> Iterator[dict[Path, Value]]:
    """Yield examples of the terms that are paths, in all combinations."""
    pairs = zip(condition.terms, condition.spaces, strict=True)
    known = [(term.path, space) for term, space in pairs if term.path is not None]
    values = [[value for _, value in space.examples(space.possible)] for _, space in known]
    for combination in product(*values):
        yield {path: value for (path, _), value in zip(known, combination, strict=True)}


def known_terms(condition: Condition) -> list[str]:
    """Return what is known of the terms that are paths, where that is more than their type."""
    pairs = zip(condition.terms, condition.spaces, strict=True)
    return [
        f"{path_text(term.path)} may be: {text}"
        for term, space in pairs
        if term.path is not None and (text := known_text(space))
    ]
