"""The reasons that decisions give, with their texts: rules/reasons.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass

from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source, Span
from underwriter.policy import shapes
from underwriter.policy.documents import Data, Text, read_document
from underwriter.policy.reading import Reading
from underwriter.policy.rule_files import RuleFiles

REASONS_PATH = "reasons.yaml"

# Reasons that the engine itself gives.
INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
EVALUATION_FAILED = "EVALUATION_FAILED"
OFFER_ABOVE_CAP = "OFFER_ABOVE_CAP"
NO_OFFER = "NO_OFFER"
ENGINE_REASONS = (INSUFFICIENT_DATA, EVALUATION_FAILED, OFFER_ABOVE_CAP, NO_OFFER)


@dataclass(frozen=True, slots=True)
class ReasonEntry:
    """One reason: its text and what would help, by language, and whether it speaks against the applicant."""

    code: str
    text: Mapping[str, str]
    guidance: Mapping[str, str]
    is_adverse: bool


def load_reasons(files: RuleFiles) -> tuple[dict[str, ReasonEntry], list[Diagnostic]]:
    """Read the catalogue. Every finding on it is returned, and what could be read."""
    shown = files.shown(REASONS_PATH)
    if REASONS_PATH not in files.texts:
        message = "there is no catalogue of reasons"
        return {}, [Diagnostic("missing-file", message, Source("", shown), Span(0, 0), f"add {REASONS_PATH}")]
    document, findings = read_document(shown, files.texts[REASONS_PATH])
    reading = Reading()
    reading.diagnostics += findings
    top = reading.fields(document, shapes.CATALOGUE, Source("", shown)) if document else None
    listed = top.get("reasons") if top else None
    reasons = reading.mapping(listed, "reasons", listed.source) if listed else None
    entries = {key.text: entry for key, data in reasons or () if (entry := _entry(reading, key, data))}
    if reasons is not None:
        for code in ENGINE_REASONS:
            if reasons.get(code) is None:
                message = f"the engine's own reason {code} is missing"
                reading.report("missing-key", message, reasons.source, f"add `{code}:` with its texts")
    return entries, reading.diagnostics


def _entry(reading: Reading, key: Text, data: Data) -> ReasonEntry | None:
    fields = reading.fields(data, shapes.REASON, key.source)
    if fields is None:
        return None
    texts = {language: reading.text(fields.get(language), language) for language in ("en", "zh")}
    adverse = reading.choice(fields.get("adverse"), "adverse", ("true", "false"))
    guidance = fields.get("help")
    return ReasonEntry(
        key.text,
        {language: text.text for language, text in texts.items() if text},
        reading.texts(guidance, key.source) if guidance else {},
        adverse == "true",
    )
