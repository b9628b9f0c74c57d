"""What YAML 1.2 takes a plain scalar for (YAML 1.2.2, 10.3); PyYAML would go by YAML 1.1, where `no` is false."""

import re

_FORMS = {
    "bool": "true|True|TRUE|false|False|FALSE",
    "float": (
        r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+"
        r"|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    ),
    "int": "[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+",
    "merge": "<<",
    "null": "~|null|Null|NULL|",
    "timestamp": (
        "[0-9]{4}-[0-9]{2}-[0-9]{2}"
        "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}"
        r"(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?"
    ),
    "value": "=",
}
_FORM = re.compile("|".join(f"(?P<{tag}>{form})" for tag, form in _FORMS.items()))
_FIRST = frozenset("tTfFnN~<=+-.0123456789")


def tag_of(text: str) -> str:
    """Return the tag of a plain scalar."""
    if text and text[0] not in _FIRST:
        return "str"
    form = _FORM.fullmatch(text)
    return form.lastgroup or "str" if form else "str"
