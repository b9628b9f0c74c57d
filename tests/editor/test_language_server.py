"""The language server as an editor meets it: a process of its own, spoken to over stdin and stdout."""

from pathlib import Path
from typing import Any

import pytest

from .conftest import started
from .lsp_client import LspClient, Message

GRADE = "rules/common/risk_grade.yaml"
POLICY = "rules/personal_credit/policy.yaml"
TESTS = "rules/personal_credit/tests/line.yaml"
MONITOR = "rules/monitoring/account_takeover.yaml"


def text_of(workspace: Path, path: str) -> str:
    return (workspace / path).read_text("utf-8")


def place_of(text: str, part: str, within: int = 0) -> tuple[int, int]:
    """Return the line and UTF-16 column of a part of a text, so many characters into it."""
    offset = text.index(part) + within
    line = text.count("\n", 0, offset)
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    return line, len(before.encode("utf-16-le")) // 2


def ask(editor: LspClient, method: str, path: str, text: str, part: str, within: int = 0) -> Any:
    """Ask about a place in a file with a text of its own, and close the file."""
    editor.open(path, text)
    answer = editor.request(f"textDocument/{method}", editor.at(path, *place_of(text, part, within)))
    editor.notify("textDocument/didClose", {"textDocument": {"uri": editor.uri(path)}})
    assert "error" not in answer, answer
    return answer["result"]


def labels(completion: Message) -> list[str]:
    return [item["label"] for item in completion["items"]]


def edited(workspace: Path, path: str, old: str, new: str) -> str:
    text = text_of(workspace, path)
    assert old in text
    return text.replace(old, new, 1)


def test_the_first_check_shows_how_far_it_is(first_check: list[Message]) -> None:
    first, *reports, last = first_check
    assert (first["kind"], first["title"], first["cancellable"]) == ("begin", "Checking the rules", False)
    assert POLICY.removeprefix("rules/") in [report["message"] for report in reports]
    shares = [first["percentage"], *(report["percentage"] for report in reports)]
    assert shares == sorted(shares)
    assert shares[-1] < 100
    assert last["kind"] == "end"


def test_a_finding_shows_while_it_is_typed_and_goes_when_it_is_mended(editor: LspClient, workspace: Path) -> None:
    broken = edited(workspace, GRADE, 'risk_grade = "F"', 'risk_grad = "F"')
    editor.open(GRADE, broken)
    (finding,) = editor.findings(GRADE, bool)
    line, column = place_of(broken, "risk_grad =")
    assert finding["range"]["start"] == {"line": line, "character": column}
    assert finding["range"]["end"] == {"line": line, "character": column + len("risk_grad")}
    assert finding["code"] == "unknown-name"
    assert finding["severity"] == 1
    assert "did you mean 'risk_grade'?" in finding["message"]
    assert finding["codeDescription"]["href"] == (workspace / "docs/findings/unknown-name.md").as_uri()
    editor.change(GRADE, text_of(workspace, GRADE))
    assert editor.findings(GRADE, lambda found: not found) == []


def test_a_finding_that_another_file_causes_shows_there_too(editor: LspClient, workspace: Path) -> None:
    """Pricing reads the probability that grades stand for; whoever renames it there must hear of the other file."""
    editor.open(GRADE, edited(workspace, GRADE, "  default_probability:", "  probability_of_default:"))
    found = editor.findings("rules/common/expected_loss.yaml", bool)
    assert [finding["code"] for finding in found] == ["unknown-name"]
    editor.change(GRADE, text_of(workspace, GRADE), 3)
    assert editor.findings("rules/common/expected_loss.yaml", lambda found: not found) == []


