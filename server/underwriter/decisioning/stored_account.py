"""What is known of an applicant's account, as a policy reads it: figures from events, and the alerts in force."""

from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter

from underwriter.decisioning.requests.field_values import amount
from underwriter.feel.values import Value
from underwriter.policy.inputs import FieldKind, choices, kind_of_field
from underwriter.policy.stored_inputs import FIGURES, WARNING_GRADE
from underwriter.v1.account_pb2 import AccountFigures, AlertEffect, AlertSeverity
from underwriter.v1.record_pb2 import AccountEvidence, AlertEvidence

_KINDS = {name: kind_of_field(AccountFigures.DESCRIPTOR.fields_by_name[name]) for name in FIGURES}
_SEVERITIES, _EFFECTS = choices(AlertSeverity.DESCRIPTOR), choices(AlertEffect.DESCRIPTOR)


def account_values(account: AccountEvidence, names: Sequence[str], currency: str) -> dict[str, Value]:
    """Return figures of an account, and its grade of early warning, by name.

    Null is a figure that nothing is known of, an amount in another currency, and a grade that was not given yet.
    """
    figures = account.figures
    return {
        name: (account.warning_grade or None) if name == WARNING_GRADE else _figure(figures, name, currency)
        for name in names
    }


def alerts_values(account: AccountEvidence) -> dict[str, Value] | None:
    """Return what is told of the alerts in force, oldest first; None, so that all of it is null, if it is not known."""
    if account.alerts_unknown:
        return None
    alerts = account.alerts
    effects = set(map(attrgetter("effect"), alerts))
    return {
        "open": [_alert_values(alert) for alert in alerts],
        "codes": [alert.code for alert in alerts],
        **{name.lower(): number in effects for number, name in _EFFECTS.items()},
    }


def _figure(figures: AccountFigures, name: str, currency: str) -> Value:
    if not figures.HasField(name):
        return None
    value = getattr(figures, name)
    match _KINDS[name]:
        case FieldKind.MONEY:
            return amount(value) if value.currency_code == currency else None
        case FieldKind.DECIMAL:
            return Decimal(value.value)
        case _:
            return Decimal(value)


def _alert_values(alert: AlertEvidence) -> dict[str, Value]:
    return {
        "code": alert.code,
        "severity": _SEVERITIES.get(alert.severity),
        "effect": _EFFECTS.get(alert.effect),
        "monitor": alert.monitor,
        "rule": alert.rule,
    }
