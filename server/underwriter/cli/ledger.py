"""`underwriter ledger`: verify the record, prove a part of it to others, and move old parts to files."""

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import select

from underwriter.cli.arguments import OutputFormat
from underwriter.cli.disclosed_decision import differences, disclosed_decision, disclosed_lines, read_decision
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.ledger_text import (
    archive_lines,
    finding_lines,
    proved_fields,
    proved_lines,
    verified_fields,
    verified_lines,
)
from underwriter.cli.messages import message_fields
from underwriter.cli.output import Format, console, errors, print_json, refuse
from underwriter.cli.progress import counting, working
from underwriter.cli.record_files import (
    DATABASE,
    LOG,
    DatabaseUrl,
    LogName,
    MasterKeyFile,
    SigningKeyFile,
    VerifierKeyText,
    master_keys,
    opened,
    refusing,
    signing_key,
    verifier_key,
)
from underwriter.cli.times import read_time
from underwriter.ledger.archive import ArchiveInvalid, Archivist, ParquetMissing, check_archive
from underwriter.ledger.checkpoints import (
    Checkpoint,
    CheckpointStore,
    LogProver,
    Note,
    NoteInvalid,
    VerifierKey,
)
from underwriter.ledger.keys import Vault
from underwriter.ledger.verification import (
    Finding,
    ProofFile,
    ProofInvalid,
    Prover,
    Scope,
    Verification,
    check_proof,
    read_checkpoint,
)
from underwriter.storage.schema import checkpoints

_SHOWN_FINDINGS = 20
_PARQUET = b"PAR1"


def verify(
    database: DatabaseUrl = DATABASE,
    log: LogName = LOG,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that was kept elsewhere; may be repeated.")
    ] = None,
    key: VerifierKeyText = "",
    signing: SigningKeyFile = None,
    keys: MasterKeyFile = None,
    archives: Annotated[Path | None, typer.Option(help="Folder of the archives' files, to verify them too.")] = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the work.")] = 1,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Re-hash the whole log, and show whether anything in it was altered.

    A server may go on writing meanwhile: what was there at the beginning is verified.

    Exit codes:
      0  nothing was altered
      1  something was altered
      2  the database, a key or a checkpoint can't be read
    """
    with opened(database), counting(f"verifying {log}") as on_progress:
        verifier = verifier_key(key, signing, database, log)
        scope = Scope(
            log=log,
            verifier_key=verifier,
            checkpoints=[_read_checkpoint(file, verifier) for file in checkpoint or ()],
            master_keys=master_keys(keys, database),
            archives=archives,
            processes=processes,
        )
        verification = Verification(database, scope, on_progress)
        shown: list[Finding] = []
        for finding in verification:
            if len(shown) < _SHOWN_FINDINGS:
                shown.append(finding)
    if output is Format.JSON:
        print_json(verified_fields(verification.result, scope, shown, _SHOWN_FINDINGS))
    else:
        _print_findings(shown, sum(verification.result.kinds.values()))
        for line in verified_lines(verification.result, scope):
            console.print(line)
    if not verification.result.is_sound:
        raise typer.Exit(FAULTS)


def prove(
    decision: Annotated[str, typer.Argument(help="The record: decisions/UUID, records/UUID, or the UUID alone.")],
    out: Annotated[Path, typer.Option(help="File to write, such as decision.tlog-proof.")],
    disclose: Annotated[
        bool, typer.Option("--disclose", help="Add the key that opens this record, and no other.")
    ] = False,
    database: DatabaseUrl = DATABASE,
    log: LogName = LOG,
    signing: SigningKeyFile = None,
    keys: MasterKeyFile = None,
) -> None:
    """Write the proof that a record stands in the log, for others to check without the database.

    Exit codes:
      0  the file is written
      2  there is no such record, it can't be disclosed, or a key, the database or the file can't be used
    """
    entry_id = _entry_id(decision)
    with opened(database) as database_, working(f"proving {entry_id}"):
        store = CheckpointStore(database_, log, signing_key(signing, database, log))
        wrapping = master_keys(keys, database) if disclose else None
        vault = None if wrapping is None else Vault(database_, wrapping)
        prover = Prover(database_, log, LogProver(database_, log, store), vault)
        proof = prover.prove(entry_id, _now_us(), is_disclosed=disclose)
    try:
        out.write_text(str(proof), "utf-8")
    except OSError as error:
        refuse(f"{out} can't be written: {error.strerror}", UNUSABLE)
    console.print(f"{out} proves record {entry_id} to whoever has the verifier key:")
    console.print(str(store.verifier_key))


def check(
    file: Annotated[Path, typer.Argument(help="A proof that `prove` wrote, or an archive's file.")],
    key: VerifierKeyText = "",
    decision: Annotated[
        Path | None, typer.Option(help="JSON of a decision, to be compared with the one that the proof discloses.")
    ] = None,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Check a proof or an archive's file, without any database, and say what it proves.

    Exit codes:
      0  proved
      1  the file proves nothing, or another decision than the one given
      2  a file or key can't be read, or without --verifier-key nothing can be proved
    """
    with refusing():
        verifier = VerifierKey.parse(key) if key else None
    try:
        with file.open("rb") as start:
            is_archive = start.read(len(_PARQUET)) == _PARQUET
        content = b"" if is_archive else file.read_bytes()
    except OSError as error:
        refuse(f"{file} can't be read: {error.strerror}", UNUSABLE)
    if is_archive:
        _check_archive(file, verifier)
    else:
        _check_proof(file, content, verifier, decision, output)
    if verifier is None:
        raise typer.Exit(UNUSABLE)


