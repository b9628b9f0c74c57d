"""`underwriter describe`."""

import ast
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .commands import Call, run

SMALL = """\
Small / 小
policies/small, product PERSONAL_CREDIT_LINE, currency CNY
version {version}
models: none

parameters
  min_age              18 years
  line            12345.5 CNY
  asked_purposes  ["TRAVEL", "STUDY"]

decisions, in the order in which they are made
  eligibility  rules  {rules}/small/policy.yaml:13:3
    reads applicant.age, applicant.sanctioned, min_age

rules
  eligibility
    E01  decline  unknown: refer  TOO_YOUNG
      when applicant.age < min_age
    E02  refer    unknown: pass   SANCTIONED
      when applicant.sanctioned

inputs
  applicant.age, applicant.sanctioned
"""


@pytest.mark.parametrize("name", ["small", "policies/small", "PERSONAL_CREDIT_LINE"])
def test_a_policy_is_shown_by_id_name_or_product(name: str, call: Call, small_rules: object) -> None:
    ended = call("describe", name)
    version = call("describe", name, "--format", "json").json["version"]
    assert (ended.code, ended.errors) == (0, "")
    assert ended.out == SMALL.format(version=version, rules=small_rules)


def test_json_is_the_policy_as_the_api_gives_it(call: Call) -> None:
    policy = call("describe", "small", "--format", "json").json
    assert policy["name"] == "policies/small"
    assert policy["inputs"] == ["applicant.age", "applicant.sanctioned"]
    assert {parameter["name"]: parameter["value"] for parameter in policy["parameters"]}["line"] == "12345.5"
    assert "files" not in policy


def test_the_python_is_what_the_rules_are_compiled_to(call: Call) -> None:
    text = call("describe", "small", "--show", "python").out
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert "evaluate" in names
    json = call("describe", "small", "--show", "python", "--format", "json").json
    assert json["python"] == text.removesuffix("\n")
    assert json["name"] == "policies/small"


def test_an_unknown_policy_is_answered_with_those_there_are(call: Call) -> None:
    ended = call("describe", "smal")
    assert (ended.code, ended.errors) == (2, "there is no policy 'smal'; there are: small\n")


def test_the_graph_is_drawn_into_a_file(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "small.svg"
    assert call("describe", "small", "--svg", file).out == f"wrote {file}\n"
    texts = {element.text for element in ElementTree.parse(file).iter() if element.tag.endswith("text")}  # noqa: S314 - our own
    assert {"eligibility", "outcome"} <= texts
    ended = call("describe", "small", "--svg", tmp_path / "no" / "small.svg")
    assert ended.code == 2
    assert "the graph can't be drawn" in ended.errors


def test_a_shipped_policy_fits_a_terminal_of_100_columns() -> None:
    ended = run("describe", "personal-credit")
    assert ended.returncode == 0
    assert [line for line in ended.stdout.splitlines() if len(line) > 100 or line != line.rstrip()] == []
    assert "…" not in ended.stdout
