"""Resource names, parsed and built here and nowhere else (AIP-122).

An `_id` is one component, such as a UUID; a `_name` is the whole path, such as `decisions/{decision_id}`.
"""

import re
from typing import NamedTuple

_DECISION = re.compile(r"decisions/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_RECORD = re.compile(r"(decisions|records)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_POLICY = re.compile(r"policies/([a-z][a-z0-9-]{0,62})")

_ACCOUNT = re.compile(r"accounts/([A-Za-z0-9._:-]{1,64})")
_ALERT = re.compile(r"alerts/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
ACCOUNT_FORM = "accounts/{subject_id}"
ALERT_FORM = "alerts/{uuid}, the UUID in lower case"
POLICY_FORM = "policies/{policy}, such as policies/personal-credit"


class ResourceNameMalformed(ValueError):
    """A resource name has not the form that its kind asks for. `form` is that form."""

    def __init__(self, form: str) -> None:
        super().__init__(f"not a name of the form {form}")
        self.form = form


def decision_name(decision_id: str) -> str:
    """Return the resource name of a decision."""
    return f"decisions/{decision_id}"


def decision_id_of(name: str) -> str:
    """Return the UUID in a decision's resource name. Raises ResourceNameMalformed."""
    match = _DECISION.fullmatch(name)
    if match is None:
        raise ResourceNameMalformed("decisions/{uuid}, the UUID in lower case")
    return match[1]


def record_name(record_id: str) -> str:
    """Return the resource name of a record that is no decision."""
    return f"records/{record_id}"


class RecordId(NamedTuple):
    """The UUID of a record, and whether its name says that it is a decision."""

    entry_id: str
    is_decision: bool


def record_id_of(name: str) -> RecordId:
    """Return what the resource name of a decision or of another record says. Raises ResourceNameMalformed."""
    match = _RECORD.fullmatch(name)
    if match is None:
        raise ResourceNameMalformed("decisions/{uuid} or records/{uuid}, the UUID in lower case")
    return RecordId(match[2], match[1] == "decisions")


def account_name(subject_id: str) -> str:
    """Return the resource name of an account."""
    return f"accounts/{subject_id}"


def subject_id_of(name: str) -> str | None:
    """Return the lender's identifier in an account's resource name; None if the name has another form."""
    match = _ACCOUNT.fullmatch(name)
    return match[1] if match else None


def alert_name(alert_id: str) -> str:
    """Return the resource name of an alert."""
    return f"alerts/{alert_id}"


def alert_id_of(name: str) -> str | None:
    """Return the UUID in an alert's resource name; None if the name has another form."""
    match = _ALERT.fullmatch(name)
    return match[1] if match else None


def is_policy_name(name: str) -> bool:
    """Tell whether this is a policy's resource name."""
    return _POLICY.fullmatch(name) is not None


def check_policy_name(name: str) -> None:
    """Raise ResourceNameMalformed unless this is a policy's resource name."""
    if not is_policy_name(name):
        raise ResourceNameMalformed(POLICY_FORM)
