"""`underwriter serve` before it serves: its settings, and what keeps it from starting."""

from pathlib import Path

from underwriter.service.settings import Settings

from .commands import Call, edit, run


def test_every_setting_is_shown_with_its_value_and_origin(call: Call, small_rules: Path) -> None:
    ended = call("serve", "--show-config", "--port", "6000")
    assert (ended.code, ended.errors) == (0, "")
    heads = [line.split() for line in ended.out.splitlines() if not line.startswith(" ")]
    assert [head[0] for head in heads] == list(Settings.model_fields)
    assert ["port", "6000", "flag", "--port"] in heads
    assert ["rules", str(small_rules), "environment", "UNDERWRITER_RULES"] in heads
    assert ["host", "127.0.0.1", "default"] in heads


def test_settings_in_json_tell_value_and_origin(call: Call) -> None:
    settings = call("serve", "--show-config", "--workers", "3", "--format", "json").json
    assert settings["workers"] == {"value": "3", "origin": "flag --workers"}
    assert list(settings) == list(Settings.model_fields)


def test_all_wrong_settings_are_said_at_once(call: Call, tmp_path: Path) -> None:
    ended = call("serve", "--port", "99999", "--workers", "0", "--rules", tmp_path / "nowhere", "--log-level", "loud")
    assert (ended.code, ended.out) == (2, "")
    assert ended.errors.startswith("4 settings are wrong:\n")
    for name in ("port", "workers", "rules", "log_level"):
        assert f"  {name} (flag --" in ended.errors


def test_a_missing_configuration_file_is_said(call: Call, tmp_path: Path) -> None:
    ended = call("serve", "--config", tmp_path / "nosuch.toml")
    assert ended.code == 2
    assert "nosuch.toml" in ended.errors


def test_rules_with_errors_keep_the_server_from_starting(small_rules: Path, no_models: Path, tmp_path: Path) -> None:
    edit(small_rules / "small" / "policy.yaml", "reason: TOO_YOUNG", "reason: TOO_YUNG")
    flags = ("--rules", small_rules, "--models", no_models, "--port", "0", "--workers", "1")
    ended = run("serve", *flags, folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "error[unknown-reason]: the catalogue has no reason 'TOO_YUNG'" in ended.stderr
    assert "Traceback" not in ended.stderr
