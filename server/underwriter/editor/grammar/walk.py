"""Goes through a document along the grammar of its kind, as far as the two fit."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from underwriter.editor.grammar.values import Either, Items, Keys, Meaning, Named, Single, Value, Variants
from underwriter.policy.documents import Data, Fields, Text
from underwriter.policy.documents import Items as ListData

Siblings = Callable[[], Mapping[str, str]]
"""Gives the keys of a mapping with the texts under them."""


def meanings(data: Data, value: Value) -> Iterator[tuple[Text, Meaning]]:
    """Yield every single value of a document that stands for something, with what that is."""
    match data, value:
        case Text(), _:
            for kind in alternatives(value):
                if isinstance(kind, Single) and kind.meaning:
                    yield data, kind.meaning
        case ListData(), _:
            for kind in alternatives(value):
                if isinstance(kind, Items):
                    yield from (found for item in data.items for found in meanings(item, kind.item))
        case Fields(), _:
            for key, below in data:
                inner = value_under(value, key.text, partial(_texts, data))
                if inner is not None:
                    yield from meanings(below, inner)


def alternatives(value: Value) -> Iterator[Value]:
    """Yield the kinds that a value may be of."""
    if isinstance(value, Either):
        for one in value.values:
            yield from alternatives(one)
    else:
        yield value


def value_under(value: Value, key: str, siblings: Siblings) -> Value | None:
    """Return what stands under a key of a mapping; None if the grammar has no such key.

    `siblings` gives the texts under all keys of the mapping, for one whose shape is told by one of them.
    """
    for kind in alternatives(value):
        match kind:
            case Named():
                return kind.value
            case Keys() if key in kind.shape.keys:
                return kind.value(key)
            case Variants():
                return Single() if key == kind.key else _under_variant(kind, key, siblings)
    return None


def mapping_at(value: Value, siblings: Mapping[str, str]) -> Keys | Named | Variants | None:
    """Return the mapping that a value may be, if it may be one; of several shapes the one that is told."""
    for kind in alternatives(value):
        if isinstance(kind, Variants):
            return kind.shapes.get(siblings.get(kind.key, ""), kind)
        if isinstance(kind, Keys | Named):
            return kind
    return None


def item_of(value: Value) -> Value | None:
    """Return what the items of a list are; None if the value is no list."""
    return next((kind.item for kind in alternatives(value) if isinstance(kind, Items)), None)


def _under_variant(variants: Variants, key: str, siblings: Siblings) -> Value | None:
    keys = variants.shapes.get(siblings().get(variants.key, ""))
    return keys.value(key) if keys and key in keys.shape.keys else None


def _texts(fields: Fields) -> Mapping[str, str]:
    return {key.text: data.text for key, data in fields if isinstance(data, Text)}