def archive(
    before: Annotated[
        datetime,
        typer.Option(parser=read_time, metavar="TIME", help="Move only what was recorded before this day, UTC."),
    ],
    to: Annotated[Path, typer.Option(help="Folder for the files.", exists=True, file_okay=False)],
    database: DatabaseUrl = DATABASE,
    log: LogName = LOG,
    key: VerifierKeyText = "",
    signing: SigningKeyFile = None,
) -> None:
    """Move the payloads of old entries to Parquet files that verify alone.

    Whole blocks of 256 entries are moved, once a signed checkpoint covers them. If it is ended in between, nothing is
    lost; the next call goes on.

    Exit codes:
      0  everything that may be moved is moved
      2  the database, a key or a file can't be used; what was moved before stays moved
    """
    with opened(database) as database_:
        archivist = Archivist(database_, log, _needed(verifier_key(key, signing, database, log)))
        ranges = archivist.closed_ranges(int(before.timestamp() * 1_000_000))
        for first, end in ranges:
            with counting(f"archiving {log}[{first}..{end - 1}]") as on_progress:
                moved = archivist.archive(first, end, to, _now_us(), on_progress)
            console.print(f"{moved.path}: {log}[{first}..{end - 1}]")
    if not ranges:
        console.print("nothing to archive: no whole block of 256 entries is old enough and covered by a checkpoint")


def restore(
    file: Annotated[Path, typer.Argument(help="An archive's file.")],
    database: DatabaseUrl = DATABASE,
    log: LogName = LOG,
    key: VerifierKeyText = "",
    signing: SigningKeyFile = None,
) -> None:
    """Put the payloads of an archive's file back into the database, after verifying it.

    Exit codes:
      0  they are back
      2  the database, a key or the file can't be used, or the file is not an archive of this log
    """
    with opened(database) as database_, counting(f"restoring {file.name}") as on_progress:
        archivist = Archivist(database_, log, _needed(verifier_key(key, signing, database, log)))
        restored = archivist.restore(file, on_progress)
    console.print(f"{log}[{restored.first_index}..{restored.end_index - 1}] is back in the database")


def checkpoint(database: DatabaseUrl = DATABASE, log: LogName = LOG) -> None:
    """Print the newest signed checkpoint, to be kept elsewhere.

    `ledger verify` compares the log with it later.

    Exit codes:
      0  printed
      2  there is none yet, or the database can't be used
    """
    with opened(database) as database_, database_.reading() as connection:
        newest = select(checkpoints.c.note).where(checkpoints.c.log == log).order_by(checkpoints.c.size.desc()).limit(1)
        note = connection.execute(newest).scalar_one_or_none()
    if note is None:
        refuse(f"the log {log} has no checkpoint yet; a server signs one every few seconds", UNUSABLE)
    typer.echo(note, nl=False)


def _print_findings(findings: list[Finding], total: int) -> None:
    for finding in findings:
        for line in finding_lines(finding):
            console.print(line)
    if total > len(findings):
        console.print(f"... and {total - len(findings)} more")
    if findings:
        console.print()


def _check_archive(file: Path, verifier: VerifierKey | None) -> None:
    try:
        with counting(f"checking {file.name}") as on_progress:
            checked = check_archive(file, verifier, on_progress)
    except ArchiveInvalid as error:
        refuse(f"{file} proves nothing: {error}", FAULTS)
    except ParquetMissing as error:
        refuse(str(error), UNUSABLE)
    signers = ", ".join(signature.key_name for signature in Note.parse(checked.head.checkpoint).signatures)
    for line in archive_lines(checked, signers):
        console.print(line)


def _check_proof(file: Path, content: bytes, verifier: VerifierKey | None, held: Path | None, output: Format) -> None:
    try:
        proved = check_proof(ProofFile.parse(content.decode("utf-8")), verifier)
    except UnicodeDecodeError:
        refuse(f"{file} proves nothing: it is no text", FAULTS)
    except ProofInvalid as error:
        refuse("\n".join([f"{file} proves nothing:", *(f"  {fault}" for fault in error.faults)]), FAULTS)
    decision = disclosed_decision(proved)
    if output is Format.JSON:
        fields = proved_fields(proved)
        print_json(fields if decision is None else fields | {"decision": message_fields(decision)})
    else:
        for line in (*proved_lines(proved), *(() if decision is None else disclosed_lines(decision, console.width))):
            console.print(line)
    if held is None:
        return
    if decision is None:
        refuse("the proof discloses no decision to compare with; ask for one made with --disclose", FAULTS)
    if differing := differences(decision, read_decision(held)):
        refuse(f"{held} is NOT the decision that was recorded; it differs in: {', '.join(differing)}", FAULTS)
    errors.print(f"{held} is the decision that was recorded")


def _read_checkpoint(file: Path, verifier: VerifierKey | None) -> Checkpoint:
    try:
        return read_checkpoint(file.read_text("utf-8"), verifier)
    except OSError as error:
        refuse(f"{file} can't be read: {error.strerror}", UNUSABLE)
    except UnicodeDecodeError:
        refuse(f"{file} is no checkpoint: it is no text", UNUSABLE)
    except NoteInvalid as error:
        refuse(f"{file} is refused: {error}", UNUSABLE)


def _entry_id(name: str) -> str:
    entry_id = name.removeprefix("decisions/").removeprefix("records/")
    try:
        return str(UUID(entry_id))
    except ValueError:
        refuse(f"'{name}' names no record; write decisions/UUID, records/UUID, or the UUID alone", UNUSABLE)


def _needed(verifier: VerifierKey | None) -> VerifierKey:
    if verifier is None:
        refuse("archives are verified by the log's key; name it with --verifier-key or --signing-key", UNUSABLE)
    return verifier


def _now_us() -> int:
    return time.time_ns() // 1000
