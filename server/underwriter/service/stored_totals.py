"""What a decision is told of what is stored: the subject's exposure and account, and the totals that it reads."""

from collections.abc import Callable

from underwriter.accounts import ExposureState, TotalKind, Totals
from underwriter.decisioning import ActivePolicy, Stored
from underwriter.policy.stored_inputs import CONCENTRATIONS, FUNDERS, GUARANTEES
from underwriter.v1.record_pb2 import AccountEvidence, FunderAmount, NamedAmount

_KINDS = {FUNDERS: TotalKind.FUNDER, GUARANTEES: TotalKind.GUARANTOR, CONCENTRATIONS: TotalKind.CONCENTRATION}


def stored_for(
    policy: ActivePolicy,
    exposure: ExposureState,
    account: AccountEvidence | None,
    read_totals: Callable[[], Totals],
) -> Stored:
    """Return what is stored for a policy. Totals are read only if it reads any; raises what reading them raises."""
    if not policy.totals_read:
        return Stored(exposure.evidence(), account=account)
    totals, currency = read_totals(), policy.currency
    told = {name: totals.of(kind, currency) for name, kind in _KINDS.items() if name in policy.totals_read}
    return Stored(
        exposure.evidence(),
        funders=[FunderAmount(funder=name, amount=amount) for name, amount in told.get(FUNDERS, ())],
        guarantees=[NamedAmount(name=name, amount=amount) for name, amount in told.get(GUARANTEES, ())],
        concentrations=[NamedAmount(name=name, amount=amount) for name, amount in told.get(CONCENTRATIONS, ())],
        account=account,
    )
