"""Shows a record that a proof discloses, and compares it with a decision that somebody holds."""

import json
from collections.abc import Iterator
from pathlib import Path

from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import DecodeError

from underwriter.cli.decision_text import decision_lines
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.messages import message_fields
from underwriter.cli.output import refuse
from underwriter.ledger import EntryKind, Payload
from underwriter.ledger.verification import ProvedRecord
from underwriter.v1.decision_pb2 import Decision


def disclosed_decision(proved: ProvedRecord) -> Decision | None:
    """Return the decision that a proof discloses, None if it discloses nothing, or no decision."""
    if proved.payload is None or proved.sealed.kind != EntryKind.DECISION:
        return None
    return _decoded(proved.payload)


def disclosed_lines(decision: Decision, width: int) -> Iterator[str]:
    """Yield the decision as a person reads it."""
    yield "It is disclosed with the proof:"
    yield from (f"  {line}" for line in decision_lines(decision, width))


def read_decision(file: Path) -> Decision:
    """Return the decision in a JSON file, as `decide --format json` writes it; end the command if it holds none."""
    try:
        fields = json.loads(file.read_text("utf-8"))
        if isinstance(fields, dict):
            # What `decide` adds to the message: where the request stood.
            fields.pop("place", None)
        decision = Decision()
        ParseDict(fields, decision)
    except OSError as error:
        refuse(f"{file} can't be read: {error.strerror}", UNUSABLE)
    except (ValueError, RecursionError, AttributeError, ParseError):
        refuse(f"{file} is not the JSON of a decision", UNUSABLE)
    return decision


def differences(recorded: Decision, held: Decision) -> list[str]:
    """Return the fields in which two decisions differ. The place in the ledger is not part of what was recorded."""
    for decision in (recorded, held):
        decision.ClearField("ledger")
    left, right = message_fields(recorded), message_fields(held)
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))


def _decoded(payload: Payload) -> Decision:
    decision = Decision()
    try:
        decision.ParseFromString(payload.answer)
    except DecodeError:
        refuse("the disclosed record holds no decision that this version can read", FAULTS)
    return decision
