"""What a deployment sets, from where, and how it is told what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from certificates import Authority
from sqlalchemy import make_url

from config.faults import SettingsFault, SettingsFaults
from config.settings import Settings, load_settings

CANARY = "canary-7f3a"
DATABASE = f"postgresql://adapter:{CANARY}@db.example/orders"


@pytest.fixture(autouse=True)
def environment(no_settings: None, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Only what a test sets, and a database."""
    monkeypatch.setenv("ORDER_ADAPTER_DATABASE_URL", DATABASE)
    return monkeypatch


def fault_of(name: str) -> SettingsFault:
    with pytest.raises(SettingsFaults) as raised:
        load_settings()
    (fault,) = raised.value.faults
    assert fault.name == f"ORDER_ADAPTER_{name}"
    return fault


def test_the_defaults_are_those_of_the_contract() -> None:
    settings = load_settings()

    assert settings.broker_url.get_secret_value() == "amqp://guest:guest@127.0.0.1:5672/"
    assert (settings.namespace, settings.declare, settings.config_dir) == ("customer-orders", True, Path("config"))
    assert (settings.batch_messages, settings.batch_milliseconds, settings.batch_lines) == (100, 5, 1000)
    assert (settings.max_bytes, settings.max_depth, settings.max_lines) == (1024 * 1024, 64, 2000)
    assert (settings.operations, settings.log_format) == (("127.0.0.1", 8080), "auto")


def test_a_variable_beats_the_default(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ORDER_ADAPTER_BATCH_MESSAGES", " 7 ")
    environment.setenv("ORDER_ADAPTER_DECLARE", "false")
    environment.setenv("ORDER_ADAPTER_LOG_LEVEL", "WARNING")

    settings = load_settings()

    assert (settings.batch_messages, settings.declare, settings.log_level) == (7, False, "warning")


def test_a_file_gives_a_secret_without_its_line_end(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://a:from-file@h/d\n")
    environment.delenv("ORDER_ADAPTER_DATABASE_URL")
    environment.setenv("ORDER_ADAPTER_DATABASE_URL_FILE", str(tmp_path / "url"))

    assert load_settings().database_url_asyncpg == "postgresql+asyncpg://a:from-file@h/d"


def test_a_file_that_is_not_there_is_a_fault(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ORDER_ADAPTER_OPERATIONS_TOKEN_FILE", "/nowhere/token")

    assert "No such file" in fault_of("OPERATIONS_TOKEN_FILE").why


def test_a_variable_and_its_file_together_are_a_fault(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ORDER_ADAPTER_NAMESPACE", "orders")
    environment.setenv("ORDER_ADAPTER_NAMESPACE_FILE", "/run/namespace")

    assert "ORDER_ADAPTER_NAMESPACE_FILE too" in fault_of("NAMESPACE").why


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgresql://u:p%40w@h:5/d", "postgresql+asyncpg://u:p%40w@h:5/d"),
        ("postgres://u@h/d?sslmode=require", "postgresql+asyncpg://u@h/d?ssl=require"),
        ("postgresql:///d?host=/run/pg", "postgresql+asyncpg:///d?host=/run/pg"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
    ],
)
def test_addresses_of_the_database_reach_the_driver(given: str, expected: str) -> None:
    address = Settings(database_url=given).database_url_asyncpg

    assert address == expected
    assert make_url(address).database == "d"


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://u:{CANARY}@h/d",
        f"postgresql://u:{CANARY}#x@h/d",
        f"postgresql://u:{CANARY} x@h/d",
        f"postgresql://u:{CANARY}",
        f"postgresql://u:p@h/d?sslcert={CANARY}",
        CANARY,
    ],
)
def test_a_wrong_address_is_told_without_its_password(environment: pytest.MonkeyPatch, url: str) -> None:
    environment.setenv("ORDER_ADAPTER_DATABASE_URL", url)

    fault = fault_of("DATABASE_URL")

    assert "postgresql://" in fault.cure or "sslmode" in fault.cure
    assert CANARY not in str(fault)


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("BROKER_URL", "http://h", "amqp://"),
        ("BATCH_MESSAGES", "0", "from 1 to 10000"),
        ("BATCH_MESSAGES", "many", "whole number"),
        ("DRAIN_SECONDS", "nan", "above 0"),
        ("DECLARE", "maybe", "true or false"),
        ("LOG_FORMAT", "xml", "auto, json, text"),
        ("NAMESPACE", "a b", "letters"),
        ("OPERATIONS_ADDRESS", "8080", "127.0.0.1:8080"),
        ("OPERATIONS_ADDRESS", "localhost:99999", "port 0"),
        ("BROKER_KEY_FILE", "/nowhere", "file"),
    ],
)
def test_a_wrong_value_is_told_with_what_it_may_be(
    environment: pytest.MonkeyPatch, name: str, value: str, cure: str
) -> None:
    environment.setenv(f"ORDER_ADAPTER_{name}", value)

    fault = fault_of(name)

    assert cure in fault.cure
    assert fault.value is not None


