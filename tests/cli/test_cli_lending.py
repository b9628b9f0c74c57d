"""`underwriter lending`: totals for people and programs, and the check against the log."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import update

from underwriter.storage import Database, open_database
from underwriter.storage.schema import facility_parts

from ..accounts.lending_histories import Approval, Change, History, Step, uuid
from .commands import Call

LENT: list[Step] = [
    Approval(0, (("BANK_A", 123_456_700), ("OWN", 3_000)), grade="A"),
    Approval(1, (("OWN", 500),), currency="JPY", grade="", annual_rate="", expected_loss=None),
    Change("draw", 0),
]


@pytest.fixture
def lent(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    History(database).play(LENT)
    yield database
    database.close()


@pytest.mark.usefixtures("lent")
def test_the_table_has_a_row_for_each_group(call: Call, sqlite_url: str) -> None:
    ended = call("lending", "--by", "grade, funder", "--database", sqlite_url)
    assert ended.code == 0
    heading, *rows = [line.split() for line in ended.out.splitlines() if not line.startswith(" ")]
    assert heading[:3] == ["grade", "funder", "currency"]
    assert rows == [
        ["-", "OWN", "JPY", "1", "1", "0", "500", "500", "0", "0", "-", "-"],
        ["A", "BANK_A", "CNY", "1", "0", "1", *["1,234,567.00", "0.00"] * 2, "0.072000", "1.00"],
        ["A", "OWN", "CNY", "1", "0", "1", "30.00", "0.00", "30.00", "0.00", "0.072000", "0.00"],
    ]


@pytest.mark.usefixtures("lent")
def test_csv_has_numbers_in_plain_digits(call: Call, sqlite_url: str) -> None:
    ended = call("lending", "--by", "purpose,term_band", "--format", "csv", "--database", sqlite_url)
    yuan, yen = csv.DictReader(StringIO(ended.out))
    assert (yuan["purpose"], yuan["term_band"], yuan["credit_limit"]) == ("CONSUMPTION", "7-12", "1234597.00")
    assert (yen["currency"], yen["reserved"], yen["average_annual_rate"], yen["expected_loss"]) == (
        "JPY",
        "500",
        "",
        "",
    )


@pytest.mark.usefixtures("lent")
def test_json_is_the_message_of_the_api(call: Call, sqlite_url: str) -> None:
    answer = call("lending", "--format", "json", "--database", sqlite_url).json
    assert answer["log_size"] == "3"
    assert answer["totals"][0]["credit_limit"] == {"currency_code": "CNY", "units": "1234597"}


def test_an_empty_ledger_has_no_totals(call: Call, sqlite_url: str) -> None:
    ended = call("lending", "--database", sqlite_url)
    assert (ended.code, ended.out) == (0, "nothing was ever approved\n")


@pytest.mark.usefixtures("lent")
def test_the_check_of_sound_tables_passes(call: Call, sqlite_url: str) -> None:
    ended = call("lending", "--check", "--database", sqlite_url)
    assert (ended.code, ended.out) == (0, "2 facilities of 3 records: the tables are what the log says\n")


def test_the_check_names_each_difference(call: Call, sqlite_url: str, lent: Database) -> None:
    with lent.writing() as connection:
        is_own = facility_parts.c.funder == "OWN"
        connection.execute(update(facility_parts).where(is_own, facility_parts.c.drawn > 0).values(drawn=1, undrawn=2))
    ended = call("lending", "--check", "--database", sqlite_url)
    assert ended.code == 1
    assert ended.out.splitlines() == [
        f"facility {uuid(0)}: drawn of OWN: the log says 3000, the tables 1",
        f"facility {uuid(0)}: undrawn of OWN: the log says 0, the tables 2",
        "2 facilities of 3 records: 2 differences",
    ]
    first = {"place": f"facility {uuid(0)}", "field": "drawn of OWN", "logged": 3000, "stored": 1}
    told = call("lending", "--check", "--format", "json", "--database", sqlite_url)
    assert (told.code, told.json["differences"][0]) == (1, first)
    told = call("lending", "--check", "--format", "csv", "--database", sqlite_url)
    row, _ = csv.DictReader(StringIO(told.out))
    assert row == {name: str(value) for name, value in first.items()}


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (("--by", "product,colour"), "there is no 'colour'; there are: product, purpose,"),
        (("--by", "product,"), "there is no ''"),
        (("--by", "grade,grade"), "each may be named once"),
        (("--database", "nonsense"), "database"),
        (("--format", "xml"), "'xml'"),
    ],
)
def test_options_that_can_not_be_used(call: Call, sqlite_url: str, arguments: tuple[str, ...], cause: str) -> None:
    database = () if "--database" in arguments else ("--database", sqlite_url)
    ended = call("lending", *arguments, *database)
    assert ended.code == 2
    assert cause in ended.errors


def test_a_database_that_is_not_there_is_named(call: Call, tmp_path: Path) -> None:
    ended = call("lending", "--database", f"sqlite:///{tmp_path}/none.db")
    assert ended.code == 2
    assert f"{tmp_path}/none.db" in ended.errors.replace("\n", "")
    assert not (tmp_path / "none.db").exists()
