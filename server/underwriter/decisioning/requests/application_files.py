"""Reads requests from files: YAML or JSON with a product and an application, or JSON lines of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from underwriter.decisioning.requests.given import GivenRefused, application_from
from underwriter.decisioning.requests.given_stored import stored_values
from underwriter.feel.types import Type
from underwriter.feel.values import Value
from underwriter.policy.documents import plain_value, read_document
from underwriter.policy.stored_inputs import STORED_INPUTS
from underwriter.v1.decision_service_pb2 import DecideRequest

LINES_ENDING = ".jsonl"
KEYS = ("request_id", "product", "application", *STORED_INPUTS)


class FileRefused(ValueError):
    """A file, or one request in it, that can't be used; `str()` says where and why, one line a fault."""


@dataclass(frozen=True, slots=True)
class RequestInFile:
    """A request as it stands in a file. `place` names it to people. `stored` is what is to be taken for stored."""

    place: str
    product: str
    request_id: str
    application: Mapping[str, object]
    stored: Mapping[str, object] = field(default_factory=dict)

    def stored_values(self, currency: str) -> dict[str, Value]:
        """Return what is to be taken for stored, as FEEL values by the names of the stored inputs.

        Raises:
            FileRefused: when it has fields that do not exist or values of the wrong kind.
        """
        try:
            return stored_values(self.stored, currency)
        except GivenRefused as error:
            raise self._refused(error) from None

    def request(self, currency: str | None = None, attributes: Mapping[str, Type] | None = None) -> DecideRequest:
        """Return the request; amounts without a currency are in `currency`.

        Raises:
            FileRefused: when the application has fields that do not exist or values of the wrong kind.
        """
        try:
            application = application_from(self.application, currency=currency, attributes=attributes or {})
        except GivenRefused as error:
            raise self._refused(error) from None
        return DecideRequest(request_id=self.request_id, product=self.product, application=application)

    def _refused(self, error: GivenRefused) -> FileRefused:
        return FileRefused("\n".join(f"{self.place}: {fault}" for fault in error.faults))


def read_requests(path: Path) -> list[RequestInFile]:
    """Read all requests of a file.

    Raises:
        FileRefused: when it can't be read, is no YAML or JSON, or holds something else.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise FileRefused(f"{path}: not UTF-8: {error.reason}") from None
    if path.suffix == LINES_ENDING:
        return _requests_in_lines(path, text)
    document, findings = read_document(str(path), text)
    if document is None or findings:
        raise FileRefused("\n".join(finding.render() for finding in findings))
    return [_request(str(path), plain_value(document))]


def _requests_in_lines(path: Path, text: str) -> list[RequestInFile]:
    requests: list[RequestInFile] = []
    faults: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            place = f"{path}:{number}"
            try:
                requests.append(_request(place, _json(place, line)))
            except FileRefused as error:
                faults.append(str(error))
    if faults:
        raise FileRefused("\n".join(faults))
    return requests


def _json(place: str, line: str) -> object:
    try:
        return json.loads(line, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise FileRefused(f"{place}: not valid JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise FileRefused(f"{place}: brackets are nested too deep") from None


def _request(place: str, value: object) -> RequestInFile:
    if not isinstance(value, Mapping) or not isinstance(value.get("application"), Mapping):
        raise FileRefused(f"{place}: a request must be a mapping with the keys product and application")
    unknown = sorted(set(value) - set(KEYS))
    if unknown or not isinstance(value.get("product"), str):
        wrong = f"unknown key {', '.join(unknown)}" if unknown else "no product"
        raise FileRefused(f"{place}: {wrong}; the keys of a request are {', '.join(KEYS)}")
    stored = {key: value[key] for key in STORED_INPUTS if value.get(key) is not None}
    return RequestInFile(place, value["product"], str(value.get("request_id") or ""), value["application"], stored)
