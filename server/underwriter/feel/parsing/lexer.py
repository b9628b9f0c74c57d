"""Cuts FEEL text into tokens (DMN 1.5, 10.3.1.2, rules 27 to 37, 61 and 62).

The lexer accepts every text: what belongs to no token becomes an unknown one, for the parser to report, because only
the parser knows whether a strange character stands inside a declared name.
"""

import re

from underwriter.feel.parsing.tokens import KEYWORDS, Kind, Token

# Rule 28, less the full-width punctuation of Chinese keyboards, which the spec's ranges happen to hold: `，` or `（` in
# a formula is always a slip.
_NAME_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d\u180f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3004-\u3007\u3012\u3013\u3020-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe"
    "\uff10-\uff19\uff21-\uff3a\uff3e\uff41-\uff5a\uff66-\ufffd\U00010000-\U000effff"
)
_NAME_PART = _NAME_START + "0-9\u00b7\u0300-\u036f\u203f\u2040"
_SPACE = "\\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"

_STRING = r'"(?:\\[^\n]|[^"\\\n])*"'
_TOKEN = re.compile(
    rf"""
    (?P<blank>    [{_SPACE}]+ | //[^\n]* | /\*.*?\*/ )
  | (?P<temporal> @[ ]?{_STRING} )
  | (?P<string>   {_STRING} )
  | (?P<quoted>   “[^”\n]*” )
  | (?P<number>   (?: [0-9]+(?:\.[0-9]+)? | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? )
  | (?P<name>     [{_NAME_START}][{_NAME_PART}]* )
  | (?P<unclosed> /\*.* | @?"[^\n]* | “[^\n]* )
  | (?P<unknown>  == | && | \|\| )
  | (?P<symbol>   \*\* | \.\. | -> | <= | >= | != | [-+*/=<>()\[\]{{}},.:'’] )
  | (?P<other>    . )
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = {
    "temporal": Kind.TEMPORAL,
    "string": Kind.STRING,
    "quoted": Kind.UNKNOWN,
    "number": Kind.NUMBER,
    "name": Kind.NAME,
    "unclosed": Kind.UNCLOSED,
    "unknown": Kind.UNKNOWN,
    "symbol": Kind.SYMBOL,
    "other": Kind.UNKNOWN,
}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a text, without blanks and comments, and an end token last. Never fails."""
    tokens = [_token(match) for match in _TOKEN.finditer(text) if match.lastgroup != "blank"]
    tokens.append(Token(Kind.END, "", len(text), len(text)))
    return tokens


def _token(match: re.Match[str]) -> Token:
    text = match.group()
    return Token(_kind(match.lastgroup or "", text), text, match.start(), match.end())


def _kind(group: str, text: str) -> Kind:
    return Kind.KEYWORD if group == "name" and text in KEYWORDS else _KINDS[group]


def string_value(literal: str) -> str:
    r"""Return what a string literal means: without its quotes, and its escapes resolved (rule 35).

    An escape that FEEL does not have stays as written, backslash included, as patterns such as "\d" need. Two escapes
    for the halves of a surrogate pair make one character; half a pair becomes U+FFFD.
    """
    value = _ESCAPE.sub(_unescape, literal[1:-1])
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str]) -> str:
    code = match.group(1)
    if len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return _SIMPLE_ESCAPES.get(code, match.group())


def quote(value: str) -> str:
    """Return the string literal that means the value."""
    for character, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        value = value.replace(character, escape)
    return f'"{value}"'
