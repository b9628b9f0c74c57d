"""The kinds of files that authors write, and which of them a file is."""

from enum import Enum
from pathlib import PurePosixPath

from underwriter.decisioning.rule_tests.files import TEST_FOLDER
from underwriter.editor.grammar.manifest_files import MANIFEST
from underwriter.editor.grammar.monitor_files import MONITOR, MONITOR_TESTS
from underwriter.editor.grammar.policy_files import CATALOGUE, PART, POLICY
from underwriter.editor.grammar.test_files import POLICY_TESTS
from underwriter.editor.grammar.values import Keys
from underwriter.policy.reason_catalogue import REASONS_FOLDER, REASONS_PATH
from underwriter.policy.rule_files import MONITOR_FOLDER, YAML_ENDINGS


class FileKind(Enum):
    """A kind of file. The value is the name of its schema."""

    POLICY = "policy"
    PART = "part"
    REASONS = "reasons"
    POLICY_TESTS = "policy-tests"
    MONITOR = "monitor"
    MONITOR_TESTS = "monitor-tests"
    MANIFEST = "model"

    @property
    def keys(self) -> Keys:
        """What the top of such a file holds."""
        return _KEYS[self]


_KEYS = {
    FileKind.POLICY: POLICY,
    FileKind.PART: PART,
    FileKind.REASONS: CATALOGUE,
    FileKind.POLICY_TESTS: POLICY_TESTS,
    FileKind.MONITOR: MONITOR,
    FileKind.MONITOR_TESTS: MONITOR_TESTS,
    FileKind.MANIFEST: MANIFEST,
}


def kind_of_rule_file(path: str) -> FileKind | None:
    """Return what a file is by its path below the rules folder; None if it is no YAML."""
    where = PurePosixPath(path)
    if where.suffix not in YAML_ENDINGS:
        return None
    is_monitoring = where.parts[0] == MONITOR_FOLDER
    if TEST_FOLDER in where.parts[:-1]:
        return FileKind.MONITOR_TESTS if is_monitoring else FileKind.POLICY_TESTS
    if where.name == "policy.yaml":
        return FileKind.POLICY
    if is_monitoring:
        return FileKind.MONITOR
    return FileKind.REASONS if path == REASONS_PATH or path.startswith(REASONS_FOLDER) else FileKind.PART
