"""Folders of rule files: what is read, and how paths resolve."""

import pytest

from underwriter.policy import RuleFiles, read_rule_files
from underwriter.policy.rule_files import resolve


def test_yaml_and_csv_files_are_read_but_no_tests_and_nothing_else(tmp_path):
    for name in ("a/policy.yaml", "a/grid.csv", "b.yml", "a/tests/one.yaml", "README.md", "tests/two.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name}: 额度\n", "utf-8")
    files = read_rule_files(tmp_path)
    assert files.texts == {name: f"{name}: 额度\n" for name in ("a/grid.csv", "a/policy.yaml", "b.yml")}
    assert files.shown("b.yml") == f"{tmp_path}/b.yml"
    assert files.policies() == ["a/policy.yaml"]


def test_the_mark_that_spreadsheets_put_before_csv_is_no_part_of_the_text(tmp_path):
    (tmp_path / "grid.csv").write_bytes("\ufeffapplicant.age,||,grade\r\n-,||,1\r\n".encode())
    assert read_rule_files(tmp_path).texts == {"grid.csv": "applicant.age,||,grade\n-,||,1\n"}


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no rules folder .*nowhere"):
        read_rule_files(tmp_path / "nowhere")


def test_a_file_that_is_not_utf8_is_named(tmp_path):
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff")
    with pytest.raises(UnicodeDecodeError, match=r"latin\.yaml"):
        read_rule_files(tmp_path)


@pytest.mark.parametrize(
    ("base", "reference", "expected"),
    [
        ("a/policy.yaml", "grid.csv", "a/grid.csv"),
        ("a/policy.yaml", "./grid.csv", "a/grid.csv"),
        ("a/policy.yaml", "../common/x.yaml", "common/x.yaml"),
        ("a/b/policy.yaml", "../../x.yaml", "x.yaml"),
        ("policy.yaml", "common/../x.yaml", "x.yaml"),
        ("policy.yaml", "../x.yaml", None),
        ("a/policy.yaml", "../../x.yaml", None),
        ("a/policy.yaml", "../../../etc/passwd", None),
        ("a/policy.yaml", "b/../../../a/x.yaml", None),
    ],
)
def test_references_count_from_their_file_and_stay_in_the_folder(base, reference, expected):
    assert resolve(base, reference) == expected


def test_files_can_be_replaced_and_chosen():
    files = RuleFiles({"a": "1", "b": "2"}, "rules")
    assert files.with_files({"b": "3", "c": "4"}) == RuleFiles({"a": "1", "b": "3", "c": "4"}, "rules")
    assert files.only(("b",)) == RuleFiles({"b": "2"}, "rules")


def test_monitors_are_the_yaml_files_of_their_folder():
    names = (
        "monitoring/a.yaml",
        "monitoring/b/c.yml",
        "monitoring/d.csv",
        "monitoring/policy.yaml",
        "e/monitoring/f.yaml",
    )
    assert RuleFiles(dict.fromkeys(names, "")).monitors() == ["monitoring/a.yaml", "monitoring/b/c.yml"]
