"""Code for lists and contexts: loops, quantifiers, filters, paths. Loops over known lists are comprehensions.

A comprehension's domain must not bind names, so a domain is always bound before, as one of the guards.
"""

import re
from abc import abstractmethod
from decimal import Decimal

from underwriter.feel.bounds import MAXIMUM_ITEMS, UNCOUNTED_WEIGHT
from underwriter.feel.checking.scope import may_have_more_members
from underwriter.feel.codegen.base import CompilerBase
from underwriter.feel.codegen.code import Code
from underwriter.feel.codegen.frame import Frame, Variable
from underwriter.feel.members import PROPERTIES, Property
from underwriter.feel.nodes import (
    ContextEntry,
    ContextLiteral,
    Expression,
    Filter,
    For,
    FunctionLiteral,
    Iteration,
    ListLiteral,
    Name,
    Node,
    Path,
    Quantified,
)
from underwriter.feel.traversal import descendants, position_of
from underwriter.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    TIME,
    ContextType,
    ListType,
    RangeType,
    Type,
    plain,
    unconstrained,
)
from underwriter.feel.values import Value


class ListCompiler(CompilerBase):
    """Generates whatever looks into lists and contexts."""

    def name(self, node: Name, frame: Frame) -> Code:
        """Generate the reading of a name."""
        return self._read((node.name,), frame, node)[0]

    def path(self, node: Path, frame: Frame) -> Code:
        """Generate `operand.member`, the longest path that the frame knows being read at once."""
        parts = _parts(node)
        if parts is None:
            return self._member(self.code(node.operand, frame), node, frame)
        return self._along(parts, node, frame)

    def _along(self, parts: tuple[str, ...], node: Path | Filter, frame: Frame) -> Code:
        """Generate a path of members and positions: what the frame knows of it is read, then step by step the rest."""
        code, length = self._read(parts, frame, node)
        beyond: list[Path | Filter] = []
        step: Expression = node
        while isinstance(step, Path | Filter) and len(beyond) < len(parts) - length:
            beyond.append(step)
            step = step.operand
        for further in reversed(beyond):
            code = (
                self._member(code, further, frame)
                if isinstance(further, Path)
                else self._selected(code, further, frame)
            )
        return code

    def _read(self, parts: tuple[str, ...], frame: Frame, node: Name | Path | Filter) -> tuple[Code, int]:
        """Return code for the longest known beginning of a path, and its length."""
        inner: Frame | None = frame
        while inner is not None:
            found = inner.longest(parts)
            if found is not None:
                return self.variable(found[0]), found[1]
            if inner.item is not None:
                member = self._item_member(inner, parts[0], node)
                if member is not None:
                    return member, 1
            inner = inner.outer
        if parts[0] in self.builtins:
            return self.builtin(parts[0], node), 1
        note = f"note(warnings, {self.place(node)}, 'unknown-name', 'there is nothing called {{!r}}', {parts[0]!r})"
        return self.nullable(note, ANY), 1

    def _item_member(self, frame: Frame, name: str, node: Name | Path | Filter) -> Code | None:
        """Return code for a name in a filter that is, or may be, a member of the item; None if it is not."""
        item = frame.item
        if item is None or frame.outer is None:
            return None
        if isinstance(item.type, ContextType) and name in item.type.fields:
            return self._entry(self.variable(item), name, item.type.fields[name])
        if not may_have_more_members(item.type):
            return None
        if _is_known(frame.outer, name) or name in self.builtins:
            outer, _ = self._read((name,), frame.outer, node)
            return self.nullable(f"({_entry_text(item.code, name)} else {outer.value})", ANY)
        return self._any_member(self.variable(item), name, ANY, node)

    def _entry(self, context: Code, name: str, type_: Type) -> Code:
        return self.nullable(f"{context.text}.get({name!r})", type_, context)

    def _member(self, owner: Code, node: Path, frame: Frame) -> Code:
        """Return code for a member of a value; of a list of contexts, the list of it."""
        type_ = self.type(node)
        if isinstance(owner.type, ContextType) and node.member in owner.type.fields:
            return self._entry(owner, node.member, owner.type.fields[node.member])
        if isinstance(owner.type, ListType) and _has_entry(owner.type.item, node.member):
            if self.is_counted(frame):
                items = self.named(owner)
                owner = Code(items.text, items.type, (*items.guards, f"spend_on({items.text})"))
            item, loop, guards = self._each(owner)
            entry = f"None if {item} is None else {item}.get({node.member!r})"
            return Code(f"[{entry} {loop}]", type_, guards)
        self.is_counted(frame)
        if isinstance(owner.type, ListType):
            items, each = self.named(owner), Code(self.pool.temporary(), ANY)
            entry = self._any_member(each, node.member, ANY, node).value
            return Code(f"[{entry} for {each.text} in {items.text}]", type_, items.guards)
        found = _property(owner.type, node.member)
        if found is not None:
            return self.nullable(f"{self.pool.constant(found.read)}({owner.text})", found.type, owner)
        return self._any_member(owner, node.member, type_, node)

    def _each(self, owner: Code) -> tuple[str, str, tuple[str, ...]]:
        """Return the name of an item, the loop through the items of a list, and its guards; of a filter, its own."""
        if owner.picked is not None:
            return *owner.picked, owner.guards
        items, item = self.named(owner), self.pool.temporary()
        return item, f"for {item} in {items.text}", items.guards

    def _any_member(self, owner: Code, name: str, type_: Type, node: Node) -> Code:
        """Return code for a member of a value that may be of any kind, but most likely is a context that has it."""
        value, read = self.bound(owner)
        otherwise = f"member({read}, {name!r}, warnings, {self.place(node)})"
        return self.nullable(f"({_entry_text(read, name, value)} else {otherwise})", type_)

    @abstractmethod
    def builtin(self, name: str, node: Node) -> Code:
        """Return code for a built-in as a value."""

    @abstractmethod
    def function(self, node: FunctionLiteral, frame: Frame, itself: tuple[str, Variable] | None = None) -> Code:
        """Return code for a function literal that knows itself by a name."""

    def list(self, node: ListLiteral, frame: Frame) -> Code:
        """Generate `[a, b]`."""
        return Code(f"[{', '.join(self.code(item, frame).value for item in node.items)}]", self.type(node))

    def context(self, node: ContextLiteral, frame: Frame) -> Code:
        """Generate `{a: 1, b: a + 1}`: each value is bound to a name that later ones read. Null if a key is twice."""
        entries = []
        if len({entry.key for entry in node.entries}) < len(node.entries):
            return self.null(self.type(node))
        for entry in node.entries:
            name = self.pool.temporary()
            value = self._entry_value(entry, frame)
            entries.append(f"{entry.key!r}: ({name} := {value.value})")
            frame = frame.nested({entry.key: Variable.of_value(name, value.type, value.is_nullable)})
        return Code(f"{{{', '.join(entries)}}}", self.type(node))

    def _entry_value(self, entry: ContextEntry, frame: Frame) -> Code:
        """Return code for the value of an entry; a function knows itself by the entry's key."""
        if not isinstance(entry.value, FunctionLiteral):
            return self.code(entry.value, frame)
        itself = Variable.of_value(self.pool.temporary(), self.type(entry.value), nullable=False)
        return self.function(entry.value, frame, (entry.key, itself))

    def loop(self, node: For, frame: Frame) -> Code:
        """Generate `for a in x, b in y return result`."""
        if _reads_partial(node):
            return self._loop_with_partial(node, frame)
        guards, variables, domain, inner = self._rounds(node.iterations, frame, node)
        result = self.code(node.result, inner)
        return Code(f"[{result.value} for {variables} in {domain}]", self.type(node), guards)

    def _loop_with_partial(self, node: For, frame: Frame) -> Code:
        partial = self.pool.temporary()
        rounds, variables, inner = self._all_rounds(node.iterations, frame, node)
        inner = inner.nested({"partial": Variable(partial, ListType(), nullable=False)})
        result = self.code(node.result, inner)
        rounds = Code(rounds.text, rounds.type, self._counted(rounds, frame, node.result))
        body = f"lambda {variables}, {partial}: {result.value}"
        return self.nullable(f"with_partial({body}, {rounds.text}, warnings, {self.place(node)})", ListType(), rounds)

    def quantified(self, node: Quantified, frame: Frame) -> Code:
        """Generate the value of `some a in x satisfies condition`, or `every`."""
        guards, variables, domain, inner = self._rounds(node.iterations, frame, node)
        condition = self.condition(node.condition, inner)
        rounds = f"for {variables} in {domain}"
        if not condition.is_nullable:
            return Code(f"{_QUICK[node.quantifier]}({condition.text} {rounds})", BOOLEAN, guards)
        return self.nullable(f"{node.quantifier}({condition.value} {rounds})", BOOLEAN, Code("", BOOLEAN, guards))

    def quantified_truth(self, node: Quantified, frame: Frame) -> str:
        """Generate the truth of a quantifier: of some or all of its conditions."""
        guards, variables, domain, inner = self._rounds(node.iterations, frame, node)
        rounds = f"{_QUICK[node.quantifier]}({self.truth(node.condition, inner)} for {variables} in {domain})"
        return f"({' and '.join((*guards, rounds))})"

    def _rounds(self, iterations: tuple[Iteration, ...], frame: Frame, node: For | Quantified) -> "_Rounds":
        """Return guards that bind the domain, the variables' text, the domain's name, and the frame of a round."""
        if len(iterations) > 1:
            rounds, variables, inner = self._all_rounds(iterations, frame, node)
            return self._counted(rounds, frame, _body(node)), variables, rounds.text, inner
        domain = self.named(self._domain(iterations[0], frame))
        variable = self._variable(domain)
        inner = frame.nested({iterations[0].name: variable}, is_repeated=True)
        return self._counted(domain, frame, _body(node)), variable.code, domain.text, inner

    def _all_rounds(
        self, iterations: tuple[Iteration, ...], frame: Frame, node: For | Quantified
    ) -> tuple[Code, str, Frame]:
        """Return the list of all rounds, the variables that each unpacks into, and the frame of a round."""
        names: list[str] = []
        domains = []
        for iteration in iterations:
            domain = self._domain(iteration, frame)
            domains.append(f"lambda{' ' * bool(names)}{', '.join(names)}: {domain.value}")
            variable = self._variable(domain)
            names.append(variable.code)
            frame = frame.nested({iteration.name: variable}, is_repeated=True)
        rounds = self.nullable(f"rounds(({', '.join(domains)},), warnings, {self.place(node)})", ListType())
        return rounds, ", ".join(names), frame

    def _counted(self, domain: Code, frame: Frame, body: Expression) -> tuple[str, ...]:
        """Return the guards of a loop over a named list; it counts its rounds as work unless it is short and alone."""
        weight = self.weight(body)
        if not self.is_counted(frame) and weight <= UNCOUNTED_WEIGHT:
            return domain.guards
        self.may_exceed = True
        return (*domain.guards, f"spend({domain.text}{f', {weight}' if weight > 1 else ''})")

    def _variable(self, domain: Code) -> Variable:
        item = domain.type.item if isinstance(domain.type, ListType) else ANY
        return Variable.of_value(self.pool.temporary(), item)

    def _domain(self, iteration: Iteration, frame: Frame) -> Code:
        """Return the list that a variable runs over."""
        low = self.code(iteration.domain, frame)
        place = self.place(iteration)
        if iteration.end is not None:
            high = self.code(iteration.end, frame)
            return self.nullable(f"counted({low.value}, {high.value}, warnings, {place})", ListType(item=low.type))
        if isinstance(low.type, ListType):
            return low
        item = low.type.item if isinstance(low.type, RangeType) else low.type
        return self.nullable(f"domain({low.value}, warnings, {place})", ListType(item=item))

    def filter(self, node: Filter, frame: Frame) -> Code:
        """Generate `operand[condition]`: by position or by condition, as its type tells, or as it turns out."""
        parts = _parts(node)
        if parts is None:
            return self._selected(self.code(node.operand, frame), node, frame)
        return self._along(parts, node, frame)

    def _selected(self, operand: Code, node: Filter, frame: Frame) -> Code:
        item_type: Type = operand.type
        if isinstance(operand.type, ListType):
            item_type = unconstrained(operand.type.item)
        else:
            operand = self.nullable(f"singleton({operand.value})", ListType(item=item_type))
        items = self.named(operand)
        item = self.pool.temporary()
        inner = frame.filtering(Variable(item, item_type))
        if self.type(node.condition) == BOOLEAN:
            loop = f"for {item} in {items.text} if {self.truth(node.condition, inner)}"
            guards = self._counted(items, frame, node.condition)
            return Code(f"[{item} {loop}]", self.type(node), guards, picked=(item, loop))
        condition = self.code(node.condition, inner)
        if condition.type == NUMBER and not re.search(rf"\b{item}\b", condition.value):
            position = self.constant_value(node.condition) if self.is_constant(node.condition) else None
            text = _item_text(items.text, position) or f"item_at({items.text}, {condition.text})"
            return self.nullable(text, self.type(node), items, condition)
        items = Code(items.text, items.type, self._counted(items, frame, node.condition))
        function = f"lambda {item}: {condition.value}"
        if condition.type == NUMBER:
            return self.nullable(f"picked({items.text}, {function})", self.type(node), items)
        place = self.place(node.condition)
        return self.nullable(f"filtered({items.text}, {function}, warnings, {place})", self.type(node), items)