def test_only_the_newest_text_counts(editor: LspClient, workspace: Path) -> None:
    """Of many texts that follow each other at once, all but the last are passed over, or told of before it."""
    text = text_of(workspace, GRADE)
    editor.open(GRADE, text)
    for version in range(2, 40):
        editor.change(GRADE, text.replace('risk_grade = "F"', f'risk_{version} = "F"', 1), version)
    editor.change(GRADE, text + "\nrisk: x\n", 40)
    (finding,) = editor.findings(GRADE, lambda found: [one["code"] for one in found] == ["unknown-key"])
    assert "no key 'risk'" in finding["message"]
    editor.change(GRADE, text, 41)
    editor.findings(GRADE, lambda found: not found)


@pytest.mark.parametrize(
    "text", ["", "decisions:\n  a: {", "a: [1, 2\nb: *c\n\t- x", "\x00", "- - - :", "decisions:\n  信: '𠀀\n"]
)
def test_broken_yaml_is_told_and_does_no_harm(text: str, editor: LspClient) -> None:
    editor.open(GRADE, text)
    assert editor.findings(GRADE, bool)
    for method in ("completion", "hover", "definition"):
        assert "error" not in editor.request(f"textDocument/{method}", editor.at(GRADE, 0, 1))
    editor.notify("textDocument/didClose", {"textDocument": {"uri": editor.uri(GRADE)}})
    editor.findings(GRADE, lambda found: not found)


def test_columns_are_counted_in_utf_16(editor: LspClient, workspace: Path) -> None:
    """A character beyond the basic plane takes two units, a Chinese one takes one."""
    broken = edited(workspace, GRADE, 'when: risk_grade = "F"', 'when: risk_grade = "𠀀信" or risk_grad = "F"')
    editor.open(GRADE, broken)
    (finding,) = editor.findings(GRADE, lambda found: [one["code"] for one in found] == ["unknown-name"])
    column = len('        when: risk_grade = "') + 3 + len('" or ')
    assert finding["range"]["start"]["character"] == column
    hover = ask(editor, "hover", GRADE, broken.replace("risk_grad =", "risk_grade =", 1), "or risk_grade", 5)
    assert hover["range"]["start"]["character"] == column


def test_members_of_inputs_are_proposed_with_their_types_and_comments(editor: LspClient, workspace: Path) -> None:
    text = edited(workspace, POLICY, "if request.term_months = null", "if applicant.")
    completion = ask(editor, "completion", POLICY, text, "if applicant.", len("if applicant."))
    age = next(item for item in completion["items"] if item["label"] == "age")
    assert age["detail"] == "input: number"
    assert "Age in completed years. From 0 to 130." in age["documentation"]["value"]


def test_names_of_the_policy_and_functions_are_proposed(editor: LspClient, workspace: Path) -> None:
    text = edited(workspace, POLICY, "if request.term_months = null", "if ")
    completion = ask(editor, "completion", POLICY, text, "expression: if ", len("expression: if "))
    found = {item["label"]: item for item in completion["items"]}
    assert found["usual_term"]["detail"] == "parameter: number"
    assert "12 months" in found["usual_term"]["documentation"]["value"]
    assert {"risk_grade", "default_risk", "applicant", "exposure", "now"} <= found.keys()
    assert found["string length"]["detail"].startswith("string length(")
    assert 'string length("' in found["string length"]["documentation"]["value"]


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (GRADE, "reason: RISK_TOO_HIGH", "reason: ", {"RISK_TOO_HIGH", "MONTHS_LATE_RECENT"}),
        (GRADE, "then: decline", "then: ", {"approve", "refer", "verify", "decline"}),
        (GRADE, "hit policy: unique", "hit policy: ", {"unique", "first", "collect sum"}),
        (GRADE, "explained by: default_risk", "explained by: ", {"default_risk", "score_band"}),
        (GRADE, "default_risk: personal_default/2", "default_risk: ", {"personal_default/1", "personal_default/2"}),
        (GRADE, "        then: decline", "        ", {"then", "title", "if unknown", "ask for"}),
        (GRADE, '| "GOOD"                 || "A"', "| app", {"applicant"}),
        (POLICY, "  - ../common/identity.yaml", "  - ", {"../common/identity.yaml", "../common/uncovered.yaml"}),
        (POLICY, "  grade: risk_grade", "  gra", {"grade"}),
        (POLICY, "product: PERSONAL_CREDIT_LINE", "", {"product", "lender", "monitors"}),
        (MONITOR, "trigger: drawdown where amount > 10000 CNY", "trigger: draw", {"drawdown", "login_failed"}),
        (MONITOR, "trigger: drawdown where amount", "trigger: drawdown where ", {"amount", "device_id"}),
        (MONITOR, "severity: critical", "severity: ", {"low", "critical"}),
        (MONITOR, "same: [device_id]", "same: [", {"device_id", "account"}),
        (TESTS, "purpose: CONSUMPTION", "purpose: ", {"CONSUMPTION", "EDUCATION"}),
        (TESTS, "      dependants: 1", "      ", {"dependants"}),
    ],
)
def test_what_may_stand_at_a_place_is_proposed(
    path: str, old: str, new: str, expected: set[str], editor: LspClient, workspace: Path
) -> None:
    text = edited(workspace, path, old, f"{new}¦")
    completion = ask(editor, "completion", path, text.replace("¦", "", 1), text[: text.index("¦")][-60:], 60)
    assert expected <= set(labels(completion))


