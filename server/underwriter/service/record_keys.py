"""The keys of the record: the master keys, which wrap the keys of subjects, and the key that signs checkpoints.

An operator sets both. With an SQLite file they may be left out: they are then made beside it at the first start, so
that the server can be tried at once. That protects nobody who can read the whole folder, so the server says it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from underwriter.ledger.checkpoints import KeyInvalid, SigningKey, default_origin, make_signing_key, read_signing_key
from underwriter.ledger.keys import (
    MasterKeyFile,
    MasterKeyInvalid,
    Wrapping,
    access_warning,
    create_master_key_file,
    parse_master_keys,
)
from underwriter.service.settings import Settings

MASTER_KEY = "master.key"


class KeysRefused(Exception):
    """Keys are not set and can't be made beside the database, or what is set is no key. `str()` is a text to show."""


@dataclass(frozen=True, slots=True)
class RecordKeys:
    """The keys that a server uses."""

    master_keys: Wrapping
    signing_key: SigningKey


def open_keys(settings: Settings) -> RecordKeys:
    """Return the keys that the settings name. Raises KeysRefused."""
    try:
        return RecordKeys(_master_keys(settings), read_signing_key(_signing_key_file(settings)))
    except (MasterKeyInvalid, KeyInvalid) as error:
        raise KeysRefused(str(error)) from error


def make_missing_keys(settings: Settings) -> list[str]:
    """Make the keys that are not set, beside an SQLite database; return what the operator should know.

    Several processes may do so at once: one makes a key, the others use it. Raises KeysRefused.
    """
    made = []
    if settings.master_key is None and settings.master_key_file is None:
        file = _beside_database(settings, MASTER_KEY)
        if not file.exists() and _made_master_key(file):
            made.append(
                f"made {file}: without it no record can be read; keep a copy elsewhere, and set master_key_file"
            )
    file = _signing_key_file(settings)
    if settings.signing_key_file is None and not file.exists() and _made_signing_key(file, settings.ledger_log):
        made.append(f"made {file}: it signs checkpoints; keep it apart from the database, and set signing_key_file")
    return [*made, *_warnings(settings)]


def _master_keys(settings: Settings) -> Wrapping:
    if settings.master_key is not None:
        return parse_master_keys(settings.master_key.get_secret_value())
    return MasterKeyFile(settings.master_key_file or _beside_database(settings, MASTER_KEY))


def _made_master_key(file: Path) -> bool:
    try:
        create_master_key_file(file)
    except MasterKeyInvalid as error:
        if file.exists():
            return False
        raise KeysRefused(str(error)) from error
    return True


def _made_signing_key(file: Path, log: str) -> bool:
    try:
        make_signing_key(file, default_origin(log))
    except FileExistsError:
        return False
    except (OSError, KeyInvalid) as error:
        raise KeysRefused(f"{file}: can't be made: {error}") from error
    return True


def _warnings(settings: Settings) -> Iterator[str]:
    for file in (settings.master_key_file, settings.signing_key_file):
        if file is not None and (warning := access_warning(file)):
            yield warning


def _signing_key_file(settings: Settings) -> Path:
    return settings.signing_key_file or _beside_database(settings, f"{settings.ledger_log}.signing.key")


def _beside_database(settings: Settings, name: str) -> Path:
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise KeysRefused(
            "master_key_file or master_key, and signing_key_file, must be set: only beside an SQLite file are keys "
            "made; `underwriter keys create FILE` makes a master key, `underwriter keys create-signing FILE` the other"
        )
    return Path(f"{url.database}.keys") / name
