"""`underwriter check`."""

import json
import re
from pathlib import Path

from .commands import PROJECT, Call, edit, place_of, run


def test_the_shipped_rules_are_in_order() -> None:
    ended = run("check")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch("rules and models are in order; [0-9]+ findings allowed\n", ended.stdout)


def test_nothing_found_is_an_empty_list_in_json(call: Call) -> None:
    ended = call("check", "--format", "json")
    assert (ended.code, ended.json) == (0, [])


def test_every_error_is_shown_with_its_place_line_and_help(call: Call, small_rules: Path) -> None:
    policy = small_rules / "small" / "policy.yaml"
    edit(policy, "applicant.age < min_age", "aplicant.age < min_age")
    edit(policy, "reason: TOO_YOUNG", "reason: TOO_YUNG")
    ended = call("check")
    assert ended.code == 1
    assert ended.out == (
        f"{place_of(policy, 'aplicant')}: error[unknown-name]: there is nothing called 'aplicant'\n"
        "            when: aplicant.age < min_age\n"
        "                  ^^^^^^^^\n"
        "    help: did you mean 'applicant'?\n"
        "\n"
        f"{place_of(policy, 'TOO_YUNG')}: error[unknown-reason]: the catalogue has no reason 'TOO_YUNG'\n"
        "            reason: TOO_YUNG\n"
        "                    ^^^^^^^^\n"
        "    help: did you mean 'TOO_YOUNG'?\n"
        "\n"
        "2 findings\n"
    )


def test_findings_in_json_have_all_parts(call: Call, small_rules: Path) -> None:
    policy = small_rules / "small" / "policy.yaml"
    edit(policy, "reason: TOO_YOUNG", "reason: TOO_YUNG")
    ended = call("check", "--format", "json")
    assert ended.code == 1
    place, line, column = place_of(policy, "TOO_YUNG").rsplit(":", 2)
    assert ended.json == [
        {
            "code": "unknown-reason",
            "severity": "error",
            "message": "the catalogue has no reason 'TOO_YUNG'",
            "help": "did you mean 'TOO_YOUNG'?",
            "path": place,
            "line": int(line),
            "column": int(column),
        }
    ]


def test_yaml_that_is_none_is_a_finding(call: Call, small_rules: Path) -> None:
    (small_rules / "small" / "policy.yaml").write_text("policy: [")
    ended = call("check")
    assert ended.code == 1
    assert f"{small_rules}/small/policy.yaml:" in ended.out


def test_a_folder_without_policies_is_a_finding(call: Call, small_rules: Path) -> None:
    (small_rules / "small" / "policy.yaml").unlink()
    assert call("check").code == 1


def test_a_broken_model_is_named_without_a_line_of_it(call: Call, no_models: Path) -> None:
    shipped = PROJECT / "models" / "personal_default" / "1"
    folder = no_models / "personal_default" / "1"
    folder.mkdir(parents=True)
    (folder / "model.yaml").write_bytes((shipped / "model.yaml").read_bytes())
    (folder / "model.onnx").write_bytes((shipped / "model.onnx").read_bytes()[:500])
    ended = call("check")
    assert ended.code == 1
    first, help_line, *_ = ended.out.splitlines()
    assert first.startswith(f"{folder / 'model.onnx'}:1:1: error[model-refused]: ")
    assert help_line.startswith("    help: ")


def test_a_missing_folder_is_said(call: Call, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    ended = call("check", "--rules", nowhere)
    assert (ended.code, ended.errors) == (2, f"the rules can't be read: there is no rules folder {nowhere}\n")
    ended = call("check", "--models", nowhere)
    assert (ended.code, ended.errors) == (2, f"there is no models folder {nowhere}\n")


def test_a_file_that_is_no_text_is_named(call: Call, small_rules: Path) -> None:
    (small_rules / "reasons.yaml").write_bytes(b"\xff\xfe")
    ended = call("check")
    assert ended.code == 2
    assert f"{small_rules}/reasons.yaml" in ended.errors


def test_a_warning_ends_with_1_unless_it_is_allowed(call: Call, small_rules: Path) -> None:
    policy = small_rules / "small" / "policy.yaml"
    edit(policy, "parameters:", "parameters:\n  spare: {value: 1}")
    ended = call("check")
    assert ended.code == 1
    assert f"{place_of(policy, 'spare')}: warning[unused-parameter]: " in ended.out
    assert ended.out.endswith("\n1 finding; 1 finding allowed\n")
    edit(policy, "spare: {value: 1}", "spare: {value: 1}  # allow unused-parameter: for the next change")
    ended = call("check")
    assert (ended.code, ended.out.split("; ")[-1]) == (0, "2 findings allowed\n")


def test_a_comment_that_allows_nothing_is_a_finding(call: Call, small_rules: Path) -> None:
    policy = small_rules / "small" / "policy.yaml"
    edit(policy, "parameters:", "parameters:  # allow table-gap: none here")
    ended = call("check")
    assert ended.code == 1
    assert "warning[unused-suppression]: nothing here is found as 'table-gap'" in ended.out


def test_findings_in_sarif(call: Call, small_rules: Path) -> None:
    edit(small_rules / "small" / "policy.yaml", "reason: TOO_YOUNG", "reason: TOO_YUNG")
    ended = call("check", "--format", "sarif")
    assert ended.code == 1
    (run_,) = json.loads(ended.out)["runs"]
    assert [result["ruleId"] for result in run_["results"]] == ["unknown-reason"]
