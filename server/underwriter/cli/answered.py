"""What became of one request of a file."""

from dataclasses import dataclass

from underwriter.cli.exit_codes import FAULTS, OK
from underwriter.v1.decision_pb2 import Decision


@dataclass(frozen=True, slots=True)
class Answered:
    """A request with its decision, or with why there is none.

    `place` is where it stands in its file; `problems` are the causes of an evaluation that failed and so was referred.
    """

    place: str
    decision: Decision | None
    faults: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    exit_code: int = OK


def decided(place: str, decision: Decision, problems: tuple[str, ...] = ()) -> Answered:
    """A request that was decided on."""
    return Answered(place, decision, problems=problems)


def undecided(place: str, why: object, exit_code: int = FAULTS) -> Answered:
    """A request without a decision; each line of `why` is a fault."""
    faults = (line.strip().removeprefix(f"{place}: ") for line in str(why).splitlines())
    return Answered(place, None, tuple(faults), exit_code=exit_code)
