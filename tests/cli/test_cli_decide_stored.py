"""`underwriter decide` here, with what the file says is stored."""

import json
from pathlib import Path

from .commands import EXAMPLES, run

JOINT = EXAMPLES / "joint-loan"


def decided(file: Path) -> tuple[int, str]:
    ended = run("decide", file, "--rules", JOINT, "--format", "json")
    return ended.returncode, ended.stdout


def test_what_funders_have_committed_is_taken_from_the_file() -> None:
    exit_code, output = decided(JOINT / "application.yaml")
    shares = json.loads(output)["offers"][0]["funding_shares"]
    assert exit_code == 0
    units = {share["funder"]: share["amount"]["units"] for share in shares}
    assert units == {"north-bank": "71428", "own": "28571"}


def test_without_a_word_on_it_nobody_has_committed_anything(tmp_path: Path) -> None:
    text = (JOINT / "application.yaml").read_text("utf-8").split("funders:")[0]
    (tmp_path / "application.yaml").write_text(text, "utf-8")
    _, output = decided(tmp_path / "application.yaml")
    assert len(json.loads(output)["offers"][0]["funding_shares"]) == 3


def test_what_can_t_be_stored_is_a_fault(tmp_path: Path) -> None:
    text = (JOINT / "application.yaml").read_text("utf-8").replace("350000 CNY", "350000 USD")
    (tmp_path / "application.yaml").write_text(text, "utf-8")
    exit_code, output = decided(tmp_path / "application.yaml")
    assert exit_code == 1
    assert "funders[0].committed: found '350000 USD'; allowed: an amount from 0 in CNY" in output
