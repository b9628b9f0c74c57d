"""Reads a policy and all that it includes into one definition."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from underwriter.dmn.models.files import ModelFiles, read_files
from underwriter.feel.diagnostics import Diagnostic, has_errors, nearest
from underwriter.feel.source import Source, Span
from underwriter.policy import shapes
from underwriter.policy.definitions import LeftOut, PolicyDefinition
from underwriter.policy.documents import Data, Fields, Items, read_document
from underwriter.policy.file_parts import FileParts, read_parts
from underwriter.policy.outcome_loader import load_outcome
from underwriter.policy.reading import Reading
from underwriter.policy.rule_files import DMN_ENDING, RuleFiles, resolve

DEFAULT_LENDER = "own"
LENDER = re.compile("[A-Za-z0-9._:-]{1,64}")
DEFAULT_TIME_ZONE = "Asia/Shanghai"


def load_definition(files: RuleFiles, path: str) -> tuple[PolicyDefinition | None, list[Diagnostic]]:
    """Read the policy at `path`: without what can't be understood, None if that is too much of it."""
    loader = _PolicyLoader(files)
    definition = loader.load(path)
    return definition, loader.reading.diagnostics


class _PolicyLoader:
    """Gathers the parts of a policy from its file and the included ones, each file once."""

    def __init__(self, files: RuleFiles) -> None:
        self.reading = Reading()
        self._files = files
        self._seen: list[str] = []
        self._parts = FileParts()
        self._included: dict[str, ModelFiles] = {}
        self._has_all_parts = True

    def load(self, path: str) -> PolicyDefinition | None:
        fields = self._file(path, shapes.POLICY)
        if fields is None:
            return None
        policy_id = self.reading.source(fields.get("policy"), "policy")
        product = self.reading.text(fields.get("product"), "product")
        lender = self._lender(fields.get("lender"))
        currency = self.reading.currency(fields.get("currency"))
        zone = self._time_zone(fields.get("time zone"))
        monitors = tuple(filter(None, self._sources(fields.get("monitors"), "monitors", "a monitor's name")))
        title, outcome = self._title(fields.get("title")), load_outcome(self.reading, fields.get("outcome"))
        if policy_id is None or product is None or outcome is None:
            return None
        return PolicyDefinition(
            policy_id,
            title,
            product.text,
            lender,
            currency,
            zone,
            tuple(self._parts.parameters),
            tuple(self._parts.dated_parameters),
            tuple(self._parts.attributes),
            tuple(self._parts.models),
            tuple(self._parts.decisions),
            outcome,
            monitors,
            tuple(self._seen),
            tuple(included for included in self._included.values() if not has_errors(included.diagnostics)),
            self._left_out if has_errors(self.reading.diagnostics) else None,
        )

    @property
    def _left_out(self) -> LeftOut:
        has_all = self._has_all_parts and not any(has_errors(file.diagnostics) for file in self._included.values())
        return LeftOut(tuple(self._parts.left_out), is_more=bool(self._parts.unread) or not has_all)

    def _sources(self, data: Data | None, what: str, item: str) -> list[Source | None]:
        return [self.reading.source(entry, item) for entry in self.reading.items(data, what)]

    def _lender(self, data: Data | None) -> str:
        text = self.reading.text(data, "lender")
        if text is not None and not LENDER.fullmatch(text.text):
            message = "a lender is named by up to 64 letters, digits, dots, colons, dashes and underscores"
            self.reading.report("unknown-value", message, text.source, "such as own-bank")
        return text.text if text else DEFAULT_LENDER

    def _time_zone(self, data: Data | None) -> ZoneInfo:
        text = self.reading.text(data, "time zone")
        try:
            return ZoneInfo(text.text if text else DEFAULT_TIME_ZONE)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            if text is not None:
                message = f"there is no time zone '{text.text}'"
                self.reading.report("unknown-value", message, text.source, "such as Asia/Shanghai")
            return ZoneInfo(DEFAULT_TIME_ZONE)

    def _file(self, path: str, shape: shapes.Shape) -> Fields | None:
        """Read one file with its includes, which come first, as they would if they stood in its place."""
        self._seen.append(path)
        shown = self._files.shown(path)
        document, findings = read_document(shown, self._files.texts[path])
        self.reading.diagnostics += findings
        fields = self.reading.fields(document, shape, Source("", shown)) if document is not None else None
        if fields is None or findings or any(key.text not in shape.keys for key, _ in fields):
            self._has_all_parts = False
        if fields is not None:
            self._includes(path, fields)
            self._add(read_parts(self._files, path, fields))
        return fields

    def _includes(self, path: str, fields: Fields) -> None:
        listed = fields.get("include")
        self._has_all_parts = self._has_all_parts and isinstance(listed, Items | None)
        for item in self.reading.items(listed, "include"):
            reference = self.reading.text(item, "an include")
            if reference is None:
                self._has_all_parts = False
                continue
            included = resolve(path, reference.text)
            if included is None or included not in self._files.texts:
                near = nearest(reference.text, self._files.seen_from(path))
                mend = " ".join(filter(None, (near, "the path counts from this file's folder")))
                self.reading.report("missing-file", f"there is no file {reference.text}", reference.source, mend)
                self._has_all_parts = False
            elif included.endswith(DMN_ENDING):
                self._dmn_file(included)
            elif included not in self._seen:
                self._file(included, shapes.PART)

    def _dmn_file(self, path: str) -> None:
        """Read a DMN model with the files that it imports."""
        if path in self._included:
            return
        paths = {self._files.shown(other): other for other in self._files.texts if other.endswith(DMN_ENDING)}
        texts = {shown: self._files.texts[other] for shown, other in paths.items()}
        found = self._included[path] = read_files(self._files.shown(path), texts)
        self.reading.diagnostics += found.diagnostics
        used = sorted(paths[file.source.name] for file in found.by_namespace.values())
        self._seen += [other for other in used if other not in self._seen]

    def _add(self, parts: FileParts) -> None:
        self.reading.diagnostics += parts.diagnostics
        self._parts.add(parts)
        self._seen += [used for used in parts.tables if used not in self._seen]

    def _title(self, data: Data | None) -> dict[str, str]:
        return self.reading.texts(data, data.source) if data else {}


def missing_policy(files: RuleFiles) -> Diagnostic:
    """Say that a rules folder has no policy."""
    source = Source("", files.label or "rules")
    mend = "put each policy into a folder of its own, in a file named policy.yaml"
    return Diagnostic("no-policy", "there is no policy.yaml in the rules folder", source, Span(0, 0), mend)