def _item_text(items: str, position: Value) -> str | None:
    """Return the text of the item at a known position; None if it is not a whole number that a list may reach."""
    if not (isinstance(position, Decimal) and 0 < abs(position) <= MAXIMUM_ITEMS and position == int(position)):
        return None
    index = int(position) - (position > 0)
    return f"({items}[{index}] if len({items}) >= {abs(int(position))} else None)"


def _property(type_: Type, name: str) -> Property | None:
    """Return a property of a value known to be of a kind that has it: a date, a time, a duration."""
    kind = plain(type_)
    return PROPERTIES[kind.name].get(name) if kind in _TEMPORAL else None


_TEMPORAL = frozenset({DATE, TIME, DATE_TIME, DAYS_DURATION, MONTHS_DURATION})
_Rounds = tuple[tuple[str, ...], str, str, Frame]
_QUICK = {"some": "any", "every": "all"}


def _body(node: For | Quantified) -> Expression:
    """Return what is computed in every round."""
    return node.result if isinstance(node, For) else node.condition


def _entry_text(read: str, name: str, value: str = "") -> str:
    """Return the beginning of a conditional: an entry, if a value is a context that has it.

    `value` computes what is then read by a name; without it the name is known already.
    """
    return f"{read}[{name!r}] if {value or read}.__class__ is dict and {name!r} in {read}"


def _parts(node: Path | Filter) -> tuple[str, ...] | None:
    """Return the steps of a path of members and positions that starts at a name; None for another."""
    steps: list[str] = []
    step: Expression = node
    while isinstance(step, Path | Filter):
        position = position_of(step) if isinstance(step, Filter) else None
        if isinstance(step, Filter) and position is None:
            return None
        steps.append(step.member if isinstance(step, Path) else str(position))
        step = step.operand
    return (step.name, *reversed(steps)) if isinstance(step, Name) else None


def _is_known(frame: Frame | None, name: str) -> bool:
    """Tell whether a name is found in a frame or outside it."""
    while frame is not None:
        if any(path[0] == name for path in frame.variables):
            return True
        if frame.item is not None and _has_entry(frame.item.type, name):
            return True
        frame = frame.outer
    return False


def _has_entry(type_: Type, name: str) -> bool:
    type_ = unconstrained(type_)
    return isinstance(type_, ContextType) and name in type_.fields


def _reads_partial(node: For) -> bool:
    return any(isinstance(part, Name) and part.name == "partial" for part in descendants(node.result))
