"""The file of the master keys: made, read again when it changed, and edited so that it is whole at any instant."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from underwriter.ledger.keys.errors import MasterKeyInvalid, MasterKeyMissing
from underwriter.ledger.keys.master_keys import MasterKey, MasterKeys, WrappedKey, is_key_line, read_master_keys
from underwriter.ledger.secret_file import create_secret_file, sync_folder, written_beside

_Stamp = tuple[int, int, int]

_HEADING = """\
# Master keys of an underwriter: `<key id> <base64 of 32 bytes>`, the current one first.
# Whoever has this file and the database can read all records; without this file nobody can. Keep a copy elsewhere.
"""


class MasterKeyFile:
    """The master keys of a file, as the file is now: a `Wrapping` for a server that runs while keys are rotated.

    The file is read again before a key is wrapped if it was changed, and when a key was wrapped by a master key that is
    not known yet. If it can't be read then, the keys read before go on serving. Safe in any thread. Raises
    MasterKeyInvalid if the file can't be used at first.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._stamp = _stamp_of(file)
        self._keys = read_master_keys(file)

    @property
    def keys(self) -> MasterKeys:
        """The keys as they are in the file now."""
        with self._lock:
            stamp = _stamp_of(self._file)
            if stamp != self._stamp:
                self._keys = _read_or(self._keys, self._file)
                self._stamp = stamp
            return self._keys

    def wrap(self, key: bytes, purpose: bytes) -> WrappedKey:
        """See `Wrapping.wrap`."""
        return self.keys.wrap(key, purpose)

    def unwrap(self, wrapped_key: WrappedKey, purpose: bytes) -> bytes:
        """See `Wrapping.unwrap`."""
        try:
            return self._keys.unwrap(wrapped_key, purpose)
        except MasterKeyMissing:
            return self.keys.unwrap(wrapped_key, purpose)


def create_master_key_file(file: Path) -> MasterKeys:
    """Make a file with one new key, which only its owner may read (mode 0600), and its folder; return the key.

    A file that is there is never overwritten, also not by two processes at once: raises MasterKeyInvalid then, and if
    the file can't be written.
    """
    keys = MasterKeys.generate()
    with _faults_told(file):
        try:
            create_secret_file(file, f"{_HEADING}{keys.current.line()}\n")
        except FileExistsError:
            raise MasterKeyInvalid([f"{file}: is there already; it is not overwritten"]) from None
    return keys


def add_current_key(file: Path) -> MasterKeys:
    """Put a new key on top of the file and return its keys. Raises MasterKeyInvalid if it can't be read or written."""
    read_master_keys(file)
    lines = file.read_text("utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if is_key_line(line))
    _replace(file, [*lines[:first], MasterKey.generate().line(), *lines[first:]])
    return read_master_keys(file)


def remove_key(file: Path, key_id: str) -> MasterKeys:
    """Take an older key out of the file and return those that stay. Raises MasterKeyInvalid, also for the current."""
    keys = read_master_keys(file)
    if key_id == keys.current.key_id:
        raise MasterKeyInvalid([f"{file}: {key_id} is the current key; rotate first"])
    if key_id not in keys.ids():
        raise MasterKeyInvalid([f"{file}: there is no key {key_id}"])
    lines = file.read_text("utf-8").splitlines()
    _replace(file, [line for line in lines if not is_key_line(line) or line.split()[0] != key_id])
    return read_master_keys(file)


def access_warning(file: Path) -> str | None:
    """Return a warning if others than the file's owner may read or change it, None if all is well."""
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077 == 0:
        return None
    return f"{file} has mode {mode:04o}: others than its owner may read or change it; run `chmod 600 {file}`"


def _stamp_of(file: Path) -> _Stamp:
    """Return what changes whenever the file does; nothing but zeros where there is none."""
    try:
        status = file.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_ino, status.st_size)


def _read_or(keys: MasterKeys, file: Path) -> MasterKeys:
    try:
        return read_master_keys(file)
    except MasterKeyInvalid:
        return keys


def _replace(file: Path, lines: list[str]) -> None:
    """Replace the file's text in one step, and keep its owner and mode, so that a server may read it as before."""
    # A link to the file, as secret stores make them, must stay one.
    file = file.resolve()
    with _faults_told(file), written_beside(file, "".join(f"{line}\n" for line in lines)) as written:
        status = file.stat()
        os.chown(written, status.st_uid, status.st_gid)
        written.chmod(stat.S_IMODE(status.st_mode))
        written.replace(file)
        sync_folder(file.parent)


@contextmanager
def _faults_told(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MasterKeyInvalid([f"{file}: can't be written: {error.strerror}"]) from None
