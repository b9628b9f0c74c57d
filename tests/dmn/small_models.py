"""Builds small models: every element's id is its name, and every text is a file of its own."""

from underwriter.dmn.boxes.expressions import (
    Binding,
    BoxedContext,
    BoxedEntry,
    BoxedFilter,
    BoxedIterator,
    BoxedList,
    Conditional,
    FormalParameter,
    FunctionDefinition,
    FunctionKind,
    Invocation,
    IteratorKind,
    LiteralExpression,
    Relation,
)
from underwriter.dmn.elements import (
    Decision,
    DecisionService,
    Definitions,
    FunctionItem,
    Import,
    InputData,
    ItemDefinition,
    KnowledgeModel,
    Reference,
)
from underwriter.dmn.models.model import Model, model_of
from underwriter.dmn.tables.decision_table import DecisionTable, InputClause, OutputClause, TableRow
from underwriter.dmn.tables.hit_policy import HIT_RULES
from underwriter.feel import Environment
from underwriter.feel.source import Source
from underwriter.feel.temporal import parse_date_time

MAIN = "urn:main"
NOON = parse_date_time("2026-01-31T12:00:00Z")


def source(text):
    return None if text is None else Source(text, "small.dmn")


def literal(text, type_name=None, language=None):
    return LiteralExpression(source(text), source(type_name), language)


def box(given):
    """A box, or the text of a literal."""
    return literal(given) if isinstance(given, str) else given


def context(*entries, type_name=None):
    """Entries are `(name, box)` or `(name, box, type)`; a name of None is the result."""
    made = tuple(BoxedEntry(source(e[0]), box(e[1]), source(e[2] if len(e) > 2 else None)) for e in entries)
    return BoxedContext(made, source("context"), source(type_name))


def boxed_list(*items):
    return BoxedList(tuple(box(item) for item in items), source("list"))


def relation(columns, *rows):
    made = tuple(tuple(box(cell) for cell in row) for row in rows)
    return Relation(tuple(source(column) for column in columns), made, source("relation"))


def invocation(function, **arguments):
    bindings = tuple(Binding(source(name), box(value)) for name, value in arguments.items())
    return Invocation(box(function), bindings, source("invocation"))


def function(parameters, body, kind=FunctionKind.FEEL):
    """`parameters` are names, or `name: type`."""
    made = tuple(FormalParameter(*_typed(parameter)) for parameter in parameters)
    return FunctionDefinition(made, None if body is None else box(body), source("function"), kind)


def conditional(condition, consequent, alternative):
    return Conditional(box(condition), box(consequent), box(alternative), source("conditional"))


def boxed_filter(operand, condition):
    return BoxedFilter(box(operand), box(condition), source("filter"))


def iterator(kind, variable, domain, body):
    return BoxedIterator(IteratorKind(kind), source(variable), box(domain), box(body), source(kind))


def table(hit_policy, inputs, outputs, *rows):
    """Rows are `([tests], [outputs])`."""
    return DecisionTable(
        source("table"),
        HIT_RULES[hit_policy],
        tuple(InputClause(source(text)) for text in inputs),
        tuple(OutputClause(source(name)) for name in outputs),
        tuple(
            TableRow(number, tuple(map(source, tests)), tuple(map(source, cells)), source(f"row {number}"))
            for number, (tests, cells) in enumerate(rows, 1)
        ),
    )


def reference(name):
    """`name`, or `namespace#name`."""
    namespace, _, local = name.rpartition("#")
    return Reference(namespace or None, local, source(name))


def given(name, type_name=None):
    return InputData(name, source(name), source(type_name))


def decision(name, logic, requires=(), type_name=None):
    made = None if logic is None else box(logic)
    return Decision(name, source(name), made, source(type_name), tuple(map(reference, requires)))


def knowledge(name, parameters, body, requires=(), type_name=None, kind=FunctionKind.FEEL):
    made = function(parameters, body, kind)
    return KnowledgeModel(name, source(name), made, source(type_name), tuple(map(reference, requires)))


def service(name, outputs, input_data=(), input_decisions=(), type_name=None):
    references = [tuple(map(reference, names)) for names in (outputs, (), input_decisions, input_data)]
    return DecisionService(name, source(name), source(type_name), *references)


def item(name, type_name=None, components=(), allowed=None, constraint=None, is_collection=False, signature=None):
    made = None
    if signature is not None:
        parameters, result = signature
        made = FunctionItem(tuple(_typed(parameter) for parameter in parameters), source(result))
    return ItemDefinition(
        source(name), source(type_name), tuple(components), is_collection, source(allowed), source(constraint), made
    )


def imported(name, namespace):
    return Import(source(name), namespace)


def definitions(*parts, namespace=MAIN, name="main"):
    def of(kind):
        return tuple(part for part in parts if isinstance(part, kind))

    return Definitions(
        source(name),
        namespace,
        source("file"),
        of(Import),
        of(ItemDefinition),
        of(InputData),
        of(Decision),
        of(KnowledgeModel),
        of(DecisionService),
    )


def model(*parts, others=()) -> Model:
    """The model of a main file with these parts, beside other files."""
    files = {other.namespace: other for other in others}
    return model_of(definitions(*parts), files, Environment())


def _typed(text):
    name, _, type_name = text.partition(": ")
    return source(name), source(type_name or None)
