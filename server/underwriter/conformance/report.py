"""What came out of a run: counts by folder, and the kit's own file of results."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TextIO

from underwriter.conformance.runner import CaseResult, Outcome


@dataclass(frozen=True, slots=True)
class FolderCount:
    """How many cases of a folder passed, and how many there are."""

    folder: str
    passed: int
    total: int

    @property
    def failed(self) -> int:
        """How many did not pass."""
        return self.total - self.passed


def by_folder(results: Iterable[CaseResult]) -> list[FolderCount]:
    """Count the results of each folder, in the order of their names."""
    outcomes: dict[str, list[Outcome]] = {}
    for result in results:
        outcomes.setdefault(result.folder, []).append(result.outcome)
    return [FolderCount(folder, found.count(Outcome.SUCCESS), len(found)) for folder, found in sorted(outcomes.items())]


def write_csv(results: Iterable[CaseResult], file: TextIO) -> None:
    """Write tck_results.csv as the kit's own runner does: folder, test file, case, outcome, message; no header."""
    rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for result in results:
        message = " ".join("; ".join(result.failures).split())
        rows.writerow((result.folder, result.file.replace(".", "/"), result.case, result.outcome.value, message))
