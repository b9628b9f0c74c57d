"""Which database, log and keys the commands on the record use."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.output import refuse
from underwriter.ledger import DEFAULT_LOG, LedgerError
from underwriter.ledger.checkpoints import SigningKey, VerifierKey, read_signing_key
from underwriter.ledger.keys import MasterKeys, read_master_keys
from underwriter.storage import Database, StorageError, check_upgraded, open_database

DATABASE = "sqlite:///data/underwriter.db"
LOG = DEFAULT_LOG

DatabaseUrl = Annotated[str, typer.Option("--database", help="URL of the database.", envvar="UNDERWRITER_DATABASE")]
LogName = Annotated[str, typer.Option("--log", help="Name of the log.", envvar="UNDERWRITER_LEDGER_LOG")]
VerifierKeyText = Annotated[
    str, typer.Option("--verifier-key", help="The key that verifies checkpoints, NAME+HASH+KEY, got from the lender.")
]
SigningKeyFile = Annotated[
    Path | None,
    typer.Option(
        "--signing-key",
        help="File of the key that signs checkpoints; the one beside an SQLite database if not said.",
        envvar="UNDERWRITER_SIGNING_KEY_FILE",
    ),
]
MasterKeyFile = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        help="File of the master keys; the one beside an SQLite database if not said.",
        envvar="UNDERWRITER_MASTER_KEY_FILE",
    ),
]


@contextmanager
def refusing() -> Iterator[None]:
    """End the command with the text of a fault in the record, its database or its keys."""
    try:
        yield
    except (LedgerError, StorageError) as error:
        refuse(str(error), UNUSABLE)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Lend the database, once its tables are known to be of this version."""
    with refusing():
        database = open_database(url)
        try:
            check_upgraded(database)
            yield database
        finally:
            database.close()


def signing_key(file: Path | None, url: str, log: str) -> SigningKey:
    """Return the key that signs checkpoints; end the command if there is none. Raises KeyInvalid."""
    file = file or _beside(url, f"{log}.signing.key")
    if file is None:
        refuse("checkpoints can't be signed without a key; name its file with --signing-key", UNUSABLE)
    return read_signing_key(file)


def verifier_key(text: str, file: Path | None, url: str, log: str) -> VerifierKey | None:
    """Return the key that verifies checkpoints: the one given, else that of the signing key, if there is one."""
    if text:
        return VerifierKey.parse(text)
    found = file or _existing(_beside(url, f"{log}.signing.key"))
    return None if found is None else read_signing_key(found).verifier_key()


def master_keys(file: Path | None, url: str) -> MasterKeys | None:
    """Return the master keys, None if they are not at hand. Raises MasterKeyInvalid."""
    found = file or _existing(_beside(url, "master.key"))
    return None if found is None else read_master_keys(found)


def keys_or_exit(file: Path | None, url: str) -> MasterKeys:
    """Return the master keys; end the command if they are not at hand."""
    with refusing():
        found = master_keys(file, url)
    if found is None:
        refuse(
            f"records can't be read without the master keys{_looked_for(url)}; name their file with --keys", UNUSABLE
        )
    return found


def _looked_for(url: str) -> str:
    """Return where the keys are not; end the command if it is the database's URL that is wrong."""
    with refusing():
        open_database(url).close()
    beside = _beside(url, "master.key")
    return f": there is no {beside}" if beside else ""


def _existing(file: Path | None) -> Path | None:
    return file if file is not None and file.exists() else None


def _beside(url: str, name: str) -> Path | None:
    """Return where the server keeps a key that it made itself; only beside an SQLite database does it do so."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database
    return Path(f"{parsed.database}.keys") / name if is_file else None
