"""A rules folder of two policies that is edited while a server runs, and what the server says of its rules.

The product of edition `n` declines who is younger than an age that follows from `n`. The edition stands in the policy's
own file and in one that it includes; a policy of which the halves are of different editions refers everybody.
"""

import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from grpc import StatusCode

from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.decisioning import Desk, load_desk
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.decision_pb2 import Outcome

EDITED, INCLUDING, APART = "EDITED", "INCLUDING", "PERSONAL_CREDIT_LINE"
PATIENCE_SECONDS = 120
Found = TypeVar("Found")

_POLICY = """
policy: edited
title: {{en: Small, zh: 小}}
product: EDITED
currency: CNY
include: [../common/edition.yaml]
parameters:
  own_edition: {{value: {edition}, title: The edition that this file is of}}
decisions:
  eligibility:
    rules:
      - id: E01
        when: own_edition != edition
        then: refer
        reason: TORN
      - id: E02
        when: applicant.age < youngest
        then: decline
        reason: TOO_YOUNG
outcome:
  rules: [eligibility]
"""
_INCLUDING = """
policy: including
title: {en: Small, zh: 小}
product: INCLUDING
currency: CNY
include: [../common/edition.yaml]
decisions:
  eligibility:
    rules:
      - id: E01
        when: applicant.age < youngest
        then: decline
        reason: TOO_YOUNG
outcome:
  rules: [eligibility]
"""
_COMMON = """
parameters:
  edition: {{value: {edition}, title: The edition that this file is of}}
decisions:
  youngest:
    expression: 18 + modulo(edition, 40)
"""
_TESTS = """
tests:
  - name: both halves are of one edition
    given: {applicant: {subject_id: s, age: 60}, request: {amount: 1000}}
    expect: {outcome: APPROVE}
"""
_TORN = "  TORN: {en: Halves differ., zh: 不一致。, help: {en: Wait., zh: 请等待。}, adverse: false}\n"


def youngest(edition: int) -> int:
    """Return the age from which an edition approves."""
    return 18 + edition % 40


def outcome_of(edition: int, age: int) -> int:
    """Return what an edition says to an applicant of an age."""
    return Outcome.OUTCOME_APPROVE if age >= youngest(edition) else Outcome.OUTCOME_DECLINE


class ChangingRules:
    """The folder. Versions are found out by loading the same files apart from the server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(Path(__file__).parent / "small_rules", folder)
        with (folder / "reasons.yaml").open("a") as reasons:
            reasons.write(_TORN)
        for name in ("common", "edited/tests", "including"):
            (folder / name).mkdir(parents=True)
        (folder / "edited" / "tests" / "edition.yaml").write_text(_TESTS)
        (folder / "including" / "policy.yaml").write_text(_INCLUDING)
        self.write(0)

    def write(self, edition: int, *, own: int | None = None) -> None:
        """Write an edition; `own` is that of the policy's own file if it is another."""
        self.write_own(edition if own is None else own)
        self.write_common(edition)

    def write_own(self, edition: int) -> None:
        (self.folder / "edited" / "policy.yaml").write_text(_POLICY.format(edition=edition))

    def write_common(self, edition: int) -> None:
        """Write the file that both policies include."""
        (self.folder / "common" / "edition.yaml").write_text(_COMMON.format(edition=edition))

    def break_syntax(self) -> None:
        with (self.folder / "edited" / "policy.yaml").open("a") as policy:
            policy.write("  eligibility: [\n")

    def break_reference(self) -> None:
        path = self.folder / "common" / "edition.yaml"
        path.write_text(path.read_text().replace("modulo(edition", "modulo(editoin"))

    def break_somehow(self, number: int) -> None:
        """Break a rule file's syntax, a reference to a name, or what a test beside the rules expects."""
        ways = (self.break_syntax, self.break_reference, partial(self.write_common, number))
        ways[number // 3 % len(ways)]()

    def desk(self) -> Desk:
        """Load the folder as it is, apart from any server."""
        return load_desk(self.folder, self.folder / "no models")

    def versions(self) -> dict[str, str]:
        """Return the versions that the folder's policies have as it is, by resource name."""
        return {policy.name: policy.version for policy in self.desk().policies.values()}


def rules_status(address: str) -> v1.RulesStatus:
    """Ask a server which rules are in force."""
    with UnderwriterClient(address, timeout=60) as client:
        return client.get_rules_status()


def wait_until(found: Callable[[], Found | None]) -> Found:
    """Return what is found as soon as it is there and true."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            if what := found():
                return what
        except UnderwriterError as error:
            if error.code is not StatusCode.UNAVAILABLE:  # that of a connection to a worker that was just killed
                raise
        time.sleep(0.02)
    raise AssertionError("it did not come in time")


class Reloads:
    """Waits for one reload of a server after the other."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._last = self._end_time()

    def next(self) -> v1.Reload:
        """Return how the next reload ended, once it has."""
        self._last = wait_until(lambda: end if (end := self._end_time()) != self._last else None)
        return rules_status(self.address).last_reload

    def _end_time(self) -> int:
        nanoseconds: int = rules_status(self.address).last_reload.end_time.ToNanoseconds()
        return nanoseconds
