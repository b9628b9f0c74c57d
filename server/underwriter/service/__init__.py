"""Serves decisions over gRPC: settings, the supervisor and its workers, the services, their errors and logs."""

from underwriter.service.configuration import Configuration, ConfigurationRefused, SettingRow, load_configuration
from underwriter.service.processes.supervisor import ExitCode, run_server
from underwriter.service.settings import Settings

__all__ = [
    "Configuration",
    "ConfigurationRefused",
    "ExitCode",
    "SettingRow",
    "Settings",
    "load_configuration",
    "run_server",
]
