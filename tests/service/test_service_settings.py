from pathlib import Path

import pytest

from underwriter.service import ConfigurationRefused, load_configuration
from underwriter.service.settings import Settings, available_cores


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to start the server in, with the default folders, and an environment without settings."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"UNDERWRITER_{name.upper()}", raising=False)
    return tmp_path


def test_defaults_need_nothing_set() -> None:
    settings = load_configuration({}).settings
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 50051, available_cores())
    assert settings.database == "sqlite:///data/underwriter.db"


def test_flags_override_environment_overrides_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "underwriter.toml").write_text('port = 1\nhost = "::1"\nworkers = 3\n')
    monkeypatch.setenv("UNDERWRITER_PORT", "2")
    monkeypatch.setenv("UNDERWRITER_HOST", "localhost")
    configuration = load_configuration({"port": 3, "host": None})
    settings = configuration.settings
    assert (settings.port, settings.host, settings.workers) == (3, "localhost", 3)
    origins = {row.name: row.origin for row in configuration.rows()}
    assert origins["port"] == "flag --port"
    assert origins["host"] == "environment UNDERWRITER_HOST"
    assert origins["workers"] == "file underwriter.toml"
    assert origins["rules"] == "default"


def test_a_named_file_takes_the_place_of_the_one_in_the_folder(folder: Path) -> None:
    (folder / "underwriter.toml").write_text("port = 1\n")
    other = folder / "other.toml"
    other.write_text("port = 2\n")
    assert load_configuration({}, other).settings.port == 2


def test_all_faults_are_told_at_once_with_their_origin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "underwriter.toml").write_text('colour = "red"\nport = 65536\n')
    monkeypatch.setenv("UNDERWRITER_WORKERS", "many")
    with pytest.raises(ConfigurationRefused) as refused:
        load_configuration({"rules": "nowhere", "log_format": "xml", "drain_seconds": "-1"})
    assert str(refused.value).splitlines() == [
        "6 settings are wrong:",
        "  colour (file underwriter.toml): found an unknown setting; allowed: " + ", ".join(Settings.model_fields),
        "  port (file underwriter.toml): found '65536'; allowed: a whole number from 0 to 65535",
        "  workers (environment UNDERWRITER_WORKERS): found 'many'; allowed: a whole number from 1 to 256",
        "  rules (flag --rules): found 'nowhere', which does not exist; allowed: the path of a folder",
        "  drain_seconds (flag --drain-seconds): found '-1'; allowed: a number from 0 to 3600",
        "  log_format (flag --log-format): found 'xml'; allowed: console or json",
    ]


def test_an_unknown_setting_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigurationRefused, match="allowed: workers"):
        load_configuration({"worker": 2})


def test_a_certificate_needs_its_key(folder: Path) -> None:
    (folder / "server.pem").write_text("x")
    with pytest.raises(ConfigurationRefused, match="both tls_certificate and tls_key, or neither"):
        load_configuration({"tls_certificate": folder / "server.pem"})


@pytest.mark.parametrize("content", ["port = ", "\xff"])
def test_a_file_that_is_no_toml_is_refused_by_name(folder: Path, content: str) -> None:
    (folder / "underwriter.toml").write_bytes(content.encode("latin-1"))
    with pytest.raises(ConfigurationRefused, match=r"file underwriter.toml.*allowed: a TOML file"):
        load_configuration({})


def test_a_missing_named_file_is_refused(folder: Path) -> None:
    with pytest.raises(ConfigurationRefused, match=r"No such file.*allowed: a TOML file"):
        load_configuration({}, folder / "absent.toml")


def test_a_database_that_is_no_url_is_refused_without_showing_it() -> None:
    with pytest.raises(ConfigurationRefused, match="database") as refused:
        load_configuration({"database": "user:secret@nowhere"})
    assert "secret" not in str(refused.value)


def test_the_shown_table_masks_the_password() -> None:
    configuration = load_configuration({"database": "postgresql://underwriter:secret@db/ledger"})
    values = {row.name: row.value for row in configuration.rows()}
    assert values["database"] == "postgresql://underwriter:***@db/ledger"


def test_the_shown_table_has_every_setting_with_meaning_and_range() -> None:
    rows = load_configuration({}).rows()
    assert [row.name for row in rows] == list(Settings.model_fields)
    assert all(row.description and row.allowed for row in rows)
