"""Parses types, such as `list<number>` or `function<date> -> string` (DMN 1.5, rule 54)."""

from typing import Literal, cast

from underwriter.feel.nodes import EntriesType, ItemsType, NamedType, SignatureType, WrittenType
from underwriter.feel.parsing.names import TYPES, Names
from underwriter.feel.parsing.syntax_errors import SyntaxFault, duplicate_entry
from underwriter.feel.parsing.token_stream import TokenStream
from underwriter.feel.parsing.tokens import Kind, Token

_BUILT_IN = Names(TYPES)


def parse_type(stream: TokenStream) -> WrittenType:
    """Parse a type. Those of the environment whose names hold spaces are known like all other names."""
    stream.descend()
    start = stream.current
    name = _match_name(stream)
    if name is None and stream.at("function"):
        written = _parse_function_type(stream)
    else:
        written = _parse_named_type(stream, start, name or _parse_word(stream))
    stream.ascend()
    return written


def _match_name(stream: TokenStream) -> str | None:
    """Pass a name of several words, if one begins here."""
    return stream.match_among(_BUILT_IN) or stream.match_name()


def _parse_word(stream: TokenStream) -> str:
    if stream.current.kind is not Kind.NAME and not stream.at("null"):
        raise stream.fault("a type")
    return stream.advance().text


def _parse_named_type(stream: TokenStream, start: Token, name: str) -> WrittenType:
    if name in ("list", "range", "context") and stream.at("<"):
        return _parse_inner_type(stream, start, name)
    while stream.at("."):
        stream.advance()
        name += f".{_match_name(stream) or _parse_word(stream)}"
    return NamedType(name, span=stream.span_from(start.start))


def _parse_inner_type(stream: TokenStream, start: Token, name: str) -> WrittenType:
    opening = stream.advance()
    if name == "context":
        entries = _parse_entries(stream)
        stream.close(opening, ">")
        return EntriesType(tuple(entries), tuple(entries.values()), span=stream.span_from(start.start))
    item = parse_type(stream)
    stream.close(opening, ">")
    return ItemsType(cast(Literal["list", "range"], name), item, span=stream.span_from(start.start))


def _parse_entries(stream: TokenStream) -> dict[str, WrittenType]:
    entries: dict[str, WrittenType] = {}
    while True:
        start = stream.current
        name = stream.new_name(":", expected="the name of an entry")
        if name in entries:
            raise SyntaxFault(duplicate_entry(stream.source, start, name))
        stream.expect(":", "':' and the type of the entry")
        entries[name] = parse_type(stream)
        if not stream.at(","):
            return entries
        stream.advance()


def _parse_function_type(stream: TokenStream) -> WrittenType:
    start = stream.advance().start
    if not stream.at("<"):
        return NamedType("function", span=stream.span_from(start))
    opening = stream.advance()
    parameters = [] if stream.at(">") else [parse_type(stream)]
    while stream.at(","):
        stream.advance()
        parameters.append(parse_type(stream))
    stream.close(opening, ">")
    stream.expect("->", "'->' and the type of the function's result")
    result = parse_type(stream)
    return SignatureType(tuple(parameters), result, span=stream.span_from(start))
