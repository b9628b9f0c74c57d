"""The reasons that decisions give, with their texts: rules/reasons.yaml and the files of rules/reasons/."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source, Span
from underwriter.policy import findings, shapes
from underwriter.policy.documents import Data, Text, read_document
from underwriter.policy.reading import Reading
from underwriter.policy.rule_files import YAML_ENDINGS, RuleFiles

REASONS_PATH = "reasons.yaml"
REASONS_FOLDER = "reasons/"

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


def catalogue_paths(files: RuleFiles) -> tuple[str, ...]:
    """Return the paths of the files that make up the catalogue, in order."""
    within = (path for path in files.texts if path.startswith(REASONS_FOLDER) and path.endswith(YAML_ENDINGS))
    return (*([REASONS_PATH] if REASONS_PATH in files.texts else []), *sorted(within))


def load_reasons(files: RuleFiles) -> tuple[dict[str, ReasonEntry], list[Diagnostic]]:
    """Read the catalogue. Every finding on it is returned, and the reasons: none where a file can't be read."""
    paths = catalogue_paths(files)
    if not paths:
        message, shown = "there is no catalogue of reasons", files.shown(REASONS_PATH)
        mend = f"add {REASONS_PATH}, or files in {REASONS_FOLDER}"
        return {}, [Diagnostic("missing-file", message, Source("", shown), Span(0, 0), mend)]
    reader = _CatalogueReader()
    for path in paths:
        reader.read(files.shown(path), files.texts[path])
    reader.check_engine_reasons()
    return reader.entries if reader.is_whole else {}, reader.reading.diagnostics


@dataclass
class _CatalogueReader:
    """Gathers the entries of all files; `is_whole` is false once the reasons of one could not be read."""

    reading: Reading = field(default_factory=Reading)
    entries: dict[str, ReasonEntry] = field(default_factory=dict)
    is_whole: bool = True
    _places: dict[str, Source] = field(default_factory=dict)
    _first: Source | None = None

    def read(self, shown: str, text: str) -> None:
        document, found = read_document(shown, text)
        self.reading.diagnostics += found
        top = self.reading.fields(document, shapes.CATALOGUE, Source("", shown)) if document else None
        listed = top.get("reasons") if top else None
        reasons = self.reading.mapping(listed, "reasons", listed.source) if listed else None
        if reasons is None:
            self.is_whole = False
            return
        self._first = self._first or reasons.source
        for key, data in reasons:
            self._read_entry(key, data)

    def _read_entry(self, key: Text, data: Data) -> None:
        if key.text in self._places:
            self.reading.diagnostics.append(findings.duplicate_reason(key.source, self._places[key.text]))
            return
        self._places[key.text] = key.source
        if entry := _entry(self.reading, key, data):
            self.entries[key.text] = entry

    def check_engine_reasons(self) -> None:
        if self._first is None or not self.is_whole:
            return
        for code in ENGINE_REASONS:
            if code not in self._places:
                message = f"the engine's own reason {code} is missing"
                self.reading.report("missing-key", message, self._first, f"add `{code}:` with its texts")


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
