"""Decides on requests of a file in this process, without a record."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import uuid_utils

from underwriter.cli.answered import Answered, decided, undecided
from underwriter.cli.desks import desk_or_exit
from underwriter.decisioning import Desk, UnknownProduct, decide, explain
from underwriter.decisioning.requests.application_files import FileRefused, RequestInFile
from underwriter.decisioning.requests.validation import request_faults
from underwriter.decisioning.stored import always


def decide_here(
    requests: Sequence[RequestInFile], rules: Path, models: Path, now: datetime | None = None, *, with_trace: bool
) -> Iterator[Answered]:
    """Return the answers in the order of the requests, all made for the same time, by the clock if none is given.

    `now` must know its time zone.

    What is stored is what the file says; where it says nothing, the applicants owe nothing.

    Ends the command if the rules can't be used.
    """
    desk, moment = desk_or_exit(rules, models), now or datetime.now(UTC)
    return (answer_here(request, desk, moment, with_trace=with_trace) for request in requests)


def answer_here(item: RequestInFile, desk: Desk, now: datetime, *, with_trace: bool) -> Answered:
    """Return the answer to one request, made for a time that knows its zone."""
    try:
        policy = desk.policy_for(item.product)
        request = item.request(policy.currency, policy.attributes)
        policy = replace(policy, read_stored=always(item.stored_values(policy.currency), policy.stored_paths))
    except (UnknownProduct, FileRefused) as error:
        return undecided(item.place, error)
    faults = request_faults(request, policy.currency, policy.attributes)
    if faults:
        return undecided(item.place, "\n".join(map(str, faults)))
    made = (explain if with_trace else decide)(request, policy, now, str(uuid_utils.uuid7()))
    return decided(item.place, made.decision, made.problems)
