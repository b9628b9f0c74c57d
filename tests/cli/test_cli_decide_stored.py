"""`underwriter decide` here, with what the file says is stored."""

import json
from pathlib import Path

import pytest

from underwriter.cli.decision_text import decision_lines
from underwriter.v1.decision_pb2 import OUTCOME_APPROVE, Decision, Offer, RiskShare

from .commands import EXAMPLES, Call

JOINT = EXAMPLES / "joint-loan"


def decided(call: Call, file: Path) -> tuple[int, str]:
    ended = call("decide", file, "--rules", JOINT, "--format", "json")
    return ended.code, ended.out


def test_what_funders_have_committed_is_taken_from_the_file(call: Call) -> None:
    exit_code, output = decided(call, JOINT / "application.yaml")
    shares = json.loads(output)["offers"][0]["funding_shares"]
    assert exit_code == 0
    units = {share["funder"]: share["amount"]["units"] for share in shares}
    assert units == {"north-bank": "71428", "own": "28571"}


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("500000 CNY", "920000.01 CNY", "APPROVE"),
        ("125000 CNY", "480000.01 CNY", "DECLINE"),
    ],
)
def test_totals_of_guarantors_and_concentrations_are_too(
    call: Call, tmp_path: Path, before: str, now: str, told: str
) -> None:
    covered = EXAMPLES / "covered-loan"
    text = (covered / "application.yaml").read_text("utf-8").replace(before, now)
    (tmp_path / "application.yaml").write_text(text, "utf-8")
    ended = call("decide", tmp_path / "application.yaml", "--rules", covered)
    assert f"application.yaml: {told}" in ended.out
    assert "covered by" not in ended.out


@pytest.mark.parametrize(
    ("example", "line"),
    [
        ("joint-loan", "    funded by north-bank 71,428.57 CNY (71.43 %); own 28,571.43 CNY (28.57 %)"),
        (
            "covered-loan",
            "    covered by guarantee-fund 80,000.00 CNY (80.00 % of what is lost above 2.00 %), at 1.00 % a year",
        ),
    ],
)
def test_who_lends_and_who_bears_losses_is_shown(call: Call, example: str, line: str) -> None:
    folder = EXAMPLES / example
    assert call("decide", folder / "application.yaml", "--rules", folder).out.splitlines()[-1] == line


def test_of_several_offers_each_says_whose_it_is() -> None:
    share = RiskShare(guarantor="fund", coverage={"value": "1"}, retained_loss={"value": "0"})
    share.annual_price.value = "0.005"
    offers = [Offer(), Offer(risk_shares=[share])]
    (line,) = [line for line in decision_lines(Decision(outcome=OUTCOME_APPROVE, offers=offers), 100) if "fund" in line]
    assert line == "    offer 2 covered by fund 0.00  (100.00 % of what is lost above 0.00 %), at 0.50 % a year"


def test_without_a_word_on_it_nobody_has_committed_anything(call: Call, tmp_path: Path) -> None:
    text = (JOINT / "application.yaml").read_text("utf-8").split("funders:")[0]
    (tmp_path / "application.yaml").write_text(text, "utf-8")
    _, output = decided(call, tmp_path / "application.yaml")
    assert len(json.loads(output)["offers"][0]["funding_shares"]) == 3


def test_what_can_t_be_stored_is_a_fault(call: Call, tmp_path: Path) -> None:
    text = (JOINT / "application.yaml").read_text("utf-8").replace("350000 CNY", "350000 USD")
    (tmp_path / "application.yaml").write_text(text, "utf-8")
    exit_code, output = decided(call, tmp_path / "application.yaml")
    assert exit_code == 1
    assert "funders[0].committed: found '350000 USD'; allowed: an amount from 0 in CNY" in output
