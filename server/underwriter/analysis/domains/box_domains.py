"""The values that boxed expressions may take: contexts, lists, functions and tables among them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.expression_domains import domain_of_text
from underwriter.analysis.domains.making import NULL_ONLY, answers, hull, is_null, whole, with_null
from underwriter.analysis.domains.names import Names
from underwriter.analysis.domains.structures import ContextDomain, FunctionDomain, ListDomain
from underwriter.analysis.domains.table_domains import TableReader, table_domain
from underwriter.dmn.boxes.checked_boxes import (
    CheckedBox,
    CheckedConditional,
    CheckedContext,
    CheckedFunction,
    CheckedList,
    CheckedLiteral,
    CheckedRelation,
    CheckedText,
    Coerced,
    NoValue,
)
from underwriter.dmn.tables.checked_table import CheckedTable
from underwriter.feel import Checked
from underwriter.feel.nodes import Expression
from underwriter.feel.types import ListType, surely_conforms

_DEEPEST_CALL = 16
"""How many calls of functions in each other are looked into."""


@dataclass(slots=True)
class SeenTexts:
    """The domains that texts were found to have, by the `id` of the text; of one seen often, all of them together."""

    domains: dict[int, Domain] = field(default_factory=dict)

    def add(self, text: CheckedText, domain: Domain) -> None:
        """Note the domain of a text."""
        known = self.domains.get(id(text))
        self.domains[id(text)] = domain if known is None else hull([known, domain])


class BoxReader:
    """Evaluates boxes on domains. With `seen` it notes what each text came to."""

    def __init__(self, seen: SeenTexts | None, depth: int = 0) -> None:
        self._seen = seen
        self._depth = depth

    def domain(self, box: CheckedBox, names: Names) -> Domain:
        """Return the domain of a box; of kinds that are not looked into, all of its type."""
        match box:
            case CheckedLiteral(checked=checked):
                return self._text(checked, names)
            case Coerced():
                return self._coerced(box, names)
            case CheckedTable():
                return table_domain(box, TableReader(lambda text: self._text(text, names), names))
            case CheckedContext():
                return self._context(box, names)
            case CheckedList(items=items):
                return self._list([self.domain(item, names) for item in items], box)
            case CheckedRelation():
                return self._relation(box, names)
            case CheckedConditional():
                return self._conditional(box, names)
            case CheckedFunction():
                return self._function(box, names)
            case NoValue():
                return NULL_ONLY
        return whole(box.type)

    def _text(self, checked: Checked[Expression], names: Names) -> Domain:
        domain = domain_of_text(checked, names)
        if self._seen is not None:
            self._seen.add(checked, domain)
        return domain

    def _coerced(self, box: Coerced, names: Names) -> Domain:
        inner = self.domain(box.box, names)
        return inner if is_null(inner) or surely_conforms(box.box.type, box.type) else whole(box.type)

    def _context(self, box: CheckedContext, names: Names) -> Domain:
        members: dict[str, Domain] = {}
        for name, entry in box.entries:
            domain = self.domain(entry, names.nested(members))
            if name is None:
                return domain
            members[name] = domain
        return ContextDomain(box.type, can_be_null=False, members=members)

    def _list(self, items: Sequence[Domain], box: CheckedList | CheckedRelation) -> Domain:
        return ListDomain(box.type, can_be_null=False, item=hull(items), fewest=len(items), most=len(items))

    def _relation(self, box: CheckedRelation, names: Names) -> Domain:
        type_ = box.type.item if isinstance(box.type, ListType) else box.type
        rows = [[self.domain(cell, names) for cell in row] for row in box.rows]
        members = [dict(zip(box.columns, row, strict=True)) for row in rows]
        return self._list([ContextDomain(type_, can_be_null=False, members=row) for row in members], box)

    def _conditional(self, box: CheckedConditional, names: Names) -> Domain:
        condition = answers(self.domain(box.condition, names))
        branches = []
        if True in condition:
            branches.append(self.domain(box.consequent, names))
        if condition - {True}:
            branches.append(self.domain(box.alternative, names))
        found = hull(branches)
        return found if box.place is None else with_null(found)  # a condition that is no boolean gives null

    def _function(self, box: CheckedFunction, names: Names) -> Domain:
        """Return the function; its body is read once for whatever it may be called with."""
        types = {parameter.name: parameter.type for parameter in box.parameters}
        anything = {name: whole(type_) for name, type_ in types.items()}
        self.domain(box.body, names.nested(anything))
        depth = self._depth + 1

        def apply(arguments: Sequence[Domain]) -> Domain:
            if depth > _DEEPEST_CALL or len(arguments) != len(types):
                return whole(box.body.type)
            given = {
                name: domain if surely_conforms(domain.type, type_) else whole(type_)
                for (name, type_), domain in zip(types.items(), arguments, strict=True)
            }
            return BoxReader(None, depth).domain(box.body, names.nested(given))

        return FunctionDomain(box.type, can_be_null=False, parameters=tuple(types), apply=apply)
