"""Requests read from files: YAML, JSON, JSON lines; and what is said of those that can't be used."""

from decimal import Decimal

import pytest

from underwriter.decisioning.requests.application_files import FileRefused, read_requests
from underwriter.feel.types import NUMBER

STORED_KEYS = "exposure, account, alerts, funders, guarantees, concentrations"
REQUEST_KEYS = f"the keys of a request are request_id, product, application, {STORED_KEYS}"


def written(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path):
    with pytest.raises(FileRefused) as caught:
        read_requests(path)
    return str(caught.value).replace(str(path), path.name).split("\n")


def test_a_yaml_file_is_one_request(tmp_path):
    path = written(
        tmp_path,
        "one.yaml",
        "request_id: r-1\nproduct: PAY_LATER\napplication:\n  applicant: {subject_id: a, monthly_income: 20000.50}\n",
    )
    (found,) = read_requests(path)
    request = found.request("CNY")
    assert (found.place, found.request_id, found.product) == (str(path), "r-1", "PAY_LATER")
    assert (request.request_id, request.product, request.application.applicant.subject_id) == ("r-1", "PAY_LATER", "a")
    income = request.application.applicant.monthly_income
    assert (income.currency_code, income.units, income.nanos) == ("CNY", 20000, 500_000_000)


def test_a_json_file_is_one_request(tmp_path):
    path = written(tmp_path, "one.json", '{"product": "P", "application": {"applicant": {"age": 35}}}')
    (found,) = read_requests(path)
    assert found.request_id == ""
    assert found.request().application.applicant.age == 35


def test_each_line_of_json_lines_is_a_request_and_numbers_stay_exact(tmp_path):
    lines = [
        '{"product": "P", "application": {"attributes": {"n": 0.1000000000000000055511}}}',
        "",
        '{"request_id": 7, "product": "Q", "application": {}}',
    ]
    path = written(tmp_path, "many.jsonl", "\n".join(lines))
    first, second = read_requests(path)
    assert (first.place, second.place) == (f"{path}:1", f"{path}:3")
    assert first.application["attributes"] == {"n": Decimal("0.1000000000000000055511")}
    request = first.request("CNY", {"n": NUMBER})
    assert request.application.attributes["n"].number.value == "0.1000000000000000055511"
    assert (second.request_id, second.product) == ("7", "Q")


def test_a_line_may_hold_any_character_of_json(tmp_path):
    path = written(tmp_path, "one.jsonl", '{"product": "P", "application": {"applicant": {"name": "a\u2028b"}}}\n')
    (found,) = read_requests(path)
    assert found.application == {"applicant": {"name": "a\u2028b"}}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.yaml", "- 1\n", ["a.yaml: a request must be a mapping with the keys product and application"]),
        ("a.yaml", "product: P\n", ["a.yaml: a request must be a mapping with the keys product and application"]),
        (
            "a.yaml",
            "application: {}\n",
            [f"a.yaml: no product; {REQUEST_KEYS}"],
        ),
        (
            "a.yaml",
            "product: P\napplication: {}\nexplain: TRACE\n",
            [f"a.yaml: unknown key explain; {REQUEST_KEYS}"],
        ),
        (
            "a.yaml",
            "product: P\nproduct: Q\napplication: {}\n",
            [
                "a.yaml:2:1: error[duplicate-key]: 'product' stands here twice",
                "    product: Q",
                "    ^^^^^^^",
                "    help: keep one of the two",
            ],
        ),
        (
            "a.yaml",
            "",
            ["a.yaml:1:1: error[empty-file]: the file is empty", "    help: fill it, or remove it"],
        ),
        ("a.jsonl", "", []),
        (
            "a.jsonl",
            '{"product": "P", "application": {}}\n{"product": }\n[1]\n' + "[" * 100_000,
            [
                "a.jsonl:2: not valid JSON: Expecting value at column 13",
                "a.jsonl:3: a request must be a mapping with the keys product and application",
                "a.jsonl:4: brackets are nested too deep",
            ],
        ),
        (
            "a.yaml",
            b"product: \xff\n",
            ["a.yaml: not UTF-8: invalid start byte"],
        ),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place_and_what_is_allowed(tmp_path, name, text, expected):
    path = written(tmp_path, name, text)
    if expected:
        assert refusal(path) == expected
    else:
        assert read_requests(path) == []


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert refusal(tmp_path / "none.yaml") == ["none.yaml: No such file or directory"]


def test_every_fault_of_an_application_is_told_with_the_place_of_its_request(tmp_path):
    path = written(tmp_path, "a.jsonl", '{"product": "P", "application": {"applicant": {"age": "old", "nme": "x"}}}\n')
    (found,) = read_requests(path)
    with pytest.raises(FileRefused) as caught:
        found.request("CNY")
    lines = str(caught.value).split("\n")
    assert [line.partition("; allowed")[0] for line in lines] == [
        f"{path}:1: applicant.age: found a text",
        f"{path}:1: applicant.nme: found an unknown field",
    ]


def test_what_is_to_be_taken_for_stored_stands_beside_the_application(tmp_path):
    text = "product: P\napplication: {}\nexposure: {total: 50 CNY}\nfunders: [{funder: f, committed: 7}]\n"
    (found,) = read_requests(written(tmp_path, "one.yaml", text))
    values = found.stored_values("CNY")
    assert values["exposure"]["total"] == 50
    assert values["funders"] == [{"funder": "f", "committed": 7}]
    (bare,) = read_requests(written(tmp_path, "two.yaml", "product: P\napplication: {}\n"))
    assert (bare.stored, bare.stored_values("CNY")["funders"]) == ({}, [])


def test_what_is_wrong_with_it_is_told_with_the_place_of_its_request(tmp_path):
    path = written(tmp_path, "one.yaml", "product: P\napplication: {}\nexposure: {totl: 50, drawn: -1}\n")
    (found,) = read_requests(path)
    with pytest.raises(FileRefused) as caught:
        found.stored_values("CNY")
    first, second = str(caught.value).split("\n")
    assert first.startswith(f"{path}: exposure.totl: found an unknown field; allowed: total, ")
    assert second == f"{path}: exposure.drawn: found -1; allowed: an amount from 0 in CNY"
