"""Measures `underwriter ledger verify`: records a second, beside plain SHA-256 of the same bytes in the same run.

    python bench/verify.py [--records 300000] [--processes 1 2] [--url postgresql://...] [--directory .]

Without a URL, an SQLite file is filled and taken away again. A URL must name an empty database.
"""

import argparse
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from rich.progress import track
from sqlalchemy import insert

from underwriter.ledger.entry import DEFAULT_LOG, Sealed
from underwriter.ledger.leaf import canonical_bytes, leaf_hash
from underwriter.ledger.merkle import Frontier
from underwriter.ledger.verification import Scope, Verification
from underwriter.storage import open_database, upgrade
from underwriter.storage.schema import entries, subjects, tree_heads, tree_nodes

RECORDS_OF_A_WRITE = 4096
PAYLOAD_BYTES = 2500
NOISE = os.urandom(PAYLOAD_BYTES + RECORDS_OF_A_WRITE)


def main() -> None:
    """Fill a database, verify it, and print the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=300_000, help="how many records the log has")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2], help="how many processes share the work")
    parser.add_argument("--url", help="an empty database to use instead of an SQLite file")
    parser.add_argument("--directory", type=Path, default=Path(), help="where to keep the SQLite file meanwhile")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.directory) as folder:
        url = options.url or f"sqlite:///{Path(folder).absolute()}/ledger.db"
        fill(url, options.records)
        plain = plain_rate()
        print(f"plain SHA-256 of the same bytes: {plain:>9,.0f} records/s")
        for processes in options.processes:
            rate = verify_rate(url, processes)
            print(f"verify, {processes} processes:            {rate:>9,.0f} records/s, {rate / plain:.2f} of it")


def fill(url: str, count: int) -> None:
    """Write a log as the ledger does, faster."""
    upgrade(url)
    database = open_database(url, busy_timeout_s=60)
    frontier = Frontier.empty()
    for start in track(range(0, count, RECORDS_OF_A_WRITE), "filling the database"):
        records = list(new_records(start, min(count, start + RECORDS_OF_A_WRITE)))
        hashes = [leaf_hash(record) for record in records]
        frontier, nodes = frontier.appended(hashes)
        with database.writing() as connection:
            connection.execute(
                insert(entries),
                [
                    {"log": DEFAULT_LOG, "log_index": index, "leaf_hash": leaf} | record._asdict()
                    for index, (record, leaf) in enumerate(zip(records, hashes, strict=True), start)
                ],
            )
            connection.execute(insert(subjects), [subject_row(record.subject) for record in records])
            if nodes:
                rows = [{"log": DEFAULT_LOG, "level": n.level, "node_index": n.index, "hash": n.hash} for n in nodes]
                connection.execute(insert(tree_nodes), rows)
    with database.writing() as connection:
        head = {"log": DEFAULT_LOG, "size": frontier.size, "peaks": frontier.to_bytes()}
        connection.execute(insert(tree_heads), head)
    database.close()


def new_records(start: int, end: int) -> Iterator[Sealed]:
    """Make records of the size of a personal loan's, each on a subject of its own."""
    for index in range(start, end):
        place = index % RECORDS_OF_A_WRITE
        yield Sealed(
            kind=1,
            entry_id=str(uuid.uuid4()),
            request_id=f"request-{index}",
            request_digest=NOISE[:32],
            subject=os.urandom(16),
            product="PERSONAL_CREDIT_LINE",
            outcome=1,
            policy_version="f" * 64,
            time_us=1_790_000_000_000_000 + index,
            facts=NOISE[:90],
            payload=NOISE[place : place + PAYLOAD_BYTES],
        )


def subject_row(subject: bytes) -> dict[str, object]:
    """Make the row of a subject."""
    return {
        "subject": subject,
        "subject_ref": subject[::-1],
        "wrapped_key": NOISE[:60],
        "master_key_id": "mk-1",
        "version": 0,
    }


def plain_rate(count: int = 50_000) -> float:
    """Return how many leaves of this size are hashed in a second, and nothing else done."""
    (record,) = new_records(0, 1)
    leaf = b"\x00" + canonical_bytes(record)
    start = time.perf_counter()
    for _ in range(count):
        sha256(leaf).digest()
    return count / (time.perf_counter() - start)


def verify_rate(url: str, processes: int) -> float:
    """Verify the whole log; return the records a second. Raises AssertionError if it is not sound."""
    start = time.perf_counter()
    verification = Verification(url, Scope(processes=processes))
    if findings := list(verification):
        raise AssertionError(f"the log is not sound: {findings[0]}")
    return verification.result.size / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
