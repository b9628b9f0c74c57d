"""What is known of an account as people write it, in tests beside rules and in application files."""

from collections.abc import Mapping

from underwriter.decisioning.requests import faults, given_values
from underwriter.decisioning.requests.faults import FieldFault
from underwriter.decisioning.requests.given import fill_message
from underwriter.policy.stored_inputs import ACCOUNT, ALERTS, FIGURES, WARNING_GRADE
from underwriter.v1.record_pb2 import AccountEvidence

_OPEN, _UNKNOWN = "open", "unknown"
_MAPPING = "a mapping of field names to values"


def account_evidence(given: Mapping[str, object], currency: str) -> tuple[AccountEvidence, list[FieldFault]]:
    """Return what plain data says of an account under `account` and `alerts`, with all its faults.

    `account` has figures and `warning_grade`; what is not given is not known. `alerts` has those in force as a list
    `open`, from which the rest of them follows, or `unknown: true` where they could not be told.
    """
    evidence = AccountEvidence()
    found = [
        *_read_account(evidence, given.get(ACCOUNT), currency),
        *_read_alerts(evidence, given.get(ALERTS), currency),
    ]
    return evidence, found


def _read_account(evidence: AccountEvidence, given: object, currency: str) -> list[FieldFault]:
    if given is None:
        return []
    if not isinstance(given, Mapping):
        return [faults.wrong_kind(ACCOUNT, given_values.described(given), _MAPPING)]
    names = (*FIGURES, WARNING_GRADE)
    found = [
        faults.unknown_field(f"{ACCOUNT}.{faults.shown(str(key))}", str(key), names)
        for key in given
        if key not in names
    ]
    figures = {name: given[name] for name in FIGURES if name in given}
    if figures:
        found += fill_message(evidence.figures, figures, ACCOUNT, currency)
    return found + fill_message(evidence, {WARNING_GRADE: given.get(WARNING_GRADE)}, ACCOUNT, currency)


def _read_alerts(evidence: AccountEvidence, given: object, currency: str) -> list[FieldFault]:
    if given is None:
        return []
    if not isinstance(given, Mapping):
        return [faults.wrong_kind(ALERTS, given_values.described(given), _MAPPING)]
    unknown_keys = [str(key) for key in given if key not in (_OPEN, _UNKNOWN)]
    found = [faults.unknown_field(f"{ALERTS}.{faults.shown(key)}", key, (_OPEN, _UNKNOWN)) for key in unknown_keys]
    is_unknown, alerts = given.get(_UNKNOWN, False), given.get(_OPEN) or ()
    if not isinstance(is_unknown, bool):
        found.append(faults.wrong_kind(f"{ALERTS}.{_UNKNOWN}", given_values.described(is_unknown), "true or false"))
    else:
        evidence.alerts_unknown = is_unknown
    if not isinstance(alerts, list | tuple):
        return [*found, faults.wrong_kind(f"{ALERTS}.{_OPEN}", given_values.described(alerts), "a list")]
    for index, alert in enumerate(alerts):
        found += fill_message(evidence.alerts.add(), alert, f"{ALERTS}.{_OPEN}[{index}]", currency)
    return found