def test_keys_that_stand_there_are_not_proposed_again(editor: LspClient, workspace: Path) -> None:
    text = edited(workspace, GRADE, "        then: decline\n", "        \n")
    completion = ask(editor, "completion", GRADE, text, "        \n", 8)
    assert {"id", "when", "reason"}.isdisjoint(labels(completion))


@pytest.mark.parametrize(
    ("path", "part", "within", "expected"),
    [
        (POLICY, "usual_term else", 3, ["**usual_term** (parameter): number", "12 months", "Term of a drawdown"]),
        (POLICY, "request.term_months", 10, ["**request.term_months** (input): number", "months"]),
        (GRADE, "graded_points:", 3, ["**graded_points** (decision): number", "In bad times"]),
        (GRADE, "default_risk.missing", 15, ["number", "personal_default/2"]),
        (GRADE, "max(grade_probability", 1, ["max(", "greatest"]),
        (GRADE, "RISK_TOO_HIGH", 3, ["(reason)", "repayment history", "还款记录"]),
        (GRADE, "hit policy", 3, ["unique, any, first"]),
        (GRADE, "personal_default/2", 3, ["Default on a personal credit line"]),
        (MONITOR, "trigger: drawdown", 12, ["**drawdown** (event)", "amount"]),
        (TESTS, "      age: 35", 8, ["Age in completed years"]),
    ],
)
def test_hovers_tell_what_a_name_is(
    path: str, part: str, within: int, expected: list[str], editor: LspClient, workspace: Path
) -> None:
    hover = ask(editor, "hover", path, text_of(workspace, path), part, within)
    assert hover["contents"]["kind"] == "markdown"
    for text in expected:
        assert text in hover["contents"]["value"]


@pytest.mark.parametrize(
    ("path", "part", "within", "file", "declared"),
    [
        (POLICY, "usual_term else", 3, POLICY, "usual_term: {"),
        (GRADE, "cycle.points_shift", 2, "rules/common/cycle.yaml", "cycle:"),
        (GRADE, "default_risk.missing", 2, GRADE, "default_risk: personal"),
        (GRADE, "reason: RISK_TOO_HIGH", 10, "rules/reasons/credit_history.yaml", "RISK_TOO_HIGH:"),
        (POLICY, "../common/pricing.yaml", 12, "rules/common/pricing.yaml", "# yaml-language-server"),
        (POLICY, "  rules:\n    - identity", 15, "rules/common/identity.yaml", "identity:"),
        (TESTS, "R01 a purpose", 1, POLICY, "R01"),
        ("rules/monitoring/tests/account_takeover.yaml", "rule: ATO1", 7, MONITOR, "ATO1"),
    ],
)
def test_definitions_are_found_in_their_files(
    path: str, part: str, within: int, file: str, declared: str, editor: LspClient, workspace: Path
) -> None:
    location = ask(editor, "definition", path, text_of(workspace, path), part, within)
    assert location["uri"] == editor.uri(file)
    text = text_of(workspace, file)
    start = location["range"]["start"]
    assert text.split("\n")[start["line"]][start["character"] :].startswith(declared)


