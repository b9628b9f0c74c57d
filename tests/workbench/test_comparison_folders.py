"""What belongs to no policy is compared too: monitors, and DMN models that are evaluated by themselves."""

import shutil
from pathlib import Path

import pytest

from underwriter.decisioning.desk import surroundings_of
from underwriter.monitoring.monitor_set import read_monitors
from underwriter.policy import read_rule_files
from underwriter.workbench.comparison.folder_elements import dmn_elements, monitor_elements
from underwriter.workbench.comparison.policies import compare_elements
from underwriter.workbench.comparison.wording import line

from ..decisioning.desks import RULES

MODEL = "collections/contact.dmn"


def copied(folder: Path, path: str, old: str, new: str) -> Path:
    """Return a copy of a folder of the shipped rules with the first of some text replaced."""
    rules = folder / "rules"
    top = Path(path).parts[0]
    shutil.copytree(RULES / top, rules / top)
    text = (rules / path).read_text("utf-8")
    assert old in text
    (rules / path).write_text(text.replace(old, new, 1), "utf-8")
    return rules


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("within: 24 hours", "within: 12 hours", "device_changed, within 12 hours"),
        ("severity: critical", "severity: high", "severity: critical -> high"),
        ("effect: suspend", "effect: verify", "effect: suspend -> verify"),
    ],
)
def test_monitors_are_compared_rule_by_rule(old: str, new: str, said: str, tmp_path: Path) -> None:
    changed = read_monitors(copied(tmp_path, "monitoring/account_takeover.yaml", old, new))
    shipped = read_monitors(RULES)
    (change,) = compare_elements(monitor_elements(shipped), monitor_elements(changed))
    assert change.title.endswith(" of account-takeover")
    assert said in line(change)
    assert compare_elements(monitor_elements(shipped), monitor_elements(shipped)) == []


def test_dmn_models_are_compared_decision_by_decision(tmp_path: Path) -> None:
    environment = surroundings_of({}).environment
    shipped = read_rule_files(RULES)
    before = list(dmn_elements(shipped, MODEL, environment))
    assert compare_elements(before, dmn_elements(shipped, MODEL, environment)) == []
    rules = copied(tmp_path, MODEL, "<text>[8..30]</text>", "<text>[8..25]</text>")
    (change,) = compare_elements(before, dmn_elements(read_rule_files(rules), MODEL, environment))
    assert line(change).endswith(": Days Late: [8..30] -> [8..25]")
    assert MODEL in change.place
