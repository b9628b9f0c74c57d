"""`underwriter check`."""

from pathlib import Path

from .commands import PROJECT, Call, edit, place_of, run


def test_the_shipped_rules_are_in_order() -> None:
    ended = run("check")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "rules and models are in order\n", "")


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
