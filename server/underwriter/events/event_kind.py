"""What kind of event an `AccountEvent` tells of."""

from underwriter.v1.account_event_pb2 import CREDENTIAL_KIND_PASSWORD, AccountEvent, AccountEventKind

_BY_DETAIL = {
    "application": AccountEventKind.ACCOUNT_EVENT_KIND_APPLICATION_SUBMITTED,
    "drawdown": AccountEventKind.ACCOUNT_EVENT_KIND_DRAWDOWN,
    "repayment": AccountEventKind.ACCOUNT_EVENT_KIND_REPAYMENT,
    "missed_repayment": AccountEventKind.ACCOUNT_EVENT_KIND_REPAYMENT_MISSED,
    "inquiry": AccountEventKind.ACCOUNT_EVENT_KIND_CREDIT_INQUIRY,
    "turnover_report": AccountEventKind.ACCOUNT_EVENT_KIND_TURNOVER_REPORT,
    "manual_action": AccountEventKind.ACCOUNT_EVENT_KIND_MANUAL_ACTION,
}


def event_kind(event: AccountEvent) -> AccountEventKind:
    """Return the kind; that of nothing for an event that does not say what happened."""
    match event.WhichOneof("detail"):
        case "login":
            if event.login.succeeded:
                return AccountEventKind.ACCOUNT_EVENT_KIND_LOGIN_SUCCEEDED
            return AccountEventKind.ACCOUNT_EVENT_KIND_LOGIN_FAILED
        case "device":
            if event.device.removed:
                return AccountEventKind.ACCOUNT_EVENT_KIND_DEVICE_REMOVED
            return AccountEventKind.ACCOUNT_EVENT_KIND_DEVICE_CHANGED
        case "credential":
            if event.credential.credential == CREDENTIAL_KIND_PASSWORD:
                return AccountEventKind.ACCOUNT_EVENT_KIND_PASSWORD_RESET
            return AccountEventKind.ACCOUNT_EVENT_KIND_CREDENTIAL_CHANGED
        case "verification":
            if event.verification.passed:
                return AccountEventKind.ACCOUNT_EVENT_KIND_VERIFICATION_PASSED
            return AccountEventKind.ACCOUNT_EVENT_KIND_VERIFICATION_FAILED
        case None:
            return AccountEventKind.ACCOUNT_EVENT_KIND_UNSPECIFIED
        case detail:
            return _BY_DETAIL[detail]
