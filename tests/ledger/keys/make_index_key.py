"""Prints the reference of a subject: run by several processes at once on one new database."""

import sys
from pathlib import Path

from underwriter.ledger.keys import MasterKeyFile, Vault
from underwriter.storage import open_database

url, file, subject_id = sys.argv[1:]
database = open_database(url)
vault = Vault(database, MasterKeyFile(Path(file)))
print("ready", flush=True)  # noqa: T201
sys.stdin.readline()
print(vault.subject_ref(subject_id).hex(), flush=True)  # noqa: T201
database.close()
