"""`underwriter language-server`: the rules in an editor."""

import gc
import logging
import sys
from importlib.metadata import version

import typer

from underwriter.cli.arguments import MODELS, RULES, Models, Rules
from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.output import refuse


def language_server(rules: Rules = RULES, models: Models = MODELS) -> None:
    """Tell an editor what is wrong in rules as they are typed, and what may stand.

    Editors start it by themselves: it speaks the language server protocol over stdin and stdout.

    Exit codes:
      0  the editor ended it
      1  the editor went away without ending it
      2  the extra `authoring` is not installed
    """
    try:
        from underwriter.editor import features
    except ModuleNotFoundError as missing:
        if str(missing.name).split(".")[0] not in ("pygls", "lsprotocol"):
            raise
        refuse("the language server needs what `pip install 'underwriter[authoring]'` installs", UNUSABLE)
    if sys.stdin.isatty():
        typer.echo("waiting for an editor; see docs/editor.md. Ctrl-C ends it.", err=True)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    gc.freeze()  # what is imported stays; to walk it over and over would keep questions waiting
    features.language_server(rules, models, version("underwriter")).start_io()
