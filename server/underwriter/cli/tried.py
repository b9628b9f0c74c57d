"""Tries an application of a file, or of the record, once as it is and once with edits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from underwriter.cli.desks import desk_or_exit
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.local_decisions import answer_here
from underwriter.cli.output import errors, refuse
from underwriter.cli.progress import working
from underwriter.cli.record_files import keys_or_exit, refusing
from underwriter.decisioning import Desk, PolicyUnusable, RulesRefused, UnknownProduct
from underwriter.decisioning.requests.application_files import FileRefused, RequestInFile, read_requests
from underwriter.decisioning.requests.given import GivenRefused
from underwriter.decisioning.rule_tests.files import merged_fields
from underwriter.policy import Policy
from underwriter.v1.decision_pb2 import Decision


@dataclass(frozen=True, slots=True)
class Tried:
    """A decision with every step, and the one that edits lead to, if there are any. One policy made both."""

    place: str
    policy: Policy
    before: Decision
    after: Decision | None


def tried_file(file: Path, edits: Mapping[str, object], rules: Path, models: Path, now: datetime | None) -> Tried:
    """Decide on the one request of a file; end the command if that can't be done."""
    try:
        requests = read_requests(file)
    except FileRefused as error:
        refuse(str(error), UNUSABLE)
    if len(requests) != 1:
        refuse(f"{file} holds {len(requests)} requests; try shows the path of one", UNUSABLE)
    item, moment = requests[0], now or datetime.now(UTC)
    desk = desk_or_exit(rules, models)
    before = _decided(item, desk, moment)
    changed = replace(item, application=merged_fields(item.application, edits))
    after = _decided(changed, desk, moment) if edits else None
    return Tried(item.place, desk.policy_for(item.product).policy, before, after)


def tried_record(decision_id: str, edits: Mapping[str, object], database: str, log: str, keys: Path | None) -> Tried:
    """Decide again on a request of the record; end the command if that can't be done."""
    # What the record needs takes longer to import than a file takes to try.
    from underwriter.ledger import open_ledger
    from underwriter.workbench.recorded_request import EditsRefused, NotFound, find_recorded

    with (
        refusing(),
        working("looking in the record"),
        open_ledger(database, keys_or_exit(keys, database), log=log) as ledger,
    ):
        try:
            recorded = find_recorded(ledger, decision_id)
            after = recorded.with_edits(edits) if edits else None
        except (NotFound, GivenRefused, EditsRefused) as error:
            refuse(str(error), FAULTS)
        except (PolicyUnusable, RulesRefused) as error:
            refuse(f"the policy that made it can't be made ready: {error}", FAULTS)
    return Tried(f"decisions/{decision_id}", recorded.replayed.policy.policy, recorded.decision, after)


def _decided(item: RequestInFile, desk: Desk, now: datetime) -> Decision:
    try:
        desk.policy_for(item.product)
    except UnknownProduct as error:
        refuse(f"{item.place}: {error}", FAULTS)
    answer = answer_here(item, desk, now, with_trace=True)
    if answer.decision is None:
        refuse("\n".join((f"{item.place}: no decision", *(f"    {fault}" for fault in answer.faults))), FAULTS)
    for problem in answer.problems:
        errors.print(f"{item.place}: evaluation failed: {problem}")
    return answer.decision
