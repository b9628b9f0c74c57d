"""The files by which rule files, and what was found in them, are handed from one process of a server to another."""

import json
import pickle
from pathlib import Path

from underwriter.policy.rule_files import RuleFiles
from underwriter.service.processes.reports import Verdict


def write_rules_file(files: RuleFiles, path: Path) -> None:
    """Write rule files into one file. Raises OSError."""
    path.write_text(json.dumps({"label": files.label, "texts": dict(files.texts)}, ensure_ascii=False), "utf-8")


def read_rules_file(path: Path) -> RuleFiles:
    """Return the rule files that `write_rules_file` wrote. Raises OSError."""
    content = json.loads(path.read_text("utf-8"))
    return RuleFiles(content["texts"], content["label"])


def write_verdict(verdict: Verdict, rules_file: Path) -> None:
    """Write what was found beside the file of the rules that it is about. Raises OSError."""
    _verdict_file(rules_file).write_bytes(pickle.dumps(verdict))


def read_verdict(rules_file: Path) -> Verdict:
    """Return the verdict that `write_verdict` wrote. Raises OSError."""
    found = pickle.loads(_verdict_file(rules_file).read_bytes())  # noqa: S301 - of this server, in a folder of its own
    if not isinstance(found, Verdict):
        raise TypeError("the file holds no verdict")
    return found


def _verdict_file(rules_file: Path) -> Path:
    return rules_file.with_suffix(".verdict")
