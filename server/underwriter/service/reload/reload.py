"""One reload: the gate's verdict on the rules folder, then the handover to all workers, then its outcome."""

import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from underwriter.service.processes.process_place import ProcessPlace
from underwriter.service.processes.reports import Prepare, ReloadOutcome, RulesInForce, RulesVersions, Verdict
from underwriter.service.reload.handover import Handover
from underwriter.service.reload.rules_file import read_rules_file

RunGate = Callable[[RulesVersions, Path, Connection], None]
"""What runs in the gate's process: knows the versions in force, writes the file, and sends its verdict."""


class Reload:
    """A reload that has begun. `go_on` whenever something was heard or is due; there is an `outcome` at its end.

    `number` is that of the reload among all of the server.
    `rules` are the new rules, with their versions, from when they are in force, which may be before the end.

    Raises OSError if it can't begin.
    """

    def __init__(
        self,
        number: int,
        cause: str,
        before: tuple[RulesInForce, RulesVersions],
        workers: Sequence[ProcessPlace],
        run_gate: RunGate,
        limit_s: float,
    ) -> None:
        self.outcome: ReloadOutcome | None = None
        self.rules: tuple[RulesInForce, RulesVersions] | None = None
        self.handover: Handover | None = None
        self._number = number
        self._cause = cause
        self._start_time_us = time.time_ns() // 1000
        self._before, self._versions_before = before
        self._workers = workers
        self._limit_s = limit_s
        self._folder = tempfile.TemporaryDirectory(prefix="underwriter-reload-")
        self._file = Path(self._folder.name) / "rules.json"
        self._gate = ProcessPlace("rules gate", lambda pipe: run_gate(self._versions_before, self._file, pipe))
        self._gate.start_if_due()
        self._gate_due_at = time.monotonic() + limit_s
        self._verdict: Verdict | None = None

    @property
    def due_at(self) -> float:
        """When there is something to do though nothing is heard, by the monotonic clock."""
        return self.handover.due_at if self.handover is not None else self._gate_due_at

    def things_to_wait_for(self) -> list[Connection | int]:
        """Return what becomes readable when the gate has something to say."""
        return self._gate.things_to_wait_for()

    def go_on(self) -> None:
        """Do what is next."""
        if self._verdict is None:
            self._verdict = self._heard_verdict()
            if self._verdict is not None:
                self._gate.end()
                self._act_on(self._verdict)
        if self.handover is not None and self.outcome is None:
            self._go_on_handing_over(self.handover)

    def end(self) -> None:
        """Leave nothing behind."""
        self._gate.end()
        self._folder.cleanup()

    def _heard_verdict(self) -> Verdict | None:
        has_ended = self._gate.has_ended  # asked before, so that nothing can come after what is heard
        for message in self._gate.hear():
            if isinstance(message, Verdict):
                return message
        if has_ended:
            return Verdict(problem="the process that checks the rules died; the log may say why")
        if time.monotonic() >= self._gate_due_at:
            return Verdict(problem=f"checking and testing the rules took more than {self._limit_s:g} s")
        return None

    def _act_on(self, verdict: Verdict) -> None:
        if verdict.versions is None:
            self._conclude(is_in_force=False, problem=verdict.problem)
            return
        try:
            files = read_rules_file(self._file)
        except OSError as error:
            self._conclude(is_in_force=False, problem=str(error))
            return
        if files == self._before.files and verdict.versions == self._versions_before:
            self._conclude(is_in_force=True)
            return
        self._new = RulesInForce(files, self._before.generation + 1)
        asked = Prepare(self._number, self._new.generation, self._file, verdict.versions)
        self.handover = Handover(asked, self._workers, self._limit_s)

    def _go_on_handing_over(self, handover: Handover) -> None:
        handover.go_on()
        if handover.is_decided and self.rules is None:
            self.rules = self._new, handover.versions
        if handover.is_over:
            self._conclude(is_in_force=handover.is_decided, problem=handover.problem)

    def _conclude(self, *, is_in_force: bool, problem: str = "") -> None:
        verdict = self._verdict or Verdict()
        self.outcome = ReloadOutcome(
            self._cause,
            self._start_time_us,
            time.time_ns() // 1000,
            is_in_force,
            verdict.diagnostics,
            verdict.failed_tests,
            problem,
            self._changed(verdict) if is_in_force else (),
        )

    def _changed(self, verdict: Verdict) -> tuple[str, ...]:
        before, after = self._versions_before.policies, verdict.versions.policies if verdict.versions else {}
        return tuple(sorted(p for p in {*before, *after} if before.get(p) != after.get(p)))
