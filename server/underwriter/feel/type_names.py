"""Parses type names, such as `list<number>` or `function<date> -> string`, to canonical text (DMN 1.5, rule 54)."""

from underwriter.feel.names import TYPES, Names
from underwriter.feel.token_stream import TokenStream
from underwriter.feel.tokens import Kind

_BUILT_IN = Names(TYPES)


def parse_type(stream: TokenStream) -> str:
    """Pass a type and return it, with one space wherever FEEL writes one."""
    stream.descend()
    type_name = _parse_function_type(stream) if stream.at("function") else _parse_named_type(stream)
    stream.ascend()
    return type_name


def _parse_named_type(stream: TokenStream) -> str:
    name = _parse_qualified_name(stream)
    if name not in ("list", "range", "context") or not stream.at("<"):
        return name
    opening = stream.advance()
    inner = _parse_fields(stream) if name == "context" else parse_type(stream)
    stream.close(opening, ">")
    return f"{name}<{inner}>"


def _parse_qualified_name(stream: TokenStream) -> str:
    name = _parse_name(stream)
    while stream.at("."):
        stream.advance()
        name += f".{_parse_name(stream)}"
    return name


def _parse_name(stream: TokenStream) -> str:
    if name := stream.match_among(_BUILT_IN) or stream.match_name():
        return name
    if stream.current.kind is not Kind.NAME and not stream.at("null"):
        raise stream.fault("a type")
    return stream.advance().text


def _parse_fields(stream: TokenStream) -> str:
    fields = [_parse_field(stream)]
    while stream.at(","):
        stream.advance()
        fields.append(_parse_field(stream))
    return ", ".join(fields)


def _parse_field(stream: TokenStream) -> str:
    name = stream.new_name(":", expected="the name of an entry")
    stream.expect(":", "':' and the type of the entry")
    return f"{name}: {parse_type(stream)}"


def _parse_function_type(stream: TokenStream) -> str:
    stream.advance()
    if not stream.at("<"):
        return "function"
    opening = stream.advance()
    parameters = [] if stream.at(">") else [parse_type(stream)]
    while stream.at(","):
        stream.advance()
        parameters.append(parse_type(stream))
    stream.close(opening, ">")
    stream.expect("->", "'->' and the type of the function's result")
    return f"function<{', '.join(parameters)}> -> {parse_type(stream)}"
