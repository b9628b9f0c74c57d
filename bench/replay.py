"""Measures replaying: how many recorded decisions are made again and compared in a second, on one core and on all.

    python bench/replay.py [--records 20000] [--product PERSONAL_CREDIT_LINE] [--jobs 2] [--profile]

The records are made first, by the server's own decision maker, each for another customer, in an SQLite file. Rates are
by the processors' time as well as by the clock: the machine may have other work.
"""

import argparse
import asyncio
import cProfile
import os
import tempfile
import time
from datetime import UTC, datetime
from functools import partial

from applications import PAY_LATER, PERSONAL, customer, shipped, typical_for

from underwriter.accounts import Commitments, Exposures, FacilityBook
from underwriter.accounts.account_book import AccountBook
from underwriter.ledger import DEFAULT_LOG, ledger_in
from underwriter.ledger.keys import MasterKeys
from underwriter.replay import DecidingBy, RecordRange, ReplayWork, Summary, replay_in_parts
from underwriter.replay.work import RECORDS_OF_A_PART
from underwriter.service.accounts.account_reading import AccountReading
from underwriter.service.deciding import DecisionMaker
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.storage import open_database, upgrade
from underwriter.v1.decision_service_pb2 import DecideRequest

IN_FLIGHT = 64


async def make_records(url: str, keys: MasterKeys, product: str, count: int) -> None:
    """Decide on `count` applications for a product, and record them."""
    database = open_database(url)
    book = FacilityBook(database)
    desk = shipped()
    with ledger_in(database, keys, projections=(book,)) as ledger:
        await PoliciesInForce(desk, ledger.artifacts).keep_sources(desk.policies.values(), 0)
        exposures = Exposures(
            lambda subject_id, connection=None: book.exposure(ledger.vault.subject_ref(subject_id), connection)
        )
        accounts = AccountReading(AccountBook(database), ledger.vault, None)
        maker = DecisionMaker(ledger, exposures, Commitments(book.commitments), accounts)
        typical = typical_for(product, desk, datetime.now(UTC))
        numbers = iter(range(count))

        async def decide_again_and_again() -> None:
            for number in numbers:
                request = DecideRequest()
                request.CopyFrom(typical.request)
                request.application.applicant.subject_id = customer(number)
                await maker.decide(request, request.SerializeToString(), typical.policy, None)

        await asyncio.gather(*(decide_again_and_again() for _ in range(IN_FLIGHT)))


def replay(url: str, keys: MasterKeys, jobs: int) -> None:
    """Replay all of it and print the rate."""
    work = ReplayWork(url, keys, DEFAULT_LOG, RecordRange(), DecidingBy())
    parts = [
        (done, time.perf_counter(), time.process_time(), summary)
        for done, _, summary in replay_in_parts(work, partial(Summary, 20), jobs)
    ]
    # The first part loads the policies too.
    (_, began, *_), (first, ready, cpu_before, _), *_, (done, end, cpu_after, summary) = parts
    by_processor = f", {(done - first) / (cpu_after - cpu_before):,.0f}/s of processor time" if jobs == 1 else ""
    print(
        f"{jobs} process(es): {done:,} records in {end - began:.2f} s; after the first {first:,}, with which policies "
        f"are loaded, {(done - first) / (end - ready):,.0f}/s{by_processor}; "
        f"{summary.reproduced:,} reproduced, {summary.differing} differing"
    )


def main() -> None:
    """Make the records, replay them, print the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000, help="how many decisions to record first")
    parser.add_argument("--product", choices=(PERSONAL, PAY_LATER), default=PERSONAL)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes of the second run")
    parser.add_argument("--profile", action="store_true", help="show where the time goes, instead")
    options = parser.parse_args()
    if options.records <= RECORDS_OF_A_PART:
        parser.error(f"--records: the first {RECORDS_OF_A_PART:,} load the policies too: record more than that")
    with tempfile.TemporaryDirectory() as folder:
        url, keys = f"sqlite:///{folder}/replay.db", MasterKeys.generate()
        upgrade(url)
        asyncio.run(make_records(url, keys, options.product, options.records))
        if options.profile:
            cProfile.runctx("replay(url, keys, 1)", globals(), locals(), sort="tottime")
            return
        for jobs in dict.fromkeys((1, options.jobs)):
            replay(url, keys, jobs)


if __name__ == "__main__":
    main()
