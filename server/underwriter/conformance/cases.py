"""Test cases as a file of the kit says them (testCases.xsd of the DMN TCK)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from underwriter.feel import Value


class Invoked(StrEnum):
    """What a case evaluates: decisions by the names of its results, or one decision service."""

    DECISION = "decision"
    SERVICE = "decisionService"


@dataclass(frozen=True, slots=True)
class ExpectedResult:
    """The value that a decision must have. If an error is expected, that is null."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class TestCase:
    """One case: the values of inputs, what is invoked, and what must come out.

    Inputs go by name, or by `namespace#name` where the file states the namespace of the model that has them.
    """

    __test__ = False  # pytest takes it for a test otherwise

    id: str
    inputs: Mapping[str, Value]
    results: tuple[ExpectedResult, ...]
    invoked: Invoked = Invoked.DECISION
    service: str = ""


@dataclass(frozen=True, slots=True)
class TestFile:
    """A file of cases for one model, which is the file of this name beside it."""

    __test__ = False

    model: str
    cases: tuple[TestCase, ...]
