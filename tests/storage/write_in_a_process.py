"""Counts one in a database, transaction after transaction, and prints each that was acknowledged.

    python write_in_a_process.py URL NAME

It prints `ready` and waits for a line. Then it writes until the process is killed. A line is the version that the
transaction stored and the number that it counted to.
"""

import itertools
import sys
from pathlib import Path

from underwriter.storage import open_database

sys.path.insert(0, str(Path(__file__).parent))
from stored import count_one  # beside this file, which is run as a script


def main(url: str, name: str) -> None:
    database = open_database(url)
    with database.reading():
        sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for number in itertools.count():
        version = f"{name}-{number}"
        sys.stdout.write(f"{version} {count_one(database, version)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