def test_tables_are_formatted_and_nothing_else(editor: LspClient, workspace: Path) -> None:
    text = edited(workspace, GRADE, '| 1          | "GOOD"                 || "A"   |', '| 1|"GOOD"||"A"|')
    editor.open(GRADE, text)
    document = {"textDocument": {"uri": editor.uri(GRADE)}, "options": {"tabSize": 2, "insertSpaces": True}}
    (edit,) = editor.request("textDocument/formatting", document)["result"]
    lines = text.split("\n")
    lines[edit["range"]["start"]["line"]] = edit["newText"]
    assert "\n".join(lines) == text_of(workspace, GRADE)
    editor.notify("textDocument/didClose", {"textDocument": {"uri": editor.uri(GRADE)}})


def test_hovers_show_the_values_of_a_chosen_test(editor: LspClient, workspace: Path) -> None:
    text = text_of(workspace, TESTS)
    editor.open(TESTS, text)
    editor.findings(TESTS, lambda found: not found)
    lenses = editor.request("textDocument/codeLens", {"textDocument": {"uri": editor.uri(TESTS)}})["result"]
    lens = next(lens for lens in lenses if "R01 a purpose" in lens["command"]["arguments"][1])
    assert lens["range"]["start"]["line"] == place_of(text, "name: R01 a purpose")[0]
    command = {"command": lens["command"]["command"], "arguments": lens["command"]["arguments"]}
    assert "(VERIFY)" in editor.request("workspace/executeCommand", command)["result"]
    for path, part, value in [
        (POLICY, "asked_term:", "`12`"),
        (GRADE, "graded_points:", "`800`"),
        (GRADE, "score_band:", "Rows that matched: 1."),
        (GRADE, "cycle.points_shift", "points_shift"),
        (GRADE, "id: G01", "does not fire"),
        (POLICY, "id: R01", "fires"),
        (POLICY, "request.term_months", "amount"),
    ]:
        hover = ask(editor, "hover", path, text_of(workspace, path), part, 5)
        assert "In the test *R01 a purpose not stated is asked for*" in hover["contents"]["value"]
        assert value in hover["contents"]["value"]
    assert "No test's values" in editor.request("workspace/executeCommand", command)["result"]
    hover = ask(editor, "hover", GRADE, text_of(workspace, GRADE), "graded_points:", 3)
    assert "In the test" not in hover["contents"]["value"]
    editor.notify("textDocument/didClose", {"textDocument": {"uri": editor.uri(TESTS)}})


def test_files_outside_of_the_rules_are_left_alone(editor: LspClient) -> None:
    editor.open("notes.yaml", "a: [")
    assert editor.request("textDocument/completion", editor.at("notes.yaml", 0, 1))["result"]["items"] == []
    assert editor.request("textDocument/hover", editor.at("notes.yaml", 0, 0))["result"] is None
    assert editor.request("textDocument/definition", editor.at("notes.yaml", 0, 0))["result"] is None


@pytest.mark.slow
def test_a_folder_without_rules_is_no_fault(tmp_path: Path) -> None:
    client = started(tmp_path)
    try:
        capabilities = client.initialise(["utf-8"])["capabilities"]
        assert capabilities["positionEncoding"] == "utf-8"
        client.open("rules/new/policy.yaml", "policy: x\nproduct: [")
        assert client.findings("rules/new/policy.yaml", bool)[0]["code"] == "yaml-syntax"
        assert client.end() == 0
    finally:
        client.kill()
