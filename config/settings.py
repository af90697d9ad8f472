"""What a deployment decides (contract 6): read once at start, never changed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config import described, urls
from config.certificates import unusable
from config.environment import PREFIX, EnvironmentSource, find, variable
from config.faults import SettingsFault, SettingsFaults
from config.models import fault


def _listening(address: str) -> str:
    host, colon, port = address.rpartition(":")
    if address and not (colon and host and port.isascii() and port.isdigit() and int(port) < 1 << 16):
        raise fault("is not host:port", "Write it as 127.0.0.1:8080, port 0 for a free one, or leave it empty for none")
    return address


def _readable(file: Path) -> Path:
    if not file.is_file():
        raise fault("is not a file", "Name a file that the adapter can read")
    return file


def _lower(text: object) -> object:
    return text.lower() if isinstance(text, str) else text


def _instance() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"


VERIFIED = frozenset({"verify-ca", "verify-full"})
"""What sslmode says where the database's certificate is verified."""

ReadableFile = Annotated[Path, AfterValidator(_readable)]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=36_500)]
LogFormat = Annotated[Literal["auto", "json", "text"], BeforeValidator(_lower)]
LogLevel = Annotated[Literal["debug", "info", "warning", "error", "critical"], BeforeValidator(_lower)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$", max_length=100)]


class Settings(BaseSettings):
    """Every setting with its default; `order-adapter settings` shows them. Secrets show as asterisks."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    broker_url: Annotated[SecretStr, AfterValidator(urls.check_broker_url)] = Field(
        SecretStr("amqp://guest:guest@127.0.0.1:5672/"), description="address of RabbitMQ; amqps:// for TLS"
    )
    broker_ca_file: ReadableFile | None = Field(None, description="certificates that the broker's is verified by (PEM)")
    broker_certificate_file: ReadableFile | None = Field(None, description="certificate shown to the broker (PEM)")
    broker_key_file: ReadableFile | None = Field(None, description="private key of that certificate (PEM)")
    broker_heartbeat_seconds: Annotated[int, Field(ge=1, le=600)] = Field(
        10, description="after about three of these without a sign the broker counts as lost"
    )
    namespace: Name = Field("customer-orders", description="first part of the name of every exchange and queue")
    declare: bool = Field(True, description="declare exchanges and queues at start; false: only check them")
    prefetch: Annotated[int, Field(ge=1, le=65_535)] = Field(
        500, description="messages a queue hands out before they are acknowledged"
    )
    publish_seconds: Seconds = Field(5, description="how long the broker may take to confirm what is published")

    dead_letter_seconds: Seconds = Field(
        10, description="how long a copy has lived before it takes what the broker gave up on"
    )

    database_url: Annotated[SecretStr, AfterValidator(urls.check_database_url)] | None = Field(
        None, description="address of PostgreSQL, as postgresql://user:password@host/database; required"
    )
    database_ca_file: ReadableFile | None = Field(
        None, description="certificates that the database's is verified by (PEM); with sslmode=verify-full in its URL"
    )
    database_certificate_file: ReadableFile | None = Field(None, description="certificate shown to the database (PEM)")
    database_key_file: ReadableFile | None = Field(None, description="private key of that certificate (PEM)")
    database_pool_size: Annotated[int, Field(ge=2, le=200)] = Field(10, description="connections kept open")
    database_statement_seconds: Seconds = Field(30, description="a statement that takes longer is given up")
    database_lock_seconds: Seconds = Field(8, description="waiting longer than this for a lock is given up")

    config_dir: Path = Field(Path("config"), description="folder of numbering.toml, order_types.toml and the others")
    start_seconds: Seconds = Field(30, description="how long the start waits for broker and database")
    drain_seconds: Seconds = Field(15, description="how long a stop waits for what is being handled")
    wait_for_order_seconds: Seconds = Field(60, description="how long a message waits for the order it names")

    batch_messages: Annotated[int, Field(ge=1, le=10_000)] = Field(100, description="messages in one transaction")
    batch_milliseconds: Annotated[int, Field(ge=0, le=10_000)] = Field(
        5, description="how long a batch under load waits to be filled"
    )
    batch_lines: Annotated[int, Field(ge=1, le=1_000_000)] = Field(1000, description="order lines in one transaction")
    max_bytes: Annotated[int, Field(ge=1024, le=1 << 27)] = Field(1 << 20, description="longest message, in bytes")
    max_depth: Annotated[int, Field(ge=8, le=200)] = Field(64, description="levels of nesting in a message")
    max_lines: Annotated[int, Field(ge=1, le=100_000)] = Field(2000, description="lines in a message")
    max_headers: Annotated[int, Field(ge=1, le=10_000)] = Field(64, description="AMQP headers of a message")
    max_header_bytes: Annotated[int, Field(ge=1024, le=1 << 20)] = Field(
        1 << 16, description="names and values of a message's AMQP headers together, in bytes"
    )

    relay_poll_seconds: Seconds = Field(1, description="how often waiting events are looked for without being called")
    relay_in_flight: Annotated[int, Field(ge=1, le=10_000)] = Field(
        200, description="events published and not yet confirmed"
    )
    outbox_behind_seconds: Seconds = Field(60, description="an event that waits longer is warned about")

    outbox_most_events: Annotated[int, Field(ge=1, le=100_000_000)] = Field(
        100_000, description="with more events than this waiting no messages are taken"
    )

    keep_messages_days: Days = Field(
        365, description="days that the content of a handled message is kept; its outcome is for ever; 0: for ever too"
    )
    keep_parked_days: Days = Field(
        180, description="days that refused, replayed and discarded messages stay in the parking lot; 0: for ever"
    )
    keep_events_days: Days = Field(
        90, description="days that events stay whole after a later one of their order, to be sent again; 0: for ever"
    )
    keep_explanations_days: Days = Field(
        730, description="days that explanations are kept after the last event of their order; 0: for ever"
    )

    mail_url: Annotated[SecretStr, AfterValidator(urls.check_mail_url)] | None = Field(
        None, description="who sends mail of what waits, smtps://user:password@host or smtp://host; none: no mail"
    )
    mail_from: Annotated[str, AfterValidator(urls.check_mailbox)] = Field("", description="its sender, an address")
    mail_to: Annotated[str, AfterValidator(urls.check_mailboxes)] = Field(
        "", description="its receivers, addresses with commas in between"
    )
    mail_hours: Annotated[float, Field(gt=0, le=720, allow_inf_nan=False)] = Field(
        4, description="hours between one such mail and the next; there is none while nothing new waits"
    )

    operations_address: Annotated[str, AfterValidator(_listening)] = Field(
        "127.0.0.1:8080", description="host:port of health, metrics and window; port 0: a free one; empty: none"
    )
    operations_token: SecretStr | None = Field(
        None, description="what a request to the window must carry as bearer token; none: no token is asked"
    )
    stalled_seconds: Seconds = Field(60, description="work that has not moved for so long makes /health/ready red")
    traces_endpoint: Annotated[str, AfterValidator(urls.check_collector_url)] = Field(
        "", description="OpenTelemetry collector that spans are sent to (OTLP over HTTP), http://host:4318; empty: none"
    )
    traces_share: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        1, description="share of messages that get spans where their sender has not decided it, 0 to 1"
    )
    log_format: LogFormat = Field("auto", description="json, text, or auto: text on a terminal, else json")
    log_level: LogLevel = Field("info", description="least level that is logged: debug, info, warning, error, critical")
    instance: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,100}$")] = Field(
        default_factory=_instance, description="name of this process in logs; <host name>-<process id> unless set"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, EnvironmentSource(settings_cls)

    @property
    def database_url_asyncpg(self) -> str:
        """The database's address as SQLAlchemy takes it; SettingsFaults where none is set."""
        return urls.for_asyncpg(self._database())

    @property
    def database_tls(self) -> str | None:
        """The sslmode that the database's address asks for; SettingsFaults where none is set."""
        return urls.tls_of_database(self._database())

    @property
    def database_address(self) -> str:
        """Where the database is, without who connects: may be logged."""
        return urls.database_address(self._database())

    @property
    def broker_address(self) -> str:
        """Where the broker is, without who connects: may be logged."""
        return urls.broker_address(self.broker_url.get_secret_value())

    @property
    def operations(self) -> tuple[str, int] | None:
        """Host and port of the operations endpoint; None where there is to be none."""
        host, _, port = self.operations_address.rpartition(":")
        return (host.strip("[]"), int(port)) if host else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown, in every form in which it could appear."""
        urls_ = (self.broker_url, self.database_url, self.mail_url)
        addresses = [url.get_secret_value() for url in urls_ if url]
        token = (self.operations_token.get_secret_value(),) if self.operations_token else ()
        return (*token, *(word for address in addresses for word in urls.passwords(address)))

    def described(self) -> list[described.Described]:
        """Every setting for people, secrets masked."""
        return described.described(self, find(os.environ, type(self).model_fields).sources)

    def _database(self) -> str:
        if self.database_url is None:
            raise SettingsFaults([_NO_DATABASE])
        return self.database_url.get_secret_value()


_NO_DATABASE = SettingsFault(
    variable("database_url"), None, "is not set", "Set it to postgresql://user:password@host/database"
)


def load_settings(*, database_required: bool = True) -> Settings:
    """The settings of this process; SettingsFaults with everything that is wrong with them.

    Commands that need no database pass `database_required=False`.
    """
    found = find(os.environ, Settings.model_fields)
    faults = list(found.faults)
    if database_required and not found.names("database_url"):
        faults.append(_NO_DATABASE)
    try:
        settings = Settings()
    except ValidationError as error:
        faults += described.faults_of(error, Settings, found.values)
    else:
        faults += _together(settings)
    if faults:
        raise SettingsFaults(faults)
    return settings


def _together(settings: Settings) -> list[SettingsFault]:
    """What is wrong with settings that are each right."""
    told = [*_pairs(settings), *_needless(settings), *_without_addresses(settings)]
    named = {fault.name for fault in told}
    return [*told, *(fault for fault in _of_tls(settings) if fault.name not in named)]


def _without_addresses(settings: Settings) -> Iterator[SettingsFault]:
    if settings.mail_url and not (settings.mail_from and settings.mail_to):
        told = f"needs {variable('mail_from')} and {variable('mail_to')}"
        yield SettingsFault(variable("mail_url"), None, told, "Set them to addresses")


def _pairs(settings: Settings) -> Iterator[SettingsFault]:
    for service in ("broker", "database"):
        certificate, key = f"{service}_certificate_file", f"{service}_key_file"
        if (getattr(settings, certificate) is None) != (getattr(settings, key) is None):
            told = f"and {variable(key)} go together"
            yield SettingsFault(variable(certificate), None, told, "Set both or neither")


def _of_tls(settings: Settings) -> Iterator[SettingsFault]:
    for name in ("broker", "database"):
        files = (getattr(settings, f"{name}_{file}") for file in ("ca_file", "certificate_file", "key_file"))
        yield from unusable(name, *files)


def _needless(settings: Settings) -> Iterator[SettingsFault]:
    """Files of TLS that would go unused: whoever sets them believes to be safe."""
    if not settings.broker_url.get_secret_value().startswith("amqps:"):
        told, cure = "is set, but the broker is met without TLS", "Write ORDER_ADAPTER_BROKER_URL with amqps://"
        yield from _unused(settings, ("broker_ca_file", "broker_certificate_file"), told, cure)
    if settings.database_url is None:
        return
    mode, cure = settings.database_tls, "Write ORDER_ADAPTER_DATABASE_URL with ?sslmode=verify-full"
    if mode not in VERIFIED:
        told = "is set, but the database's certificate is not verified"
        yield from _unused(settings, ("database_ca_file",), told, cure)
    if mode not in {"require", *VERIFIED}:
        told = "is set, but the database may be met without TLS"
        yield from _unused(settings, ("database_certificate_file",), told, cure)


def _unused(settings: Settings, names: Iterable[str], told: str, cure: str) -> Iterator[SettingsFault]:
    for name in names:
        if getattr(settings, name):
            yield SettingsFault(variable(name), None, told, cure)
