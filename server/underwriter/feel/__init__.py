"""Knows how to read, check and compile FEEL, the expression language of DMN (DMN 1.5, chapter 10).

The pipeline: `Source` -> lexer and parser -> nodes -> checker -> code generator -> Python text that calls the runtime.
Every stage has the author's text at hand, so whatever is wrong is told at its place. `Environment` offers the stages.
"""

from underwriter.feel.builtins import STANDARD, Builtin, Parameter, Signature
from underwriter.feel.builtins.entry import MOMENT
from underwriter.feel.checking.checker import Checked
from underwriter.feel.checking.scope import Scope
from underwriter.feel.codegen import Frame, Generator, Variable
from underwriter.feel.diagnostics import Diagnostic, Severity, has_errors, in_file_order, nearest
from underwriter.feel.environment import Environment, Evaluated
from underwriter.feel.faults import EvaluationWarning, Fault, Place
from underwriter.feel.parsing.parser import Limits, Parse
from underwriter.feel.source import Anchor, Position, Source, Span
from underwriter.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from underwriter.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    ChoiceType,
    ConstrainedType,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    conforms,
    join,
)
from underwriter.feel.value_text import feel_text
from underwriter.feel.values import FEEL_CONTEXT, Function, Range, Value

__all__ = [
    "ANY",
    "BOOLEAN",
    "DATE",
    "DATE_TIME",
    "DAYS_DURATION",
    "FEEL_CONTEXT",
    "MOMENT",
    "MONTHS_DURATION",
    "NULL",
    "NUMBER",
    "STANDARD",
    "STRING",
    "TIME",
    "Anchor",
    "Builtin",
    "Checked",
    "ChoiceType",
    "ConstrainedType",
    "ContextType",
    "Date",
    "DateTime",
    "DaysDuration",
    "Diagnostic",
    "Environment",
    "Evaluated",
    "EvaluationWarning",
    "Fault",
    "Frame",
    "Function",
    "FunctionType",
    "Generator",
    "Limits",
    "ListType",
    "MonthsDuration",
    "Parameter",
    "Parse",
    "Place",
    "Position",
    "Range",
    "RangeType",
    "Scope",
    "Severity",
    "Signature",
    "Source",
    "Span",
    "Time",
    "Type",
    "Value",
    "Variable",
    "conforms",
    "feel_text",
    "has_errors",
    "in_file_order",
    "join",
    "nearest",
]
