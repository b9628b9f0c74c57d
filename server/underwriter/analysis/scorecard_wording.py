"""The wording of what is wrong with the bins of a scorecard, one function a mistake."""

from underwriter.feel import Diagnostic, Severity, Source
from underwriter.policy.definitions import Bin, ScorecardAttribute


def bin_never_fits(bin_: Bin, attribute: ScorecardAttribute, possible: str | None) -> Diagnostic:
    """No value that a characteristic may have falls into a bin."""
    message = f"nothing falls into this bin: nothing that {value_text(attribute)} may be passes {bin_.when.text}"
    mend = f"{value_text(attribute)} may be: {possible}" if possible else "mend the bin, or take it away"
    return _finding("shadowed-bin", message, bin_.when, mend)


def shadowed_bin(bin_: Bin, example: str, earlier: Bin) -> Diagnostic:
    """All that would fall into a bin falls into earlier ones."""
    message = (
        f"nothing falls into this bin: earlier ones take all that passes it; {example} falls into {earlier.when.text}"
    )
    return _finding("shadowed-bin", message, bin_.when, "move it up, or take it away")


def scorecard_gap(attribute: ScorecardAttribute, example: str, left: str | None) -> Diagnostic:
    """A value falls into no bin."""
    message = f"no bin fits {example}: it gets the {attribute.missing} points of a missing value"
    mend = f"add a bin for it, such as {left}" if left else "add a bin for it"
    return _finding("scorecard-gap", message, attribute.value, mend)


def value_text(attribute: ScorecardAttribute) -> str:
    """Return the formula of a characteristic, on one line."""
    return " ".join(attribute.value.text.split())


def _finding(code: str, message: str, source: Source, mend: str) -> Diagnostic:
    return Diagnostic(code, message, source, source.whole, mend, Severity.WARNING)
