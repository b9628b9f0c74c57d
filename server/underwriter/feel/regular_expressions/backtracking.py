"""Runs expressions with back-references, which no linear engine can, by trying one way after the other.

The number of steps is bounded: a pattern that leads to too many ways gives up, whatever the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from underwriter.feel.faults import Fault
from underwriter.feel.regular_expressions.character_sets import CharacterSet
from underwriter.feel.regular_expressions.nodes import (
    BackReference,
    Choice,
    End,
    Expression,
    Group,
    Joined,
    Node,
    OneOf,
    Repeated,
    Spans,
    Start,
)

_MAXIMUM_STEPS = 200_000
_MAXIMUM_INSTRUCTIONS = 10_000


@dataclass(frozen=True, slots=True)
class _Split:
    """Go on at the first place, and at the second if that fails."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class _Jump:
    target: int


@dataclass(frozen=True, slots=True)
class _Save:
    """Keep the position in a register."""

    register: int


@dataclass(frozen=True, slots=True)
class _Progress:
    """Fail if the position is still the one in a register: a round of a loop that took nothing."""

    register: int


_Instruction: TypeAlias = OneOf | Start | End | BackReference | _Split | _Jump | _Save | _Progress
_Registers: TypeAlias = tuple[int, ...]


def too_much_work() -> Fault:
    """Return the fault of a pattern and a text that take too many steps together."""
    return Fault("too-much-work", "the pattern takes too many steps on this text")


class Backtracking:
    """A program for an expression; raises `Fault` if it is too large."""

    def __init__(self, expression: Expression) -> None:
        self._expression = expression
        self._instructions: list[_Instruction] = []
        self._registers = 2 * (expression.groups + 1)
        self._add(Group(expression.root, 0))

    @property
    def groups(self) -> int:
        """How many groups it remembers."""
        return self._expression.groups

    @property
    def takes_nothing(self) -> bool:
        """Whether it matches the empty text."""
        return self.is_found("")

    def is_found(self, text: str) -> bool:
        """Tell whether a part of the text matches; raise `Fault` where that takes too many steps."""
        return next(self.matches(text), None) is not None

    def matches(self, text: str) -> Iterator[Spans]:
        """Give the matches in a text, from left to right; raise `Fault` where that takes too many steps."""
        run = _Run(self._instructions, self._expression, text)
        position = 0
        while position <= len(text):
            registers = run.match_at(position, (-1,) * self._registers)
            if registers is None:
                position += 1
                continue
            ends = registers[: 2 * (self.groups + 1)]
            yield tuple(zip(ends[::2], ends[1::2], strict=True))
            position = max(registers[1], position + 1)

    def _emit(self, instruction: _Instruction) -> int:
        """Add an instruction; return where it stands."""
        if len(self._instructions) >= _MAXIMUM_INSTRUCTIONS:
            raise Fault("too-much-work", "the pattern is too large")
        self._instructions.append(instruction)
        return len(self._instructions) - 1

    def _add(self, node: Node) -> None:
        match node:
            case Joined(parts=parts):
                for part in parts:
                    self._add(part)
            case Choice(branches=branches):
                self._add_choice(branches)
            case Repeated():
                self._add_repeated(node)
            case Group(part=part, number=number):
                self._emit(_Save(2 * number))
                self._add(part)
                self._emit(_Save(2 * number + 1))
            case _:
                self._emit(node)

    def _add_choice(self, branches: tuple[Node, ...]) -> None:
        *others, last = branches
        jumps = []
        for branch in others:
            split = self._emit(_Jump(0))
            self._add(branch)
            jumps.append(self._emit(_Jump(0)))
            self._instructions[split] = _Split(split + 1, len(self._instructions))
        self._add(last)
        for jump in jumps:
            self._instructions[jump] = _Jump(len(self._instructions))

    def _add_repeated(self, node: Repeated) -> None:
        """Add a part so often: what must be, then what may be, each time behind a way out."""
        for _ in range(node.minimum):
            self._add(node.part)
        if node.maximum is None:
            start = self._add_round(node)
            self._emit(_Jump(start))
            self._aim(start, node.is_lazy)
            return
        starts = [self._add_round(node) for _ in range(node.maximum - node.minimum)]
        for start in starts:
            self._aim(start, node.is_lazy)

    def _add_round(self, node: Repeated) -> int:
        """Add one round of a part, which must take something; return where its way out stands."""
        start = self._emit(_Jump(0))
        register = self._registers
        self._registers += 1
        self._emit(_Save(register))
        self._add(node.part)
        self._emit(_Progress(register))
        return start

    def _aim(self, start: int, is_lazy: bool) -> None:
        """Let the way out at a place lead to the end of what is there so far."""
        inner, outer = start + 1, len(self._instructions)
        self._instructions[start] = _Split(outer, inner) if is_lazy else _Split(inner, outer)


class _Run:
    """The instructions on one text, with the steps that are left."""

    def __init__(self, instructions: list[_Instruction], expression: Expression, text: str) -> None:
        self._instructions = instructions
        self._is_multiline = expression.is_multiline
        self._ignores_case = expression.ignores_case
        self._text = text
        self._steps = _MAXIMUM_STEPS

    def match_at(self, start: int, registers: _Registers) -> _Registers | None:
        """Return the registers of the match that begins at a position; None if there is none."""
        cost = 1 + len(registers) // 8
        waiting = [(0, start, registers)]
        while waiting:
            place, position, registers = waiting.pop()
            while place < len(self._instructions):
                self._steps -= cost
                if self._steps < 0:
                    raise too_much_work()
                instruction = self._instructions[place]
                place += 1
                match instruction:
                    case _Split(first=first, second=second):
                        waiting.append((second, position, registers))
                        place = first
                    case _Jump(target=target):
                        place = target
                    case _Save(register=register):
                        registers = (*registers[:register], position, *registers[register + 1 :])
                    case _:
                        taken = self._taken(instruction, position, registers)
                        if taken is None:
                            break
                        position += taken
            else:
                return registers
        return None

    def _taken(self, instruction: _Instruction, position: int, registers: _Registers) -> int | None:
        """Return how many characters an instruction takes; None if it fails."""
        match instruction:
            case OneOf(characters=characters):
                return 1 if self._is_in(characters, position) else None
            case Start():
                before = self._text[position - 1 : position] if self._is_multiline else ""
                return 0 if position == 0 or before == "\n" else None
            case End():
                after = self._text[position : position + 1] if self._is_multiline else ""
                return 0 if position == len(self._text) or after == "\n" else None
            case BackReference(number=number):
                return self._repeated(registers[2 * number : 2 * number + 2], position)
            case _Progress(register=register):
                return None if registers[register] == position else 0
        raise AssertionError(instruction)

    def _is_in(self, characters: CharacterSet, position: int) -> bool:
        return position < len(self._text) and ord(self._text[position]) in characters

    def _repeated(self, span: _Registers, position: int) -> int | None:
        """Return the length of what a group matched if it stands here again; a group that matched nothing is empty."""
        wanted = self._text[span[0] : span[1]] if span[1] >= 0 else ""
        found = self._text[position : position + len(wanted)]
        is_same = found.lower() == wanted.lower() if self._ignores_case else found == wanted
        return len(wanted) if is_same else None
