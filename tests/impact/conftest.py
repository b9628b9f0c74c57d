"""A ledger of many decisions by the shipped rules, and rules that would have decided otherwise."""

import random
import shutil
from pathlib import Path

import pytest

from underwriter.decisioning import Desk
from underwriter.decisioning.desk import desk_of
from underwriter.decisioning.requests.validation import request_faults
from underwriter.decisioning.rule_tests.files import load_tests
from underwriter.impact import ImpactTally
from underwriter.ledger import open_ledger
from underwriter.ledger.keys import MasterKeys
from underwriter.policy import read_rule_files
from underwriter.replay import DecidingBy, RecordRange, Replayed, ReplayWork, replay_range

from ..decisioning.desks import MODELS, RULES, shipped
from ..replay.records import decide_all, opened, request_for

PRODUCTS = {"PERSONAL_CREDIT_LINE": "personal_credit", "PAY_LATER": "pay_later"}
COUNT = 200


@pytest.fixture(scope="session")
def new_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped rules with another cut-off, another price and another amount that a person looks at."""
    rules = shutil.copytree(RULES, tmp_path_factory.mktemp("drafts") / "rules")
    for path, old, new in (
        ("personal_credit/policy.yaml", "large_amount: {value: 100000,", "large_amount: {value: 20000,"),
        ("personal_credit/policy.yaml", "thin_file_line: {value: 10000,", "thin_file_line: {value: 8000,"),
        ("common/pricing.yaml", '| "C"        || 0.020 |', '| "C"        || 0.025 |'),
    ):
        file = rules / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")
    return rules


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[str, MasterKeys]:
    """The URL of a ledger with decisions on what the tests beside the rules give, a little changed, and its keys."""
    desk = shipped()
    url, keys = f"sqlite:///{tmp_path_factory.mktemp('recorded') / 'ledger.db'}", MasterKeys.generate()
    shutil.copy(sqlite_template, url.removeprefix("sqlite:///"))
    chance = random.Random(7)  # noqa: S311 - the same applications each time
    requests = []
    for product, folder in PRODUCTS.items():
        tests, _ = load_tests(RULES / folder, folder)
        for number, test in enumerate(chance.sample(tests, COUNT // 2)):
            request = request_for(desk, product, test.sent, f"{product}-{number}")
            request.application.applicant.age = chance.choice((19, 24, 35, 51))
            policy = desk.policy_for(product)
            if not request_faults(request, policy.currency, policy.attributes):
                requests.append(request)
    with opened(url, keys) as ledger:
        decide_all(ledger, desk, requests)
    return url, keys


@pytest.fixture(scope="session")
def work(recorded: tuple[str, MasterKeys], new_rules: Path) -> ReplayWork:
    """The replay of all of it by the new rules."""
    url, keys = recorded
    return ReplayWork(url, keys, "decisions", RecordRange(), DecidingBy(rules=new_rules, models=MODELS))


@pytest.fixture(scope="session")
def new_desk(new_rules: Path) -> Desk:
    return desk_of(read_rule_files(new_rules), MODELS, shipped())


@pytest.fixture(scope="session")
def decisions(work: ReplayWork, new_desk: Desk) -> list[Replayed]:
    """Every decision, made again by the new rules."""
    with open_ledger(work.database, work.master_keys, log=work.log) as ledger:
        found = list(
            replay_range(ledger.entries, work.log, work.wanted, lambda sealed: new_desk.policy_for(sealed.product))
        )
    assert all(isinstance(one, Replayed) for one in found)
    return found


@pytest.fixture(scope="session")
def tally(decisions: list[Replayed]) -> ImpactTally:
    counted = ImpactTally()
    for decision in decisions:
        counted.count(decision)
    return counted
