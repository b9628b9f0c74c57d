"""The process that watches the folders of rules and models, and says when something in them has changed.

A process of its own: what watches starts threads, and the supervisor, which forks, can have none.
"""

import select
import sys
from multiprocessing.connection import Connection

import structlog
from watchfiles import watch

from underwriter.policy import RuleFiles, read_rule_files
from underwriter.service.logs import configure_logs
from underwriter.service.processes.reports import FilesChanged, Ready, Refused
from underwriter.service.settings import Settings

QUIET_MS = 300
"""How long nothing must change until a change is told: editors write in steps, and a deploy copies many files."""

MOST_WAITED_MS = 5000
"""After this long a change is told though others go on."""

LOOK_MS = 500
"""How often the process looks whether its supervisor lives, and whether the folders are the same ones."""


def run_watcher(settings: Settings, in_force: RuleFiles, pipe: Connection, lifeline: int) -> None:
    """Send `FilesChanged` after each change, until SIGTERM, or until `lifeline` is closed by the supervisor's end.

    What has changed between the reading of the files in force and the beginning is a change too, and so is another
    folder in the place of one, such as by a link that is turned. Where the system can't tell of changes, such as on
    some network folders, WATCHFILES_FORCE_POLLING makes it look again and again. Exits with 1 if it can't watch.
    """
    configure_logs(settings)
    try:
        while _watch(settings, in_force, pipe, lifeline):
            structlog.get_logger().info("another folder is watched in the place of one")
    except OSError as error:
        pipe.send(Refused(f"rules can't be watched: {error}"))
        sys.exit(1)


def _watch(settings: Settings, in_force: RuleFiles, pipe: Connection, lifeline: int) -> bool:
    """Watch until the supervisor is gone, or until another folder stands in the place of one; tell whether that."""
    folders, is_ready = _identities(settings), False
    for changes in watch(
        settings.rules,
        settings.models,
        step=QUIET_MS,
        debounce=MOST_WAITED_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        if changes or (not is_ready and _differs(settings, in_force)):
            pipe.send(FilesChanged())
        if not is_ready:
            is_ready = True
            pipe.send(Ready())
        if select.select([lifeline], [], [], 0)[0]:
            return False
        if _identities(settings) != folders:
            return True
    return False


def _identities(settings: Settings) -> list[tuple[int, int]]:
    """Return what tells the folders from others in their place. Raises OSError if one is not there."""
    found = [folder.stat() for folder in (settings.rules, settings.models)]
    return [(one.st_dev, one.st_ino) for one in found]


def _differs(settings: Settings, in_force: RuleFiles) -> bool:
    try:
        return read_rule_files(settings.rules) != in_force
    except (OSError, UnicodeDecodeError):
        return True
