"""What can be set on the server: every field with its unit, range and default."""

import os
from typing import Annotated, Literal

from annotated_types import Ge, Le, MinLen
from pydantic import DirectoryPath, Field, FilePath, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from underwriter.ledger import DEFAULT_LOG


def available_cores() -> int:
    """Return how many processor cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """The server's settings, checked. `load_configuration` makes them from flags, environment, file and defaults."""

    model_config = SettingsConfigDict(env_prefix="UNDERWRITER_", extra="forbid", frozen=True, validate_default=True)

    host: Annotated[str, MinLen(1)] = Field("127.0.0.1", description="address to listen on; 0.0.0.0 for all of IPv4")
    port: Annotated[int, Ge(0), Le(65535)] = Field(50051, description="TCP port to listen on; 0 picks a free one")
    workers: Annotated[int, Ge(1), Le(256)] = Field(
        default_factory=available_cores, description="worker processes that share the port"
    )
    monitors: Annotated[int, Ge(0), Le(64)] = Field(
        1, description="processes that follow accounts and raise alerts; 0 leaves that to other servers"
    )
    monitoring_lease_seconds: Annotated[float, Ge(0.1), Le(3600)] = Field(
        15.0, description="seconds after which accounts that a monitor process took on and did not finish are others'"
    )
    monitoring_lag_seconds: Annotated[float, Ge(0.1), Le(3600)] = Field(
        10.0, description="seconds that an account may wait to be looked at before monitoring counts as degraded"
    )
    rules: DirectoryPath = Field(DirectoryPath("rules"), description="folder of the rule files")
    watch_rules: bool = Field(
        True, description="whether changes in the folders of rules and models are taken up by themselves"
    )
    reload_seconds: Annotated[float, Ge(1), Le(3600)] = Field(
        120.0, description="seconds that checking and testing changed rules may take, and again that taking them up may"
    )
    models: DirectoryPath = Field(DirectoryPath("models"), description="folder of the score models")
    database: Annotated[str, MinLen(1)] = Field(
        "sqlite:///data/underwriter.db", description="URL of the ledger's database"
    )
    ledger_log: Annotated[str, MinLen(1)] = Field(
        DEFAULT_LOG, description="name of the log that is appended to; another name begins another log"
    )
    master_key_file: FilePath | None = Field(
        None, description="file of the master keys, which wrap the keys of subjects; made beside an SQLite database"
    )
    master_key: SecretStr | None = Field(
        None, description="the content of such a file, for the environment of a container; instead of the file"
    )
    signing_key_file: FilePath | None = Field(
        None, description="file of the key that signs checkpoints; made beside an SQLite database"
    )
    checkpoint_seconds: Annotated[float, Ge(0.1), Le(3600)] = Field(
        2.0, description="seconds between signed checkpoints, while anything is recorded"
    )
    expiry_seconds: Annotated[float, Ge(0.1), Le(3600)] = Field(
        5.0, description="seconds between the rounds in which offers that ended give their limits back"
    )
    max_in_flight: Annotated[int, Ge(1), Le(100_000)] = Field(
        256, description="calls in flight in one worker; one more is refused with RESOURCE_EXHAUSTED"
    )
    stream_in_flight: Annotated[int, Ge(1), Le(1000)] = Field(
        64, description="items of one DecideStream in flight; the stream is not read further until one is answered"
    )
    events_in_flight: Annotated[int, Ge(1), Le(10_000)] = Field(
        512, description="events of one RecordEvents being recorded; the stream is not read further until one is"
    )
    alert_keep_alive_seconds: Annotated[float, Ge(0.05), Le(3600)] = Field(
        15.0, description="seconds after which a WatchAlerts without news sends a sign that it is alive"
    )
    monitoring_wait_seconds: Annotated[float, Ge(0.001), Le(10)] = Field(
        0.05, description="seconds that a decision waits for the monitors that its policy names"
    )
    line_review_product: Annotated[str, MinLen(1)] = Field(
        "LINE_REVIEW", description="product of the policy that ReviewLine decides by"
    )
    early_warning_product: Annotated[str, MinLen(1)] = Field(
        "EARLY_WARNING", description="product of the policy that grades accounts for early warning"
    )
    drain_seconds: Annotated[float, Ge(0), Le(3600)] = Field(
        10.0, description="seconds that calls in flight may still take when the server stops"
    )
    connection_age_seconds: Annotated[float, Ge(1), Le(86_400)] = Field(
        300.0, description="seconds after which a connection is closed kindly, so that load spreads over the workers"
    )
    connection_grace_seconds: Annotated[float, Ge(1), Le(86_400)] = Field(
        60.0, description="seconds that calls on a connection past its age may still take"
    )
    max_message_bytes: Annotated[int, Ge(1024), Le(67_108_864)] = Field(
        4_194_304, description="bytes of the largest message that is received"
    )
    tls_certificate: FilePath | None = Field(
        None, description="PEM file of the server's certificate chain; needs tls_key"
    )
    tls_key: FilePath | None = Field(
        None, description="PEM file of the certificate's private key; needs tls_certificate"
    )
    metrics_port: Annotated[int, Ge(0), Le(65535)] = Field(
        0, description="TCP port on which figures are told to Prometheus over HTTP; 0 tells none"
    )
    metrics_host: Annotated[str, MinLen(1)] = Field("127.0.0.1", description="address on which figures are told")
    reflection: bool = Field(True, description="whether clients such as grpcurl may ask for the API's description")
    channelz: bool = Field(True, description="whether clients may look at connections and sockets (channelz)")
    log_format: Literal["console", "json"] = Field("console", description="how log lines are written")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="the least grave log line that is written; debug writes one line a call"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings calls it by these names
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is passed in: `load_configuration` reads the other sources, to know where a value is from."""
        return (init_settings,)
