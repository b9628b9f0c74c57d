"""What is said of monitor files that are wrong: each file in golden/ beside the findings that it must give.

Run with UNDERWRITER_REGENERATE_GOLDEN=1 to write the findings anew; then look at every caret in the difference.
"""

import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.feel import Environment
from underwriter.monitoring.monitor_set import load_monitors
from underwriter.policy import RuleFiles, read_rule_files

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(GOLDEN.glob("*.yaml"))
RULES = Path(__file__).parents[2] / "rules"
SHIPPED = {path: text for path, text in read_rule_files(RULES).texts.items() if path.startswith("monitoring/")}
ENVIRONMENT = Environment()


def findings_on(**texts: str) -> str:
    """Return the findings on monitors, by the names of their files, as an author reads them."""
    files = RuleFiles({f"monitoring/{name}.yaml": text for name, text in texts.items()})
    monitors, diagnostics = load_monitors(files, ENVIRONMENT)
    assert (monitors is None) == bool(diagnostics)
    return "\n\n".join(diagnostic.render() for diagnostic in diagnostics) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_findings_are_told_with_place_line_caret_and_help(case: Path) -> None:
    found = findings_on(**{case.stem: case.read_text("utf-8")})
    expected = case.with_suffix(".txt")
    if os.environ.get("UNDERWRITER_REGENERATE_GOLDEN"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


def test_every_case_has_findings() -> None:
    assert CASES
    assert all(case.with_suffix(".txt").read_text("utf-8").strip() for case in CASES)


def test_names_and_ids_are_unique_over_all_files() -> None:
    text = (RULES / "monitoring" / "login_attack.yaml").read_text("utf-8")
    found = findings_on(one=text, two=text)
    assert "monitoring/two.yaml:3:10: error[duplicate-monitor]: the monitor 'login-attack' already stands at " in found
    assert found.count("error[duplicate-id]") == text.count("- id:")


@given(st.randoms(use_true_random=False))
def test_damaged_files_give_findings_or_monitors_and_never_an_exception(random: Random) -> None:
    path = random.choice(sorted(SHIPPED))
    text = SHIPPED[path]
    for _ in range(random.randint(1, 3)):
        text = _damaged(text, random)
    monitors, diagnostics = load_monitors(RuleFiles({path: text}), ENVIRONMENT)
    assert (monitors is None) == any(diagnostic.severity == "error" for diagnostic in diagnostics)
    assert all(diagnostic.render() for diagnostic in diagnostics)


def _damaged(text: str, random: Random) -> str:
    """Return a text with a word of it taken away, doubled, or put in another's place."""
    words = text.split(" ")
    place, other = random.randrange(len(words)), random.randrange(len(words))
    words[place] = random.choice(("", f"{words[place]} {words[place]}", words[other], words[place][1:]))
    return " ".join(words)
