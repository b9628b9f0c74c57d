"""Reads a YAML text: its plain part by a quick reader, and what that does not read by ruamel.yaml.

Ruamel takes fifteen times as long. It alone says what is wrong with a text.
"""

from underwriter.yaml.nodes import Node
from underwriter.yaml.plain_reader import NotPlain, read_plain


def compose(text: str) -> Node | None:
    """Return the document in a text, None if the text is empty.

    Raises:
        YamlError: when it is not valid YAML, or more than one document.
        RecursionError: when it is nested too deep.
    """
    try:
        return read_plain(text)
    except NotPlain:
        from underwriter.yaml.whole_language import compose_whole  # imports ruamel, which most texts can do without

        return compose_whole(text)