@pytest.mark.parametrize(
    ("unknown", "nearest"), [("BROKR_URL", "BROKER_URL"), ("DATABASE_URI_FILE", "DATABASE_URL_FILE")]
)
def test_an_unknown_variable_names_the_nearest_known_one(
    environment: pytest.MonkeyPatch, unknown: str, nearest: str
) -> None:
    environment.setenv(f"ORDER_ADAPTER_{unknown}", "x")

    assert fault_of(unknown).cure == f"Did you mean ORDER_ADAPTER_{nearest}?"


def test_all_faults_are_told_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("ORDER_ADAPTER_DATABASE_URL")
    environment.setenv("ORDER_ADAPTER_PREFETCH", "0")
    environment.setenv("ORDER_ADAPTER_XYZ", "1")

    with pytest.raises(SettingsFaults) as raised:
        load_settings()

    assert len(str(raised.value).splitlines()) == 4
    assert {fault.name.removeprefix("ORDER_ADAPTER_") for fault in raised.value.faults} == {
        "DATABASE_URL",
        "PREFETCH",
        "XYZ",
    }


def test_a_command_without_a_database_needs_no_address_of_one(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ORDER_ADAPTER_DATABASE_URL", "")

    settings = load_settings(database_required=False)

    assert settings.database_url is None
    with pytest.raises(SettingsFaults, match="DATABASE_URL is not set"):
        _ = settings.database_url_asyncpg


@pytest.mark.parametrize("service", ["BROKER", "DATABASE"])
def test_certificate_and_key_go_together(environment: pytest.MonkeyPatch, tmp_path: Path, service: str) -> None:
    (tmp_path / "certificate.pem").touch()
    environment.setenv(f"ORDER_ADAPTER_{service}_CERTIFICATE_FILE", str(tmp_path / "certificate.pem"))
    environment.setenv("ORDER_ADAPTER_BROKER_URL", "amqps://h/")
    environment.setenv("ORDER_ADAPTER_DATABASE_URL", "postgresql://h/d?sslmode=verify-full")

    assert "go together" in fault_of(f"{service}_CERTIFICATE_FILE").why


@pytest.mark.parametrize("service", ["BROKER", "DATABASE"])
def test_files_of_tls_that_hold_something_else_are_faults_that_name_them(
    environment: pytest.MonkeyPatch, tmp_path: Path, service: str
) -> None:
    ours = Authority.in_folder(tmp_path)
    own, other = ours.pair("adapter"), ours.pair("other")
    environment.setenv("ORDER_ADAPTER_BROKER_URL", "amqps://h/")
    environment.setenv("ORDER_ADAPTER_DATABASE_URL", "postgresql://h/d?sslmode=verify-full")
    environment.setenv(f"ORDER_ADAPTER_{service}_CA_FILE", str(own.key))
    assert "certificates in PEM" in fault_of(f"{service}_CA_FILE").cure

    environment.setenv(f"ORDER_ADAPTER_{service}_CA_FILE", str(ours.file))
    environment.setenv(f"ORDER_ADAPTER_{service}_CERTIFICATE_FILE", str(own.certificate))
    environment.setenv(f"ORDER_ADAPTER_{service}_KEY_FILE", str(other.key))
    assert f"ORDER_ADAPTER_{service}_KEY_FILE" in fault_of(f"{service}_CERTIFICATE_FILE").why

    environment.setenv(f"ORDER_ADAPTER_{service}_KEY_FILE", str(own.key))
    assert load_settings().namespace


@pytest.mark.parametrize("file", ["/nowhere/url", ""])
def test_an_address_whose_file_cannot_be_read_is_one_fault(environment: pytest.MonkeyPatch, file: str) -> None:
    environment.setenv("ORDER_ADAPTER_DATABASE_URL_FILE", file or "/run/url")
    if file:
        environment.delenv("ORDER_ADAPTER_DATABASE_URL")

    assert fault_of("DATABASE_URL_FILE" if file else "DATABASE_URL").why


@pytest.mark.parametrize(
    ("file", "url", "cure"),
    [
        ("BROKER_CA_FILE", "", "amqps://"),
        ("DATABASE_CA_FILE", "", "sslmode=verify-full"),
        ("DATABASE_CA_FILE", "?sslmode=prefer", "sslmode=verify-full"),
        ("DATABASE_CA_FILE", "?sslmode=require", "sslmode=verify-full"),
    ],
)
def test_a_certificate_authority_that_nothing_is_verified_by_is_a_fault(
    environment: pytest.MonkeyPatch, tmp_path: Path, file: str, url: str, cure: str
) -> None:
    (tmp_path / "ca.pem").touch()
    environment.setenv("ORDER_ADAPTER_DATABASE_URL", f"postgresql://h/d{url}")
    environment.setenv(f"ORDER_ADAPTER_{file}", str(tmp_path / "ca.pem"))

    assert cure in fault_of(file).cure


@pytest.mark.parametrize("service", ["BROKER", "DATABASE"])
def test_a_certificate_that_may_not_be_shown_is_a_fault(
    environment: pytest.MonkeyPatch, tmp_path: Path, service: str
) -> None:
    (tmp_path / "own.pem").touch()
    for name in ("CERTIFICATE_FILE", "KEY_FILE"):
        environment.setenv(f"ORDER_ADAPTER_{service}_{name}", str(tmp_path / "own.pem"))

    assert "without TLS" in fault_of(f"{service}_CERTIFICATE_FILE").why


def test_an_address_that_switches_verification_off_is_a_fault(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ORDER_ADAPTER_BROKER_URL", "amqps://h/?no_verify_ssl=1")

    assert "BROKER_CA_FILE" in fault_of("BROKER_URL").cure


def test_an_sslmode_that_there_is_not_is_a_fault(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ORDER_ADAPTER_DATABASE_URL", "postgresql://h/d?sslmode=verify")

    assert "verify-full" in fault_of("DATABASE_URL").cure


def test_no_secret_shows_in_settings_however_they_are_printed(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ORDER_ADAPTER_OPERATIONS_TOKEN", CANARY)
    environment.setenv("ORDER_ADAPTER_BROKER_URL", f"amqps://u:{CANARY}@h/")

    settings = load_settings()

    assert CANARY not in f"{settings!r} {settings} {settings.described()} {settings.model_dump_json()}"
    assert CANARY in settings.secrets


def test_settings_are_described_with_value_default_and_source(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "namespace").write_text("orders")
    environment.setenv("ORDER_ADAPTER_NAMESPACE_FILE", str(tmp_path / "namespace"))

    described = {each.name.removeprefix("ORDER_ADAPTER_"): each for each in load_settings().described()}

    assert described["DATABASE_URL"].value == "postgresql://adapter:***@db.example/orders"
    assert described["DATABASE_URL"].source == "environment"
    assert described["NAMESPACE"].source == f"file {tmp_path / 'namespace'}"
    assert (described["NAMESPACE"].value, described["NAMESPACE"].default) == ("orders", "customer-orders")
    assert described["DRAIN_SECONDS"][1:3] == ("15", "15")
    assert described["DECLARE"].source == "default"
    assert all(each.meaning for each in described.values())


def test_addresses_for_logs_name_nobody() -> None:
    settings = Settings(database_url="postgresql:///orders?host=/run/pg&user=me", broker_url="amqps://me:pw@rabbit/")

    assert settings.database_address == "/run/pg:5432/orders"
    assert settings.broker_address == "rabbit:5671"


@pytest.mark.parametrize(
    ("address", "expected"), [("", None), ("[::1]:0", ("::1", 0)), ("localhost:8080", ("localhost", 8080))]
)
def test_the_operations_endpoint_may_be_anywhere_or_nowhere(
    environment: pytest.MonkeyPatch, address: str, expected: tuple[str, int] | None
) -> None:
    environment.setenv("ORDER_ADAPTER_OPERATIONS_ADDRESS", address)

    assert load_settings().operations == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", ""),
        ("http://collector:4318", "http://collector:4318/v1/traces"),
        ("https://collector/", "https://collector/v1/traces"),
        ("https://traces.example/otlp/v1/traces", "https://traces.example/otlp/v1/traces"),
    ],
)
def test_a_collector_that_is_named_by_its_host_gets_the_path_of_the_standard(
    environment: pytest.MonkeyPatch, address: str, expected: str
) -> None:
    environment.setenv("ORDER_ADAPTER_TRACES_ENDPOINT", address)

    assert load_settings().traces_endpoint == expected


@pytest.mark.parametrize("address", ["collector:4318", "grpc://collector:4317", "http://", f"http://me:{CANARY}@host"])
def test_what_is_not_the_address_of_a_collector_is_told_without_what_is_secret_in_it(
    environment: pytest.MonkeyPatch, address: str
) -> None:
    environment.setenv("ORDER_ADAPTER_TRACES_ENDPOINT", address)

    fault = fault_of("TRACES_ENDPOINT")
    assert fault.why == "is not the address of a collector"
    assert CANARY not in f"{fault}"
