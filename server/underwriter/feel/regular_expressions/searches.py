"""What rules do with regular expressions (XPath Functions 3.1, 5.6.3 to 5.6.5: matches, replace and tokenize)."""

from collections.abc import Iterator, Sequence

from underwriter.feel.bounds import MAXIMUM_TEXT, spend_on
from underwriter.feel.faults import Fault
from underwriter.feel.regular_expressions.nodes import Spans
from underwriter.feel.regular_expressions.programs import Program, program

_DIGITS = "0123456789"


def is_match(text: str, pattern: str, flags: str = "") -> bool:
    """Tell whether the pattern matches a part of the text; raise `Fault` for a wrong pattern or too much work."""
    return program(pattern, flags, remembers_groups=False).is_found(text)


def split(text: str, pattern: str, flags: str = "") -> list[str]:
    """Return what stands between the matches; raise `Fault` for a wrong pattern, or one that matches no character."""
    pieces: list[str] = []
    end = 0
    for spans in _matches(program(pattern, flags, remembers_groups=False), text):
        pieces.append(text[end : spans[0][0]])
        end = spans[0][1]
    spend_on(pieces)
    return [*pieces, text[end:]]


def replaced(text: str, pattern: str, replacement: str, flags: str = "") -> str:
    r"""Return the text with each match replaced.

    In the replacement `$1` is what a group matched, `$0` the whole match, `\$` a dollar sign and `\\` a backslash; with
    flag q it stands for itself. Raise `Fault` for a wrong pattern or replacement, and for a pattern that matches no
    character.
    """
    compiled = program(pattern, flags, remembers_groups=True)
    parts = [replacement] if "q" in flags else _parts(replacement, compiled.groups)
    pieces: list[str] = []
    end = size = 0
    for spans in _matches(compiled, text):
        pieces += (text[end : spans[0][0]], _filled(parts, text, spans))
        end = spans[0][1]
        size += len(pieces[-1])
        if size > MAXIMUM_TEXT:
            raise Fault("too-long", "the string has more than {} characters", MAXIMUM_TEXT)
    spend_on(pieces)
    return "".join((*pieces, text[end:]))


def _matches(compiled: Program, text: str) -> Iterator[Spans]:
    """Return the matches of a pattern that may not match the empty text: there would be no end of them."""
    if compiled.takes_nothing:
        raise Fault("bad-pattern", "the pattern matches the empty text")
    return compiled.matches(text)


def _parts(replacement: str, groups: int) -> list[str | int]:
    """Return a replacement as texts and numbers of groups (XPath Functions 3.1, 5.6.4)."""
    parts: list[str | int] = []
    position = 0
    while position < len(replacement):
        character, following = replacement[position], replacement[position + 1 : position + 2]
        position += 1
        if character == "\\":
            if following not in ("\\", "$"):
                raise Fault("bad-replacement", "a backslash in the replacement must stand before '\\' or '$'")
            parts.append(following)
            position += 1
        elif character == "$":
            number, position = _group_number(replacement, position, groups)
            parts.append(number)
        else:
            parts.append(character)
    return parts


def _group_number(replacement: str, position: int, groups: int) -> tuple[int, int]:
    """Return the number of a group at a position, as many digits as there are groups for, and where it ends."""
    end = position + 1
    if position >= len(replacement) or replacement[position] not in _DIGITS:
        raise Fault("bad-replacement", "'$' in the replacement must stand before a digit, or be written '\\$'")
    while end < len(replacement) and replacement[end] in _DIGITS and int(replacement[position : end + 1]) <= groups:
        end += 1
    return int(replacement[position:end]), end


def _filled(parts: Sequence[str | int], text: str, spans: Spans) -> str:
    return "".join(part if isinstance(part, str) else _group_text(part, text, spans) for part in parts)


def _group_text(number: int, text: str, spans: Spans) -> str:
    """Return what a group matched; the empty text for one that took no part, or that there is not."""
    start, end = spans[number] if number < len(spans) else (-1, -1)
    return text[start:end] if start >= 0 else ""
