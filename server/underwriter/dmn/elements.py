"""The elements of a DMN model as its file says them (DMN 1.5, chapter 6): nothing resolved or checked yet."""

from dataclasses import dataclass

from underwriter.dmn.boxes.expressions import BoxedExpression, FunctionDefinition
from underwriter.feel.source import Source


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to an element by its id: `#id` in the same model, `namespace#id` in another (13.3.2)."""

    namespace: str | None
    id: str
    source: Source


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A named type (7.3.2): a type reference, components or a function's signature; a list of it if `is_collection`.

    `allowed_values` constrain the item, `type_constraint` the whole value, which for a collection is the list; both
    are unary tests (7.3.3).
    """

    name: Source
    type_name: Source | None = None
    components: tuple["ItemDefinition", ...] = ()
    is_collection: bool = False
    allowed_values: Source | None = None
    type_constraint: Source | None = None
    function: "FunctionItem | None" = None


@dataclass(frozen=True, slots=True)
class FunctionItem:
    """The signature of a function type (7.3.4)."""

    parameters: tuple[tuple[Source, Source | None], ...]
    result: Source | None


@dataclass(frozen=True, slots=True)
class InputData:
    """An input of the model (6.3.11)."""

    id: str
    name: Source
    type_name: Source | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision (6.3.7): its logic, and what it requires: inputs, other decisions, and functions."""

    id: str
    name: Source
    logic: BoxedExpression | None = None
    type_name: Source | None = None
    requires: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """A business knowledge model (6.3.9): a function that decisions call, and the functions that it requires."""

    id: str
    name: Source
    function: FunctionDefinition | None = None
    type_name: Source | None = None
    requires: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionService:
    """Decisions offered as one function (6.3.10); its parameters are the input decisions and the input data."""

    id: str
    name: Source
    type_name: Source | None = None
    output_decisions: tuple[Reference, ...] = ()
    encapsulated_decisions: tuple[Reference, ...] = ()
    input_decisions: tuple[Reference, ...] = ()
    input_data: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """Another model, whose elements are named with `name` and a point before them (6.3.3)."""

    name: Source
    namespace: str
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Definitions:
    """A whole file."""

    name: Source
    namespace: str
    source: Source
    imports: tuple[Import, ...] = ()
    items: tuple[ItemDefinition, ...] = ()
    inputs: tuple[InputData, ...] = ()
    decisions: tuple[Decision, ...] = ()
    knowledge_models: tuple[KnowledgeModel, ...] = ()
    services: tuple[DecisionService, ...] = ()
