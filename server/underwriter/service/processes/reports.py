"""What the supervisor and its processes tell each other, over one pipe a process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from underwriter.feel.diagnostics import Diagnostic
from underwriter.policy.rule_files import RuleFiles
from underwriter.v1.policy_service_pb2 import PolicyChangeKind


@dataclass(frozen=True, slots=True)
class RulesVersions:
    """What rule files and models amount to: the version of each policy by its product, and that of the monitors."""

    policies: Mapping[str, str]
    monitors: str


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The rule files that a server decides by. `generation` counts those that it has had, from 1."""

    files: RuleFiles
    generation: int = 1


@dataclass(frozen=True, slots=True)
class Ready:
    """The process does its work; a worker answers calls by rules of these versions."""

    versions: RulesVersions | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The worker can't start with the rules, models, database or port that it was given; `text` says why, to people."""

    text: str


@dataclass(frozen=True, slots=True)
class UnmetOrder:
    """What was ordered of a policy and can't be in force. `kind` is that of the change that ordered it.

    `subject` tells what of the order it is: a parameter, a rollout, a version. Without a policy, nothing that was
    ordered last is followed, because a version that must decide can't be made ready.
    """

    policy: str
    kind: PolicyChangeKind
    subject: str
    why: str
    since_us: int = 0


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """What a worker decides by: told whenever that changes. `policies` are versions by resource name."""

    generation: int
    load_time_us: int
    policies: Mapping[str, str]
    change_sequence: int = 0
    unmet: tuple[UnmetOrder, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepare:
    """The worker shall make rules ready beside those that it decides by. `file` holds them until this is over.

    `number` tells this handover from all others of the server; a generation that was dropped comes again.
    """

    number: int
    generation: int
    file: Path
    versions: RulesVersions


@dataclass(frozen=True, slots=True)
class Prepared:
    """The worker has made rules ready in the handover of this number, unless there is a `problem`."""

    number: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TakeUp:
    """The worker shall decide by the rules that it has made ready in the handover of this number."""

    number: int


@dataclass(frozen=True, slots=True)
class Drop:
    """The worker shall forget the rules that it has made ready, or is about to, in the handover of this number."""

    number: int


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """Something has changed in the folders of rules and models, and nothing more for a moment."""


@dataclass(frozen=True, slots=True)
class FailedTest:
    """A test beside the rules that failed; `policy` is a resource name, `source` is `file:line:column`."""

    policy: str
    name: str
    source: str
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of checking and testing rules: they may come into force if there are `versions`.

    `diagnostics` may hold warnings even then. `problem` is what else was in the way. `changed` are the policies that
    are others than in force: the versions by resource name.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    failed_tests: tuple[FailedTest, ...] = ()
    problem: str = ""
    versions: RulesVersions | None = None
    changed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReloadOutcome:
    """How a reload ended. `changed` are the products of which the policy is another now; none if nothing was new."""

    cause: str
    start_time_us: int
    end_time_us: int
    succeeded: bool
    diagnostics: tuple[Diagnostic, ...] = ()
    failed_tests: tuple[FailedTest, ...] = ()
    problem: str = ""
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What the workers of a server decide by, by their numbers, and how its last reload ended, if there was one."""

    workers: Mapping[int, WorkerStatus] = field(default_factory=dict)
    last_reload: ReloadOutcome | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A worker asks for the server's status, or if there is a `cause` for a reload. `number` is that of the ask."""

    number: int
    cause: str = ""


@dataclass(frozen=True, slots=True)
class TryOut:
    """A worker asks what would come of the rule files in `file`: a verdict is written beside it."""

    number: int
    file: Path
    with_tests: bool


@dataclass(frozen=True, slots=True)
class TriedOut:
    """The verdict is there, unless there is a `problem`."""

    problem: str = ""


Answer = ServerStatus | ReloadOutcome | TriedOut


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to an ask."""

    number: int
    content: Answer
