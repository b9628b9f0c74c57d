"""`underwriter keys`: the master keys that protect what is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import OutputFormat
from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.layout import columns
from underwriter.cli.output import Format, console, errors, print_json, refuse
from underwriter.cli.progress import counting
from underwriter.cli.record_files import DATABASE, DatabaseUrl, opened, refusing
from underwriter.ledger import DEFAULT_LOG
from underwriter.ledger.checkpoints import default_origin, make_signing_key
from underwriter.ledger.keys import (
    MasterKeyInvalid,
    MasterKeyMissing,
    MasterKeys,
    access_warning,
    create_master_key_file,
    read_master_keys,
)
from underwriter.ledger.keys.master_key_file import add_current_key, remove_key
from underwriter.ledger.keys.rotation import KeyUse, Rotation, key_uses
from underwriter.storage import Database, DatabaseUnavailable

KeyFile = Annotated[Path, typer.Argument(help="The master key file.")]


def create(file: KeyFile) -> None:
    """Make a master key file with one new key.

    Only its owner may read it. A file that is there is never overwritten.

    Exit codes:
      0  the file is made
      2  the file is there already, or can't be written
    """
    with refusing():
        keys = create_master_key_file(file)
    console.print(f"{file} has key {keys.current.key_id}; keep a copy elsewhere: without it no record can be read")


def create_signing(
    file: Annotated[Path, typer.Argument(help="The file to make.")],
    origin: Annotated[
        str | None, typer.Option(help="Name of the log for those who verify it; a new one if not said.")
    ] = None,
) -> None:
    """Make a file with a new key that signs checkpoints.

    Only its owner may read it. A file that is there is never overwritten. What others verify checkpoints by is shown.

    Exit codes:
      0  the file is made
      2  the file is there already, or can't be written, or no log can have this name
    """
    with refusing():
        try:
            key = make_signing_key(file, origin or default_origin(DEFAULT_LOG))
        except FileExistsError:
            refuse(f"{file}: is there already; it is not overwritten", UNUSABLE)
    console.print(f"{file} signs checkpoints; they are verified by {key.verifier_key()}")


def rotate(file: KeyFile, database: DatabaseUrl = DATABASE) -> None:
    """Put a new master key on top of FILE, and wrap every stored key by it.

    Payloads are not rewritten, and servers go on meanwhile. If it is ended before it is through, the next call goes on
    where it stopped, without another new key.

    Exit codes:
      0  the current key of FILE wraps every stored key
      2  the file or the database can't be used
    """
    with _opened(file, database) as ledger:
        keys, left = _keys_to_wrap_by(file, ledger)
        rotation = Rotation(ledger, keys)
        done, total = 0, left or rotation.rows_left()
        with counting("wrapping keys") as tell:
            for rows in iter(rotation.rewrap_batch, 0):
                done += rows
                tell(done, total)
        _scrub(ledger)
    what = "an earlier rotation is through now, no new key was made" if left else "it is new"
    console.print(f"{keys.current.key_id} is the current key ({what}); keys wrapped by it now: {done}")


def show(file: KeyFile, database: DatabaseUrl = DATABASE, output: OutputFormat = Format.TEXT) -> None:
    """Show the ids of the master keys in FILE, and how many stored keys each wraps.

    The keys themselves are never shown.

    Exit codes:
      0  shown
      2  the file or the database can't be used, or a key that is in use is not in the file
    """
    with _opened(file, database) as ledger:
        keys, uses = read_master_keys(file), {use.key_id: use for use in key_uses(ledger)}
        rows = [uses.get(key_id, KeyUse(key_id, 0, 0)) for key_id in keys.ids()]
        if output is Format.JSON:
            print_json([_fields(use, keys) for use in rows])
        else:
            _print(rows, keys)
        _require_all(keys, list(uses.values()))


def forget(
    file: KeyFile,
    key_id: Annotated[str, typer.Argument(help="The id of an older key, as `show` tells it.")],
    database: DatabaseUrl = DATABASE,
) -> None:
    """Take an older master key out of FILE, if it wraps nothing any more.

    What older copies of the database hold can't be read without it.

    Exit codes:
      0  the key is gone
      2  it is the current key, or wraps something still, or the file or the database can't be used
    """
    with _opened(file, database) as ledger:
        rows = sum(use.rows for use in key_uses(ledger) if use.key_id == key_id)
        if rows:
            refuse(f"{key_id} wraps {rows} stored keys; run `underwriter keys rotate` first", UNUSABLE)
        remove_key(file, key_id)
    console.print(f"{key_id} is no longer in {file}; copies of the file may still have it")


@contextmanager
def _opened(file: Path, url: str) -> Iterator[Database]:
    """Lend the database, once the file is known to be usable; warn if others may read it."""
    with refusing():
        read_master_keys(file)
        if warning := access_warning(file):
            errors.print(f"warning: {warning}")
        with opened(url) as database:
            yield database


def _keys_to_wrap_by(file: Path, database: Database) -> tuple[MasterKeys, int]:
    """Return the keys, with a new current one unless an earlier rotation has rows left; and how many."""
    keys, uses = read_master_keys(file), key_uses(database)
    _require_all(keys, uses)
    left = sum(use.rows for use in uses if use.key_id != keys.current.key_id)
    return (keys, left) if left else (add_current_key(file), 0)


def _require_all(keys: MasterKeys, uses: list[KeyUse]) -> None:
    missing = [str(MasterKeyMissing(use.key_id)) for use in uses if use.key_id not in keys.ids()]
    if missing:
        raise MasterKeyInvalid(missing)


def _scrub(database: Database) -> None:
    try:
        database.scrub()
    except DatabaseUnavailable as error:
        errors.print(f"warning: the keys as they were wrapped before are not overwritten yet: {error}")


def _fields(use: KeyUse, keys: MasterKeys) -> dict[str, object]:
    is_current = use.key_id == keys.current.key_id
    return {"key_id": use.key_id, "is_current": is_current, "subjects": use.subjects, "secrets": use.secrets}


def _print(uses: list[KeyUse], keys: MasterKeys) -> None:
    heading = ("key", "", "subjects", "secrets")
    rows = [
        (use.key_id, "current" if use.key_id == keys.current.key_id else "older", str(use.subjects), str(use.secrets))
        for use in uses
    ]
    for line in columns([heading, *rows], right=(2, 3)):
        console.print(line)
