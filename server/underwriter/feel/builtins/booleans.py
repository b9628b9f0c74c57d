"""Functions of booleans (DMN 1.5, 10.3.4.2 and 10.3.4.4)."""

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.iteration import every, some
from underwriter.feel.types import ANY, BOOLEAN, ListType
from underwriter.feel.values import Value


def _is_defined(value: Value) -> bool:
    return value is not None


def _all(*items: Value) -> bool | None:
    return every(items)


def _any(*items: Value) -> bool | None:
    return some(items)


_FLAGS = Parameter("list", ListType(item=BOOLEAN))
_FLAG = Parameter("b", BOOLEAN, takes_null=True)

NOT = Builtin(
    "not",
    "The opposite; null for null.",
    "not(false)",
    (Signature((Parameter("negand", BOOLEAN),), BOOLEAN, lambda flag: not flag, is_total=True, template="(not {0})"),),
)
ALL = Builtin(
    "all",
    "False if any item is, else null if any is not known, else true.",
    "all([true, true]) and all([])",
    (Signature((_FLAGS,), BOOLEAN, every), Signature((_FLAG,), BOOLEAN, _all, is_variadic=True)),
)
ANY_ = Builtin(
    "any",
    "True if any item is, else null if any is not known, else false.",
    "any([false, true]) and not(any([]))",
    (Signature((_FLAGS,), BOOLEAN, some), Signature((_FLAG,), BOOLEAN, _any, is_variadic=True)),
)
IS_DEFINED = Builtin(
    "is defined",
    "Whether there is a value: false for null.",
    "is defined(1) and not(is defined(null))",
    (
        Signature(
            (Parameter("value", ANY, takes_null=True),),
            BOOLEAN,
            _is_defined,
            is_total=True,
            template="({0} is not None)",
            is_instant=True,
        ),
    ),
)

BOOLEANS = (NOT, ALL, ANY_, IS_DEFINED)
