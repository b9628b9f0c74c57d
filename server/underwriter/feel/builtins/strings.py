"""Functions of strings (DMN 1.5, 10.3.4.3). Positions count characters from 1, or from the end if negative.

A character is a code point of Unicode. The fraction of a position or length is cut off.
"""

from collections.abc import Sequence
from decimal import Decimal

from underwriter.feel.bounds import MAXIMUM_TEXT, spend_on
from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.faults import Fault
from underwriter.feel.types import BOOLEAN, NUMBER, STRING, ListType
from underwriter.feel.values import Range

_STRING = Parameter("string", STRING)
_MATCH = Parameter("match", STRING)


def _length(text: str) -> Decimal:
    return Decimal(len(text))


def _substring(text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    if not 1 <= abs(start) < len(text) + 1:
        raise Fault("out-of-range", "there is no position {} in a string of {} characters", start, len(text))
    if length is not None and length < 1:
        raise Fault("out-of-range", "the length {} is below 1", length)
    first = int(start) - 1 if start > 0 else len(text) + int(start)
    return text[first:] if length is None else text[first : first + int(min(length, Decimal(len(text))))]


def _substring_before(text: str, match: str) -> str:
    before, found, _ = text.partition(match) if match else ("", "", text)
    return before if found else ""


def _substring_after(text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


def _join(items: Sequence[str | None], delimiter: str | None = None) -> str:
    present = [item for item in items if item is not None]
    if sum(map(len, present)) + len(delimiter or "") * len(present) > MAXIMUM_TEXT:
        raise Fault("too-long", "the string has more than {} characters", MAXIMUM_TEXT)
    found = (delimiter or "").join(present)
    spend_on(found)
    return found


STRING_LENGTH = Builtin(
    "string length",
    "How many characters the string has.",
    'string length("foo") = 3',
    (Signature((_STRING,), NUMBER, _length, is_total=True, is_instant=True, result_range=Range(Decimal(0), None)),),
)
UPPER_CASE = Builtin(
    "upper case",
    "The string in capital letters.",
    'upper case("aBc") = "ABC"',
    (Signature((_STRING,), STRING, str.upper, is_total=True, template="{0}.upper()"),),
)
LOWER_CASE = Builtin(
    "lower case",
    "The string in small letters.",
    'lower case("aBc") = "abc"',
    (Signature((_STRING,), STRING, str.lower, is_total=True, template="{0}.lower()"),),
)
CONTAINS = Builtin(
    "contains",
    "Whether the match stands in the string.",
    'contains("foobar", "oba")',
    (Signature((_STRING, _MATCH), BOOLEAN, str.__contains__, is_total=True, template="({1} in {0})"),),
)
STARTS_WITH = Builtin(
    "starts with",
    "Whether the string begins with the match.",
    'starts with("foobar", "fo")',
    (Signature((_STRING, _MATCH), BOOLEAN, str.startswith, is_total=True, template="{0}.startswith({1})"),),
)
ENDS_WITH = Builtin(
    "ends with",
    "Whether the string ends with the match.",
    'ends with("foobar", "ar")',
    (Signature((_STRING, _MATCH), BOOLEAN, str.endswith, is_total=True, template="{0}.endswith({1})"),),
)
SUBSTRING = Builtin(
    "substring",
    "The characters from a position on, all or so many.",
    'substring("foobar", 3) = "obar" and substring("foobar", -2, 1) = "a"',
    (
        Signature(
            (
                _STRING,
                Parameter("start position", NUMBER),
                Parameter("length", NUMBER, takes_null=True, is_optional=True),
            ),
            STRING,
            _substring,
        ),
    ),
)
SUBSTRING_BEFORE = Builtin(
    "substring before",
    "What stands before the first match; empty if there is none.",
    'substring before("foobar", "bar") = "foo"',
    (Signature((_STRING, _MATCH), STRING, _substring_before, is_total=True),),
)
SUBSTRING_AFTER = Builtin(
    "substring after",
    "What stands after the first match; empty if there is none.",
    'substring after("foobar", "ob") = "ar"',
    (Signature((_STRING, _MATCH), STRING, _substring_after, is_total=True),),
)
STRING_JOIN = Builtin(
    "string join",
    "The strings of a list in one, the delimiter between them; nulls are left out.",
    'string join(["a", "b"], ", ") = "a, b"',
    (
        Signature(
            (
                Parameter("list", ListType(item=STRING)),
                Parameter("delimiter", STRING, takes_null=True, is_optional=True),
            ),
            STRING,
            _join,
        ),
    ),
)

STRINGS = (
    STRING_LENGTH,
    UPPER_CASE,
    LOWER_CASE,
    CONTAINS,
    STARTS_WITH,
    ENDS_WITH,
    SUBSTRING,
    SUBSTRING_BEFORE,
    SUBSTRING_AFTER,
    STRING_JOIN,
)
