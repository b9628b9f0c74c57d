"""Functions of regular expressions (DMN 1.5, 10.3.4.3, by XPath and XQuery Functions 3.1, 5.6)."""

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.regular_expressions import is_match, replaced, split
from underwriter.feel.types import BOOLEAN, STRING, ListType

_INPUT = Parameter("input", STRING)
_PATTERN = Parameter("pattern", STRING)
_FLAGS = Parameter("flags", STRING, takes_null=True, is_optional=True)


def _matches(text: str, pattern: str, flags: str | None = None) -> bool:
    return is_match(text, pattern, flags or "")


def _replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    return replaced(text, pattern, replacement, flags or "")


MATCHES = Builtin(
    "matches",
    "Whether a part of the text matches the pattern; flags: s (a dot takes line ends), m (^ and $ are of lines), "
    "i (both cases), x (spaces are left out of the pattern), q (the pattern is plain text).",
    'matches("AB-1234", "^[A-Z]{2}-\\\\d+$") and matches("ABC", "b", "i")',
    (Signature((_INPUT, _PATTERN, _FLAGS), BOOLEAN, _matches),),
)
REPLACE = Builtin(
    "replace",
    "The text with every match of the pattern replaced; $1 in the replacement is what the first group took.",
    'replace("2026-01-31", "(\\\\d+)-(\\\\d+)-(\\\\d+)", "$3.$2.$1") = "31.01.2026"',
    (Signature((_INPUT, _PATTERN, Parameter("replacement", STRING), _FLAGS), STRING, _replace),),
)
SPLIT = Builtin(
    "split",
    "The parts of the text between the matches of a pattern.",
    'split("a;b;;c", ";") = ["a", "b", "", "c"]',
    (Signature((Parameter("string", STRING), Parameter("delimiter", STRING)), ListType(item=STRING), split),),
)

REGULAR_EXPRESSIONS = (MATCHES, REPLACE, SPLIT)
