"""Parts of policies that nothing which decides or offers reads: parameters, decisions, models and attributes.

A part of an included file is used if any policy that includes the file uses it.
"""

from collections.abc import Callable, Iterable, Iterator

from underwriter.analysis import outcome_wording as wording
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Position, Source
from underwriter.policy.checked import CheckedPolicy, paths_read

Wording = Callable[[Source], Diagnostic]


def unused_findings(policies: Iterable[CheckedPolicy]) -> Iterator[Diagnostic]:
    """Yield a finding for each part that no policy uses of those that have it."""
    unused: dict[tuple[str, Position], Diagnostic] = {}
    used: set[tuple[str, Position]] = set()
    for checked in policies:
        names = _names_used(checked)
        for name, word in _parts(checked):
            place = (name.name, name.position(0))
            if name.text in names:
                used.add(place)
            else:
                unused.setdefault(place, word(name))
    yield from (finding for place, finding in unused.items() if place not in used)


def _parts(checked: CheckedPolicy) -> Iterator[tuple[Source, Wording]]:
    definition = checked.definition
    parameters = [*(p.name for p in definition.parameters), *(p.name for p in definition.dated_parameters)]
    yield from ((name, wording.unused_parameter) for name in parameters)
    yield from ((attribute.name, wording.unused_attribute) for attribute in definition.attributes)
    yield from ((model.name, wording.unused_model) for model in definition.models)
    yield from ((decision.name, wording.unused_decision) for decision in definition.decisions)


def _names_used(checked: CheckedPolicy) -> set[str]:
    """Return the nodes that are needed, the parameters that they and the outcome read, and the attributes."""
    outcome = checked.definition.outcome
    sources = [
        *checked.approval_sources(),
        *checked.counter_offer_sources(),
        *([outcome.grade] if outcome.grade else []),
    ]
    texts = [text for name in checked.used for text in checked.texts[name]]
    texts += [checked.formula(source) for source in sources]
    paths = {path for text in texts for path in paths_read(text)}
    attributes = {path[1] for path in paths if path[0] == "attributes" and len(path) > 1}
    if ("attributes",) in paths:
        attributes |= {attribute.name.text for attribute in checked.definition.attributes}
    read = {path[0] for path in paths}
    bound = {name for node in checked.used for name in checked.requires[node]}
    return read | bound | checked.used | attributes
