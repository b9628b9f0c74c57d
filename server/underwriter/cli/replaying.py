"""Replays a range of the log for a command, showing how far it is, or ends the command with what is wrong."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.output import refuse
from underwriter.cli.progress import counting
from underwriter.cli.record_files import refusing
from underwriter.decisioning import PolicyUnusable, RulesRefused
from underwriter.replay import ReplayWork, Tally, replay_in_parts

TallyT = TypeVar("TallyT", bound=Tally)


def replayed(work: ReplayWork, begin: Callable[[], TallyT], processes: int) -> TallyT:
    """Return the counts of the whole range."""
    tally = begin()
    try:
        with refusing(), counting(f"replaying {work.log}") as on_progress:
            for done, total, tally in replay_in_parts(work, begin, processes):  # noqa: B007 - the last has all counts
                on_progress(done, total)
    except RulesRefused as refused:
        refuse("\n\n".join(diagnostic.render() for diagnostic in refused.diagnostics), UNUSABLE)
    except PolicyUnusable as error:
        refuse(f"--policy: {error}", UNUSABLE)
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"the rules can't be read: {error}", UNUSABLE)
    return tally


def microseconds(time: datetime | None) -> int | None:
    """Return a time in UTC in microseconds since 1970."""
    return None if time is None else int(time.replace(tzinfo=UTC).timestamp() * 1_000_000)
