"""Grades of early warning: the newest stands, each move is kept, and what is lent is told by grade."""

import pytest
from sqlalchemy import insert, text

from underwriter.accounts.warnings import Graded, Lent, WarningGrades, WarningMove, WarningTotal
from underwriter.ledger import Recorded
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.storage import Database, DatabaseUnavailable
from underwriter.storage.schema import accounts

from .reservations import entry_of, reservation

NOW_US = 1_790_000_000_000_000


@pytest.fixture
def grades(database: Database) -> WarningGrades:
    return WarningGrades(database)


def begin_account(database: Database, subject: bytes) -> bytes:
    row = {"subject": subject, "state": b"", "version": 1, "graded_version": -1, "warning_grade": ""}
    with database.writing() as connection:
        connection.execute(insert(accounts), row)
    return subject


@pytest.fixture
def subject(database: Database) -> bytes:
    return begin_account(database, b"subject-a")


def test_a_grade_moves_only_when_it_changes(grades: WarningGrades, subject: bytes) -> None:
    for version, (grade, now_us) in enumerate([("GREEN", 1), ("GREEN", 2), ("RED", 3), ("GREEN", 4)]):
        grades.set([Graded(subject, grade, version)], NOW_US + now_us)
    assert grades.moves_of(subject, 2) == [
        WarningMove("RED", "GREEN", NOW_US + 4),
        WarningMove("GREEN", "RED", NOW_US + 3),
    ]
    assert grades.moves_of(subject, 9)[2:] == [WarningMove("", "GREEN", NOW_US + 1)]


def test_a_grade_from_an_earlier_version_is_too_late(grades: WarningGrades, subject: bytes) -> None:
    grades.set([Graded(subject, "RED", 5), Graded(subject, "GREEN", 4)], NOW_US)
    assert [move.to_grade for move in grades.moves_of(subject, 9)] == ["RED"]
    grades.set([Graded(subject, "AMBER", 5)], NOW_US + 1)
    assert [move.to_grade for move in grades.moves_of(subject, 9)] == ["AMBER", "RED"]


def test_an_account_that_was_erased_gets_no_grade(grades: WarningGrades) -> None:
    grades.set([Graded(b"gone", "RED", 5)], NOW_US)
    assert (grades.moves_of(b"gone", 9), grades.summary(0).totals) == ([], [])


def test_moves_stay_in_order_when_the_clock_is_set_back(grades: WarningGrades, subject: bytes) -> None:
    for version, (grade, now_us) in enumerate([("A", NOW_US), ("B", NOW_US), ("C", NOW_US - 1_000_000)]):
        grades.set([Graded(subject, grade, version)], now_us)
    moves = grades.moves_of(subject, 9)
    assert [(move.to_grade, move.move_time_us) for move in moves] == [
        ("C", NOW_US + 2),
        ("B", NOW_US + 1),
        ("A", NOW_US),
    ]


def test_accounts_and_what_they_owe_are_told_by_grade(
    grades: WarningGrades, database: Database, writer: EntryWriter
) -> None:
    subjects = []
    for number, currency in enumerate(["CNY", "CNY", "JPY"]):
        entry = entry_of(reservation({"own": 60, "bank": 40}, number, currency=currency), f"s{number}", NOW_US, 0)
        (record,) = writer.write([entry])
        assert isinstance(record, Recorded)
        subjects.append(begin_account(database, record.sealed.subject))
    begin_account(database, b"subject-of-none")
    for version, subject_grades in enumerate([("RED", "GREEN", "RED"), ("RED", "AMBER", "RED")]):
        graded = [Graded(*pair, version) for pair in zip(subjects, subject_grades, strict=True)]
        grades.set(graded, NOW_US + version)
    summary = grades.summary(NOW_US + 1)
    assert summary.totals == [
        WarningTotal("", 1, {}),
        WarningTotal("AMBER", 1, {"CNY": Lent(0, 100)}),
        WarningTotal("GREEN", 0, {}),
        WarningTotal("RED", 2, {"CNY": Lent(0, 100), "JPY": Lent(0, 100)}),
    ]
    assert summary.moves == {("GREEN", "AMBER"): 1}
    assert grades.summary(NOW_US).moves == {("", "GREEN"): 1, ("", "RED"): 2, ("GREEN", "AMBER"): 1}
    assert [total.grade for total in grades.summary(NOW_US + 2).totals] == ["", "AMBER", "RED"]


def test_a_fault_leaves_no_grade_half_set(grades: WarningGrades, database: Database, subject: bytes) -> None:
    def set_and_fail() -> None:
        with database.writing() as connection:
            grades.set([Graded(subject, "RED", 1)], NOW_US, connection)
            connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(DatabaseUnavailable):
        set_and_fail()
    assert grades.moves_of(subject, 9) == []
    assert grades.summary(0).totals == [WarningTotal("", 1, {})]
