"""Reads documents into the shapes that rule files have, and says what does not fit."""

import re
from collections.abc import Iterable
from decimal import Decimal

from underwriter.feel.diagnostics import Diagnostic, nearest
from underwriter.feel.source import Source, Span
from underwriter.policy.documents import Data, Fields, Items, Text
from underwriter.policy.shapes import TEXTS, Shape

DEFAULT_CURRENCY = "CNY"
CURRENCY = re.compile("[A-Z]{3}")


class Reading:
    """Gathers findings while a document is read; each method returns None where the document does not fit."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def report(self, code: str, message: str, source: Source, mend: str = "") -> None:
        """Add a finding on the first line of a source."""
        end = source.text.find("\n")
        self.diagnostics.append(Diagnostic(code, message, source, Span(0, end if end > 0 else len(source.text)), mend))

    def fields(self, data: Data | None, shape: Shape, place: Source) -> Fields | None:
        """Return a mapping; keys that its shape lacks or does not know are reported. `place` is for a missing one."""
        fields = self.mapping(
            data, shape.what, place, ", ".join(f"{key}: ..." for key in shape.required or shape.keys[:1])
        )
        if fields is None:
            return None
        for key, value in fields:
            if key.text not in shape.keys:
                mend = nearest(key.text, shape.keys) or f"known keys: {', '.join(shape.keys)}"
                if _is_cut_off(value) and fields.source.text.startswith("{"):
                    mend = "between { and } a comma begins another entry: quote the formula that it belongs to"
                self.report("unknown-key", f"the {shape.what} has no key '{key.text}'", key.source, mend)
        missing = [name for name in shape.required if fields.get(name) is None]
        for name in missing:
            mend = f"add `{name}:` ({shape.required[name]})"
            self.report("missing-key", f"the {shape.what} has no '{name}'", fields.source, mend)
        return fields

    def mapping(self, data: Data | None, what: str, place: Source, example: str = "name: value") -> Fields | None:
        """Return a mapping with any keys; `example` is how it may look."""
        if isinstance(data, Fields):
            return data
        message = f"the {what} must be written as keys and values"
        mend = f"one a line, such as {example}" if example == "name: value" else f"write its keys: {example}"
        self.report("not-a-mapping", message, data.source if data else place, mend)
        return None

    def items(self, data: Data | None, what: str) -> tuple[Data, ...]:
        """Return the items of a list; none if nothing is there."""
        if data is None:
            return ()
        if isinstance(data, Items):
            return data.items
        self.report("not-a-list", f"{what} must be a list", data.source, "write each item on a line with a dash")
        return ()

    def text(self, data: Data | None, what: str) -> Text | None:
        """Return a scalar that is not empty."""
        if isinstance(data, Text) and data.text.strip():
            return data
        if data is not None:
            is_empty = isinstance(data, Text)
            message = f"{what} is empty" if is_empty else f"{what} must be a single value, not keys or a list"
            mend = "write a value, or take the key away" if is_empty else "write one value on the line of its key"
            self.report("not-a-text", message, data.source, mend)
        return None

    def source(self, data: Data | None, what: str) -> Source | None:
        """Return the source of a scalar."""
        text = self.text(data, what)
        return text.source if text else None

    def number(self, data: Data | None, what: str) -> Decimal | None:
        """Return a number, exactly as written."""
        text = self.text(data, what)
        if text is None:
            return None
        if isinstance(text.value, Decimal):
            return text.value
        self.report("not-a-number", f"{what} must be a number, not '{text.text}'", text.source, "such as 12.5")
        return None

    def currency(self, data: Data | None) -> str:
        """Return a currency's code; `DEFAULT_CURRENCY` if nothing is there."""
        text = self.text(data, "currency")
        if text is not None and not CURRENCY.fullmatch(text.text):
            message = f"a currency is three capital letters (ISO 4217), not '{text.text}'"
            self.report("unknown-value", message, text.source, "such as CNY")
        return text.text if text else DEFAULT_CURRENCY

    def choice(self, data: Data | None, what: str, allowed: Iterable[str]) -> str | None:
        """Return a text that is one of those allowed."""
        text = self.text(data, what)
        if text is None or text.text in (known := tuple(allowed)):
            return text.text if text else None
        mend = " ".join(filter(None, (nearest(text.text, known), f"allowed: {', '.join(known)}")))
        self.report("unknown-value", f"{what} can't be '{text.text}'", text.source, mend)
        return None

    def texts(self, data: Data | None, place: Source) -> dict[str, str]:
        """Return texts by language."""
        fields = self.fields(data, TEXTS, place)
        if fields is None:
            return {}
        return {name.text: text.text for name, value in fields if (text := self.text(value, name.text))}


def _is_cut_off(data: Data) -> bool:
    """Tell whether nothing was written as a value, not even a colon before it may be."""
    return isinstance(data, Text) and data.tag == "null" and not data.text
