"""Replays a range of the log for a command, showing how far it is, or ends the command with what is wrong."""

from collections.abc import Callable
from typing import TypeVar

from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.file_faults import file_fault
from underwriter.cli.output import refuse
from underwriter.cli.progress import counting
from underwriter.cli.record_files import refusing
from underwriter.decisioning import PolicyUnusable, RulesRefused
from underwriter.replay import NameUnknown, ReplayWork, Tally, replay_in_parts

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
    except NameUnknown as error:
        refuse(str(error), UNUSABLE)
    except PolicyUnusable as error:
        refuse(f"--policy: {error}", UNUSABLE)
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"the rules can't be read: {file_fault(error)}", UNUSABLE)
    return tally
