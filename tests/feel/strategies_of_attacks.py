"""Hypothesis strategies for texts that try to break out of generated code, and for texts broken at random."""

from hypothesis import strategies as st

HOSTILE_TEXTS = (
    *("__class__", "__import__('os')", "{}", "{0.__class__}", "{x!r}", "%s", "%(x)s", "f'{x}'", "'''", '"""', "'", '"'),
    *("\\", "\\'", "a\nb", "\r\n# x", "\\N{DASH}", "None", "lambda", "warnings", "k0", "t0", "v0", "h0", "x", "note"),
    *("\u202eabc", "\u2028x", "\x85", "\x0c", "\ufeff", "ﬁ", "Å", "a\u0301", "😀", "a;b", "#", ") or (", "]", "}"),
)

hostile_texts = st.lists(
    st.sampled_from(HOSTILE_TEXTS) | st.text(st.characters(exclude_categories=["Cs"])), max_size=4
).map("".join)

_FRAGMENTS = (
    *("(", ")", "[", "]", "{", "}", ",", ":", ".", "..", "-", "+", "*", "**", "/", "<", "=", "!=", "?", "@", '"', "'"),
    *(
        " for ",
        " in ",
        " return ",
        " if ",
        " then ",
        " else ",
        " some ",
        " satisfies ",
        " every ",
        " function",
        " and ",
    ),
    *(" or ", " between ", " instance of ", "null", "true", "0", "1e999", "-1", "partial", "item", "x", '@"P1D"', "\0"),
    *('@"2020-01-01"', "not(", "date(", "sum(", "string(", "sort(", "matches(", "list<", "function<", "\u202e", "\\u"),
)


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Return a text with some stretches of it taken out, doubled, or replaced by what may stand elsewhere."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        kept = draw(st.sampled_from(["", text[start:end] * 2]) | st.sampled_from(_FRAGMENTS) | st.text(max_size=3))
        text = text[:start] + kept + text[end:]
    return text
