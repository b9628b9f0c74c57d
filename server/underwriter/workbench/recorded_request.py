"""Finds a recorded decision with what it was made from, and decides on it again, also with edits."""

from collections.abc import Mapping
from dataclasses import dataclass

from underwriter.decisioning import KeptPolicies, decide_again
from underwriter.decisioning.requests.given import edited
from underwriter.decisioning.requests.validation import request_faults
from underwriter.ledger import EntryKind, SqlLedger
from underwriter.policy import Trace
from underwriter.replay import NotReplayable, Replayed, replay_record
from underwriter.replay.record import moment_of
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import DecideRequest


class NotFound(LookupError):
    """No decision that can be made again; the text says why."""


class EditsRefused(ValueError):
    """Edits that leave no application of the policy; the text has a line for each fault."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A decision of the record, made again by the policy that made it, with its trace."""

    replayed: Replayed

    @property
    def decision(self) -> Decision:
        """The decision, with every step."""
        return self.replayed.decision

    def with_edits(self, edits: Mapping[str, object]) -> Decision:
        """Decide again with some fields of the application as plain data says; nothing is recorded.

        Policy, time and stored facts are the recorded ones. Models whose output the edits change say what they say now.

        Raises:
            GivenRefused: when a field does not exist, or a value is of the wrong kind.
            EditsRefused: when the policy does not take the application then.
        """
        policy, recorded = self.replayed.policy, self.replayed.request
        application = edited(recorded.application, edits, currency=policy.currency, attributes=policy.attributes)
        request = DecideRequest(request_id=recorded.request_id, product=recorded.product, application=application)
        if faults := request_faults(request, policy.currency, policy.attributes):
            raise EditsRefused("\n".join(map(str, faults)))
        now = moment_of(self.replayed.sealed.time_us)
        again = decide_again(request, policy, self.replayed.evidence, now, self.replayed.sealed.entry_id, Trace())
        return again.decision


def find_recorded(ledger: SqlLedger, decision_id: str) -> RecordedRequest:
    """Return a decision of the record by its id.

    Raises:
        NotFound: when there is none, when it is erased or archived, or can't be made again.
        PolicyUnusable: when the policy that made it can't be made ready.
    """
    recorded = ledger.entries.find(decision_id)
    if recorded is None or recorded.sealed.kind != EntryKind.DECISION:
        raise NotFound(f"there is no decision decisions/{decision_id} on record")
    if recorded.payload is None:
        raise NotFound(f"decisions/{decision_id} was erased, or moved to an archive")
    policy = KeptPolicies(ledger.artifacts.load).get(recorded.sealed.policy_version)
    try:
        return RecordedRequest(replay_record(recorded.sealed, recorded.payload, policy, traced=True))
    except NotReplayable as error:
        raise NotFound(f"decisions/{decision_id} can't be made again: {error}") from None
