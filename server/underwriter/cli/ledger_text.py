"""What the commands on the record say, as lines of text and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from underwriter.ledger import EntryKind
from underwriter.ledger.archive import CheckedArchive
from underwriter.ledger.verification import Finding, ProvedRecord, Scope, Verified

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOT_SIGNED = (
    "NOTHING IS PROVED YET: the signature was not checked. The file says that it is by {signers}; anybody could have "
    "written that. Get the log's verifier key from the lender another way, and give it with --verifier-key."
)


def time_text(time_us: int) -> str:
    """Return a time in microseconds as text, to the second."""
    try:
        return f"{_EPOCH + timedelta(microseconds=time_us):%Y-%m-%d %H:%M:%S} UTC"
    except OverflowError:
        return f"{time_us} us after 1970"


def finding_lines(finding: Finding) -> Iterator[str]:
    """Yield what is wrong, and what it means."""
    entry = f" (entry {finding.entry_id})" if finding.entry_id else ""
    yield f"{finding.place}{entry}: {finding.kind}: {finding.what}"
    follows = "" if finding.follows_from is None else f"; follows from {finding.log}[{finding.follows_from}]"
    yield f"    {finding.meaning}{follows}"


def verified_lines(verified: Verified, scope: Scope) -> Iterator[str]:
    """Yield what a verification came to."""
    yield f"{verified.log}: {verified.size} entries, root {verified.root_hash.hex()}"
    yield f"  {_checkpoints(verified, scope)}"
    if verified.unread_payloads:
        yield f"  {verified.unread_payloads} archived entries were not re-hashed; name their folder with --archives"
    if scope.master_keys is None:
        yield "  whether the subjects' keys can be unwrapped was not checked: no master keys"
    if verified.is_sound:
        yield "nothing was altered" if verified.size else "there is nothing in this log; is its name right?"
        return
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(verified.kinds.items()))
    yield f"ALTERED: {counts}"
    if verified.first is not None:
        yield f"the first: {next(finding_lines(verified.first))}"


def _checkpoints(verified: Verified, scope: Scope) -> str:
    if verified.checkpoints == 0:
        return "there is no checkpoint to compare it with: a whole log that was rewritten would not be noticed"
    if scope.verifier_key is None:
        return f"compared with {verified.checkpoints} checkpoints, whose signatures were NOT checked: no verifier key"
    return f"compared with {verified.checkpoints} checkpoints signed by {scope.verifier_key.name}"


def verified_fields(verified: Verified, scope: Scope, findings: list[Finding], shown: int) -> dict[str, object]:
    """Return what a verification came to as JSON."""
    return {
        "log": verified.log,
        "sound": verified.is_sound,
        "size": verified.size,
        "root_hash": verified.root_hash.hex(),
        "checkpoints": verified.checkpoints,
        "signatures_checked": scope.verifier_key is not None,
        "unread_payloads": verified.unread_payloads,
        "kinds": dict(sorted(verified.kinds.items())),
        "first": None if verified.first is None else finding_fields(verified.first),
        "findings": [finding_fields(finding) for finding in findings[:shown]],
    }


def finding_fields(finding: Finding) -> dict[str, object]:
    """Return a finding as JSON."""
    return asdict(finding)


def proved_lines(proved: ProvedRecord) -> Iterator[str]:
    """Yield in plain words what a proof shows, if it shows anything."""
    sealed, checkpoint = proved.sealed, proved.checkpoint
    if proved.is_signed:
        yield "PROVED: this record stands in the log, unaltered, at the place told below."
    else:
        yield NOT_SIGNED.format(signers=", ".join(proved.signers))
        yield "If the key were right, it would be proved that this record stands in the log at the place told below."
    kind = EntryKind(sealed.kind).name if sealed.kind in set(EntryKind) else f"kind {sealed.kind}"
    yield f"  record    {sealed.entry_id}, a {kind}{f' on {sealed.product}' if sealed.product else ''}"
    yield f"  recorded  {time_text(sealed.time_us)}, as the lender's clock says"
    yield f"  place     {proved.index} of 0 to {checkpoint.size - 1}, in the log {checkpoint.origin}"
    yield f"  leaf      {proved.leaf_hash.hex()}"
    yield f"  signed    by {', '.join(proved.signers)}{'' if proved.is_signed else ' (not checked)'}"


def proved_fields(proved: ProvedRecord) -> dict[str, object]:
    """Return what a proof shows as JSON."""
    sealed = proved.sealed
    return {
        "proved": proved.is_signed,
        "entry_id": sealed.entry_id,
        "kind": sealed.kind,
        "product": sealed.product,
        "time_us": sealed.time_us,
        "index": proved.index,
        "leaf_hash": proved.leaf_hash.hex(),
        "origin": proved.checkpoint.origin,
        "size": proved.checkpoint.size,
        "signers": list(proved.signers),
    }


def archive_lines(checked: CheckedArchive, signers: str) -> Iterator[str]:
    """Yield in plain words what an archive's file shows."""
    head, checkpoint = checked.head, checked.checkpoint
    if checked.is_signed:
        yield "PROVED: every entry in this file stands in the log, unaltered, at the place told below."
    else:
        yield NOT_SIGNED.format(signers=signers)
    yield f"  entries   {head.log}[{head.first_index}..{head.end_index - 1}]"
    yield f"  log       {checkpoint.origin}, {checkpoint.size} entries when it was signed"
