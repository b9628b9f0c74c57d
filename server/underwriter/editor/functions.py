"""What authors are told of a function: how it is called, what it does, and an example that is true."""

from underwriter.feel.builtins.entry import Builtin, Signature

_MOST_SIGNATURES = 5


def signature_text(function: Builtin) -> str:
    """Return how a function is called, one signature a line; of many the first."""
    lines = [f"{function.name}{signature}{_result(signature)}" for signature in function.signatures[:_MOST_SIGNATURES]]
    return "\n".join([*lines, *(["..."] if len(function.signatures) > _MOST_SIGNATURES else [])])


def function_text(function: Builtin) -> str:
    """Return what a function does, with its example, as Markdown."""
    return f"{function.doc}\n\n```feel\n{function.example}\n```"


def _result(signature: Signature) -> str:
    return "" if callable(signature.result) else f": {signature.result}"
