"""Records made by the server's own decision maker, in a real ledger."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from underwriter.accounts import Commitments, Exposures, FacilityBook
from underwriter.accounts.account_book import AccountBook
from underwriter.decisioning import Desk, KeptPolicies
from underwriter.decisioning.rule_tests.files import load_tests
from underwriter.ledger import Recorded, SqlLedger, ledger_in
from underwriter.ledger.keys import Wrapping
from underwriter.service.accounts.account_reading import AccountReading
from underwriter.service.deciding import DecisionMaker
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.storage import open_database
from underwriter.v1.decision_service_pb2 import DecideRequest

from ..decisioning.desks import RULES, application


@contextmanager
def opened(url: str, keys: Wrapping) -> Iterator[SqlLedger]:
    """Lend the ledger in a database, with its facilities kept up to date."""
    database = open_database(url)
    with ledger_in(database, keys, projections=(FacilityBook(database),)) as ledger:
        yield ledger


def decide_all(ledger: SqlLedger, desk: Desk, requests: Iterable[DecideRequest]) -> list[Recorded]:
    """Decide on requests one after the other, and record them, as a server with this desk would."""

    async def decide() -> list[Recorded]:
        await PoliciesInForce(desk, ledger.artifacts).keep_sources(desk.policies.values(), 0)
        book = FacilityBook(ledger.database)
        exposures = Exposures(lambda subject_id: book.exposure(ledger.vault.subject_ref(subject_id)))
        accounts = AccountReading(AccountBook(ledger.database), ledger.vault, None)
        maker = DecisionMaker(ledger, exposures, Commitments(book.commitments), accounts)
        return [
            await maker.decide(request, request.SerializeToString(), desk.policy_for(request.product), None)
            for request in requests
        ]

    return asyncio.run(decide())


def kept(ledger: SqlLedger) -> KeptPolicies:
    """Return the policies that the ledger alone can make ready."""
    return KeptPolicies(ledger.artifacts.load)


def prime() -> Mapping[str, object]:
    """Return an applicant whom the shipped policy for personal credit approves."""
    tests, _ = load_tests(RULES / "personal_credit", "personal_credit")
    return next(test.given for test in tests if test.name == "the instalment bounds the line")


def request_for(desk: Desk, product: str, given: Mapping[str, object], subject_id: str) -> DecideRequest:
    """Return a request of plain data."""
    request = DecideRequest(product=product, application=application(desk.policy_for(product), given))
    request.application.applicant.subject_id = subject_id
    return request
