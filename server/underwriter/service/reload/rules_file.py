"""The file by which rule files are handed from one process to another, read once and the same for all."""

import json
from pathlib import Path

from underwriter.policy.rule_files import RuleFiles


def write_rules_file(files: RuleFiles, path: Path) -> None:
    """Write rule files into one file. Raises OSError."""
    path.write_text(json.dumps({"label": files.label, "texts": dict(files.texts)}, ensure_ascii=False), "utf-8")


def read_rules_file(path: Path) -> RuleFiles:
    """Return the rule files that `write_rules_file` wrote. Raises OSError."""
    content = json.loads(path.read_text("utf-8"))
    return RuleFiles(content["texts"], content["label"])
