"""Addresses that carry passwords: what is accepted, what may be shown of them, and the form the driver takes."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from pydantic import SecretStr

from config.models import fault

_CREDENTIALS: Final = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:@]*):\S+@", re.IGNORECASE)
_NAMED: Final = re.compile(r"\b(password|passwd|token|secret)=[^&\s]+", re.IGNORECASE)

_BROKER_CURE: Final = (
    "Write amqp://user:password@host:5672/vhost, or amqps://… for TLS; encode special characters as %40"
)
_DATABASE_CURE: Final = (
    "Write postgresql://user:password@host:5432/database or postgresql:///database?host=/folder/of/socket; "
    "encode special characters as %40"
)
_COLLECTOR_CURE: Final = (
    "Write http://host:4318, or https://…; what proves who sends goes into OTEL_EXPORTER_OTLP_HEADERS"
)
_MAIL_CURE: Final = "Write smtps://user:password@host:465, or smtp://host:587; encode special characters as %40"
_MAILBOX: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
_SCHEMES: Final = ("postgresql", "postgres", "postgresql+asyncpg")
_MODES: Final = (None, "disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_OPTIONS: Final = {
    "host": "host",
    "port": "port",
    "user": "user",
    "password": "password",
    "sslmode": "ssl",
    "ssl": "ssl",
}


def masked(text: str) -> str:
    """The text without the passwords of the addresses in it; rather too much is hidden than too little."""
    return _NAMED.sub(r"\1=***", _CREDENTIALS.sub(r"\1:***@", text))


def broker_address(url: str) -> str:
    """Host and port of a broker, without who connects."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (5671 if parts.scheme == 'amqps' else 5672)}"


def database_address(url: str) -> str:
    """Host (or folder of the socket), port and name of a database, without who connects."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = parts.hostname or options.get("host", "localhost")
    return f"{host}:{parts.port or options.get('port', 5432)}/{parts.path.lstrip('/')}"


def passwords(url: str) -> tuple[str, ...]:
    """The passwords in an address, as written and as meant."""
    parts = urlsplit(url)
    written = (parts.password or "", dict(parse_qsl(parts.query)).get("password", ""))
    return tuple({form for word in written for form in (word, unquote(word)) if form})


def check_broker_url(url: SecretStr) -> SecretStr:
    parts = _split(url, _BROKER_CURE)
    if parts.scheme not in {"amqp", "amqps"} or not parts.hostname:
        raise fault("is not the address of a broker", _BROKER_CURE)
    if dict(parse_qsl(parts.query)).get("no_verify_ssl", "0") != "0":
        raise fault("switches the check of the broker's certificate off", "Name its CA in ORDER_ADAPTER_BROKER_CA_FILE")
    return url


def check_database_url(url: SecretStr) -> SecretStr:
    parts = _split(url, _DATABASE_CURE)
    if parts.scheme not in _SCHEMES or (parts.netloc and not parts.hostname):
        raise fault("is not the address of a PostgreSQL database", _DATABASE_CURE)
    for name in dict(parse_qsl(parts.query)):
        if name not in _OPTIONS:
            raise fault(f"has an option {name} that is not supported", f"Options are {', '.join(_OPTIONS)}")
    if (mode := tls_of_database(url.get_secret_value())) not in _MODES:
        raise fault(
            f"has an unknown sslmode {mode}", "Write sslmode=verify-full; or verify-ca, require, prefer, disable"
        )
    return url


def check_collector_url(url: str) -> str:
    """The whole address: a collector that is named by its host takes spans under the path of the standard."""
    if not url:
        return url
    parts = _split(SecretStr(url), _COLLECTOR_CURE)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise fault("is not the address of a collector", _COLLECTOR_CURE)
    return parts._replace(path="/v1/traces").geturl() if parts.path in {"", "/"} else url


def check_mail_url(url: SecretStr) -> SecretStr:
    parts = _split(url, _MAIL_CURE)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path not in {"", "/"}:
        raise fault("is not the address of a mail server", _MAIL_CURE)
    return url


def check_mailbox(address: str) -> str:
    if address and not _MAILBOX.fullmatch(address):
        raise fault("is not a mail address", "Write it as orders@example.com")
    return address


def check_mailboxes(addresses: str) -> str:
    return ", ".join(check_mailbox(each.strip()) for each in addresses.split(",") if each.strip())


def for_asyncpg(url: str) -> str:
    """The address in the form that SQLAlchemy takes to connect by asyncpg."""
    parts = urlsplit(url)
    query = urlencode([(_OPTIONS[name], value) for name, value in parse_qsl(parts.query)], safe="/:")
    text = f"postgresql+asyncpg://{parts.netloc}{parts.path or '/'}"
    return f"{text}?{query}" if query else text


def tls_of_database(url: str) -> str | None:
    """What an address says of TLS to the database, in libpq's words (`verify-full` …); None where it says nothing."""
    options = dict(parse_qsl(urlsplit(url).query))
    return options.get("sslmode") or options.get("ssl")


def _split(url: SecretStr, cure: str) -> SplitResult:
    try:
        parts = urlsplit(url.get_secret_value())
        parts.port  # noqa: B018 -- reading it is what checks it
    except ValueError:
        raise fault("is not an address", cure) from None
    if parts.fragment or any(each.isspace() for each in url.get_secret_value()):
        raise fault("has a space or a # in it", cure)
    return parts
