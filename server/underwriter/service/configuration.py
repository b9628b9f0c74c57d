"""Gathers the settings: defaults < configuration file < environment < flags, and remembers where each came from."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from underwriter.service.settings import Settings

DEFAULT_FILE = Path("underwriter.toml")


@dataclass(frozen=True, slots=True)
class SettingFault:
    """One wrong setting: its name, where it was set, what was found and what is allowed."""

    name: str
    origin: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.name} ({self.origin}): found {self.found}; allowed: {self.allowed}"


class ConfigurationRefused(Exception):
    """The configuration can't be used. Holds every fault as `faults`; `str()` is a text to show, one line a fault."""

    def __init__(self, faults: list[SettingFault]) -> None:
        heading = "1 setting is wrong" if len(faults) == 1 else f"{len(faults)} settings are wrong"
        super().__init__("\n".join([f"{heading}:", *(f"  {fault}" for fault in faults)]))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One line of the table that `--show-config` prints. Secrets in `value` are masked."""

    name: str
    value: str
    origin: str
    allowed: str
    description: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """Checked settings, and by name where each that is not a default was set."""

    settings: Settings
    origins: Mapping[str, str]

    def rows(self) -> list[SettingRow]:
        """Return every setting with its value, its origin and its meaning, in the order of `Settings`."""
        return [
            SettingRow(
                name,
                _shown(name, getattr(self.settings, name)),
                self.origins.get(name, "default"),
                allowed_values(field),
                field.description or "",
            )
            for name, field in Settings.model_fields.items()
        ]


def load_configuration(flags: Mapping[str, object], file: Path | None = None) -> Configuration:
    """Return the settings from flags (by setting name; None is not given), environment, file and defaults.

    The file is `file`, or underwriter.toml of the current folder where there is one. Raises ConfigurationRefused with
    every fault at once.
    """
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for layer, origin_of in _layers(flags, file):
        values |= layer
        origins |= {name: origin_of.format(name=name.upper(), flag=name.replace("_", "-")) for name in layer}
    faults = _unknown_names(values, origins)
    known = {name: value for name, value in values.items() if name in Settings.model_fields}
    try:
        settings = Settings.model_validate(known)
    except ValidationError as error:
        raise ConfigurationRefused([*faults, *_value_faults(error, origins)]) from None
    faults += _joint_faults(settings, origins)
    if faults:
        raise ConfigurationRefused(faults)
    return Configuration(settings, origins)


def allowed_values(field: FieldInfo) -> str:
    """Return in words which values a setting may have."""
    kind: object = field.annotation
    if get_origin(kind) is Literal:
        return " or ".join(get_args(kind))
    least = next((bound.ge for bound in field.metadata if isinstance(bound, Ge)), None)
    most = next((bound.le for bound in field.metadata if isinstance(bound, Le)), None)
    if least is not None and most is not None:
        return f"{'a whole number' if kind is int else 'a number'} from {least} to {most}"
    if kind is bool:
        return "true or false"
    if kind is str:
        return "a text, not empty"
    if kind == SecretStr | None:
        return "the text of a master key file"
    return "the path of a folder" if kind is Path else "the path of a file"


def _layers(flags: Mapping[str, object], file: Path | None) -> list[tuple[dict[str, object], str]]:
    """Return the layers that override the defaults, weakest first, each with a pattern for the origin's name."""
    path = file or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    environment = EnvSettingsSource(Settings)()
    given = {name: value for name, value in flags.items() if value is not None}
    return [
        (_read_file(path) if path else {}, f"file {path}"),
        (environment, "environment UNDERWRITER_{name}"),
        (given, "flag --{flag}"),
    ]


def _read_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationRefused([SettingFault("config", f"file {path}", f"{reason}", "a TOML file")]) from None


def _unknown_names(values: Mapping[str, object], origins: Mapping[str, str]) -> list[SettingFault]:
    return [
        SettingFault(name, origins[name], "an unknown setting", _nearest(name))
        for name in values
        if name not in Settings.model_fields
    ]


def _nearest(name: str) -> str:
    matches = get_close_matches(name, Settings.model_fields, n=1)
    return matches[0] if matches else ", ".join(Settings.model_fields)


def _value_faults(error: ValidationError, origins: Mapping[str, str]) -> list[SettingFault]:
    """Return one fault for each setting that pydantic refused."""
    first = {str(fault["loc"][0]): fault["input"] for fault in reversed(error.errors(include_url=False))}
    return [
        SettingFault(name, origins.get(name, "default"), _found(field, first[name]), allowed_values(field))
        for name, field in Settings.model_fields.items()
        if name in first
    ]


def _found(field: FieldInfo, value: object) -> str:
    return f"{str(value)!r}{', which does not exist' if _is_path(field) else ''}"


def _is_path(field: FieldInfo) -> bool:
    """Tell whether a setting names a file or folder, which must exist."""
    return "path" in allowed_values(field)


def _joint_faults(settings: Settings, origins: Mapping[str, str]) -> list[SettingFault]:
    """Return what is wrong with settings that are right one by one."""
    faults = []
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        missing = "tls_key" if settings.tls_key is None else "tls_certificate"
        faults.append(SettingFault(missing, "default", "nothing", "both tls_certificate and tls_key, or neither"))
    try:
        make_url(settings.database)
    except ArgumentError:
        found = "a text that is no URL"
        faults.append(
            SettingFault(
                "database", origins.get("database", "default"), found, "a URL such as sqlite:///data/underwriter.db"
            )
        )
    return faults


def _shown(name: str, value: object) -> str:
    if name == "database":
        return make_url(str(value)).render_as_string(hide_password=True)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, SecretStr):
        return "set, not shown"
    return "" if value is None else str(value)
