"""Writes the grammar of a kind of file as a JSON Schema.

Draft 7: the YAML language server, which VS Code uses, knows that draft whole and later ones in part, and JetBrains'
editors know it too.
"""

import re
from collections.abc import Mapping
from typing import Any, assert_never

from underwriter.editor.grammar.values import (
    Anything,
    Choice,
    Either,
    Items,
    Keys,
    Meaning,
    Named,
    Nothing,
    Number,
    Single,
    Truth,
    Value,
    Variants,
)

DRAFT = "http://json-schema.org/draft-07/schema#"
_SCALARS = ["string", "number", "boolean"]

Schema = dict[str, Any]


def json_schema(top: Keys, title: str) -> Schema:
    """Return the schema of a file whose top is the given mapping."""
    writer = _SchemaWriter()
    written = writer.keys(top)
    return {"$schema": DRAFT, "title": title, **written, "definitions": dict(sorted(writer.definitions.items()))}


class _SchemaWriter:
    """Writes values; each mapping that has a shape is written once, under its own name."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._names: dict[int, str] = {}

    def keys(self, keys: Keys) -> Schema:
        """Return a mapping with known keys."""
        lines = {**keys.shape.required, **keys.shape.optional}
        schema: Schema = {
            "type": "object",
            "properties": {key: self._described(keys.value(key), line) for key, line in lines.items()},
            "additionalProperties": False,
        }
        if keys.patterns:
            schema["patternProperties"] = {f"^{key}$": self._value(value) for key, value in keys.patterns.items()}
        if keys.shape.required:
            schema["required"] = list(keys.shape.required)
        return schema

    def _described(self, value: Value, line: str) -> Schema:
        """Return a value with a line on it, which must not stand beside a reference (draft 7, 8.3)."""
        schema = self._value(value)
        if not line:
            return schema
        return {"description": line, "allOf": [schema]} if "$ref" in schema else {"description": line, **schema}

    def _value(self, value: Value) -> Schema:
        match value:
            case Single():
                return _single(value)
            case Number():
                return _number(value)
            case Truth():
                return {"type": "boolean"}
            case Nothing():
                return {"type": "null"}
            case Choice():
                return _choice(value)
            case Items():
                return {"type": "array", "items": self._value(value.item)} | (
                    {"minItems": 1} if value.is_filled else {}
                )
            case Named():
                return self._named(value)
            case Keys():
                return self._reference(value)
            case Variants():
                return self._variants(value)
            case Either():
                return {"anyOf": [self._value(one) for one in value.values]}
            case Anything():
                return {}
        assert_never(value)

    def _named(self, value: Named) -> Schema:
        names: Schema = {"propertyNames": {"pattern": f"^{value.key}$"}} if value.key else {}
        return {"type": "object", "additionalProperties": self._value(value.value), **names}

    def _reference(self, keys: Keys) -> Schema:
        name = self._names.get(id(keys))
        if name is None:
            name = self._names[id(keys)] = self._free_name(keys.shape.what)
            self.definitions[name] = {}
            self.definitions[name] = self.keys(keys)
        return {"$ref": f"#/definitions/{name}"}

    def _free_name(self, what: str) -> str:
        base = re.sub("[^A-Za-z0-9]+", "_", what).strip("_")
        number = 1
        while (name := base if number == 1 else f"{base}_{number}") in self.definitions:
            number += 1
        return name

    def _variants(self, variants: Variants) -> Schema:
        """Return a mapping whose further keys go by one of them; editors say less of `oneOf` than of conditions."""
        branches = [
            {
                "if": {"properties": {variants.key: {"const": name}}, "required": [variants.key]},
                "then": self._reference(keys),
            }
            for name, keys in variants.shapes.items()
        ]
        told = {"type": "string", "enum": list(variants.shapes)}
        return {"type": "object", "properties": {variants.key: told}, "required": [variants.key], "allOf": branches}


def _single(value: Single) -> Schema:
    if value.pattern:
        return {"type": "string", "pattern": f"^({value.pattern})$"}
    # FEEL's null, and the `-` of a cell, are values too.
    is_formula = value.meaning in (Meaning.FORMULA, Meaning.UNARY_TESTS)
    return {"type": [*_SCALARS, "null"] if is_formula else _SCALARS}


def _number(value: Number) -> Schema:
    least, most = ("exclusiveMinimum", "exclusiveMaximum") if value.is_between else ("minimum", "maximum")
    bounds: Mapping[str, float | None] = {least: value.minimum, most: value.maximum}
    stated = {key: int(bound) if bound == int(bound) else bound for key, bound in bounds.items() if bound is not None}
    return {"type": "integer" if value.is_whole else "number", **stated}


def _choice(value: Choice) -> Schema:
    schema: Schema = {"type": "string", "enum": list(value.texts)}
    if any(value.texts.values()):
        schema["description"] = "; ".join(f"{text}: {line}" for text, line in value.texts.items() if line)
    return schema
