"""docs/monitoring.md holds: its monitors load, its tests pass, and its tables tell of what there is.

The walk of `test_docs_account_takeover.py` runs its commands.
"""

import re
from pathlib import Path

import pytest

from underwriter.feel import Environment
from underwriter.monitoring import shapes
from underwriter.monitoring.event_kinds import ACCOUNT, DEVICE_ID, KINDS_BY_NAME
from underwriter.monitoring.loader import EFFECTS, SEVERITIES
from underwriter.monitoring.monitor_set import load_monitors, read_monitors
from underwriter.monitoring.monitor_test_runs import run_monitor_tests
from underwriter.monitoring.raising import FAILED, OVERFLOWED
from underwriter.policy import RuleFiles
from underwriter.policy.shapes import Shape
from underwriter.policy.stored_inputs import FIGURES, WARNING_GRADE
from underwriter.service.monitoring.monitoring_health import MONITORING_SERVICE
from underwriter.service.settings import Settings

from ..monitoring.oracle import OracleMatcher

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "docs" / "monitoring.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
MONITORS = [block for block in BLOCKS if "\nrules:" in block]
TESTS = [block for block in BLOCKS if "\ntests:" in block]


def rows(first: str) -> list[list[str]]:
    """Return the rows of the table whose first column has this head, as their cells."""
    table = TEXT.split(f"\n| {first} |")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()[2:]]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def keys(first: str) -> set[str]:
    return {name for row in rows(first) for name in names(row[0])}


@pytest.mark.parametrize("text", MONITORS)
def test_its_monitors_are_in_order(text: str) -> None:
    monitors, findings = load_monitors(RuleFiles({"monitoring/some.yaml": text}), Environment())
    assert (len(monitors.monitors) if monitors else 0, findings) == (1, [])


def test_its_tests_pass(tmp_path: Path) -> None:
    (tmp_path / "monitoring" / "tests").mkdir(parents=True)
    for folder, texts in (("", MONITORS), ("tests", TESTS)):
        for number, text in enumerate(texts):
            (tmp_path / "monitoring" / folder / f"{number}.yaml").write_text(text, "utf-8")
    report = run_monitor_tests(read_monitors(tmp_path), tmp_path, OracleMatcher())
    assert len(report.results) == 2
    assert report.has_passed


def test_its_table_of_events_tells_of_each_with_its_fields() -> None:
    told = {names(event)[0]: names(fields) for event, _, fields in rows("event")}
    assert told == {
        name: [field for field in kind.comparable if field not in (DEVICE_ID, ACCOUNT)]
        for name, kind in KINDS_BY_NAME.items()
    }


@pytest.mark.parametrize(
    ("first", "shape"),
    [
        ("key of a monitor", shapes.MONITOR),
        ("key of a rule", shapes.RULE),
        ("key", shapes.STEP),
        ("key of `then`", shapes.ALERT),
    ],
)
def test_its_tables_of_keys_tell_of_each(first: str, shape: Shape) -> None:
    assert keys(first) == set(shape.keys)


def test_it_tells_of_each_effect_and_severity() -> None:
    assert keys("effect") == set(EFFECTS)
    assert set(SEVERITIES) <= set(names(dict(rows("key of `then`"))["`severity`"]))


def test_its_table_of_figures_tells_of_each() -> None:
    assert keys("figure") == {*FIGURES, WARNING_GRADE}


def test_it_tells_what_to_set_and_what_to_watch() -> None:
    ours = {name for name in Settings.model_fields if "monitor" in name or "alert" in name or "event" in name}
    assert ours | {"early_warning_product", "line_review_product"} == keys("setting")
    assert keys("code") == {FAILED, OVERFLOWED}
    assert f'"service": "{MONITORING_SERVICE}"' in TEXT


def test_its_table_of_monitors_tells_of_each_with_its_alerts() -> None:
    told = {names(monitor)[0]: set(names(alerts)) for monitor, _, alerts in rows("monitor")}
    shipped = read_monitors(PROJECT / "rules").monitors
    assert told == {monitor.name.text: {rule.alert.code for rule in monitor.rules} for monitor in shipped}
