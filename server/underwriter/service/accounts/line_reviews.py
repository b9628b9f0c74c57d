"""ReviewLine: a decision on an open line, by the policy for reviews."""

import asyncio
import time

from underwriter.accounts import FacilityBook
from underwriter.accounts.facility import Facility
from underwriter.accounts.facility_message import facility_id_of
from underwriter.decisioning import ActivePolicy
from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.ledger import EntryKind, Ledger, RequestIdReused
from underwriter.ledger.keys.vault import Vault
from underwriter.service.accounts.review_request import check_is_line, fill_in, fill_in_as, review_request
from underwriter.service.calls import parse
from underwriter.service.decision_service import DecisionService, chosen, content_of
from underwriter.service.errors import NothingFound, RequestInvalid
from underwriter.service.facility_service import NAME_FORM
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.service.wire import decision_with_position
from underwriter.v1.account_service_pb2 import ReviewLineRequest
from underwriter.v1.decision_service_pb2 import DecideRequest


class LineReviews:
    """The method `ReviewLine`: a decision on an open line by the policy for reviews."""

    def __init__(
        self,
        policies: PoliciesInForce,
        decisions: DecisionService,
        ledger: Ledger,
        facility_book: FacilityBook,
        vault: Vault,
        product: str,
    ) -> None:
        self._policies = policies
        self._decisions = decisions
        self._ledger = ledger
        self._facility_book = facility_book
        self._vault = vault
        self._product = product

    async def review_line(self, received: bytes) -> bytes:
        """Decide whether a line is raised, lowered, repriced, frozen or kept; recorded as any decision is."""
        asked = parse(ReviewLineRequest, received)
        desk, request = self._policies.desk, review_request(asked, self._product)
        policy, arm = chosen(desk, desk.policy_for(self._product), request)
        facility = await self._facility(asked, policy)
        if earlier := await self._earlier(request):
            return earlier
        check_is_line(facility)
        fill_in(request, facility, policy.attributes, time.time_ns() // 1000)
        return await self._decisions.decided(request, request.SerializeToString(), policy, arm)

    async def _facility(self, asked: ReviewLineRequest, policy: ActivePolicy) -> Facility:
        """Return the facility that is asked about, once the request is found to be without faults."""
        faults, facility_id = request_faults(asked, policy.currency, policy.attributes), facility_id_of(asked.facility)
        if facility_id is None and asked.facility:
            faults.append(FieldFault("facility", "another form", NAME_FORM))
        if faults or facility_id is None:
            raise RequestInvalid(faults)
        held = await asyncio.to_thread(self._facility_book.facility, facility_id)
        if held is None:
            raise NothingFound("Facility", asked.facility)
        ref = self._vault.subject_ref(asked.application.applicant.subject_id)
        if not await asyncio.to_thread(self._facility_book.is_of, facility_id, ref):
            raise RequestInvalid(
                [FieldFault("application.applicant.subject_id", "another subject", "the subject of the line")]
            )
        return held.facility

    async def _earlier(self, request: DecideRequest) -> bytes | None:
        """Return the decision that the same request got before, though the line may have changed since.

        Raises RequestIdReused if the record's request had other content.
        """
        if not request.request_id:
            return None
        recorded = await self._ledger.find_by_request_id(EntryKind.DECISION, request.request_id)
        if recorded is None or recorded.payload is None:
            return None
        earlier = DecideRequest.FromString(recorded.payload.request)
        fill_in_as(request, earlier)
        if content_of(request) != content_of(earlier):
            raise RequestIdReused(request.request_id)
        return decision_with_position(recorded)
