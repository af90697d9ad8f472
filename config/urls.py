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
_SCHEMES: Final = ("postgresql", "postgres", "postgresql+asyncpg")
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
    return url


def check_database_url(url: SecretStr) -> SecretStr:
    parts = _split(url, _DATABASE_CURE)
    if parts.scheme not in _SCHEMES or (parts.netloc and not parts.hostname):
        raise fault("is not the address of a PostgreSQL database", _DATABASE_CURE)
    for name in dict(parse_qsl(parts.query)):
        if name not in _OPTIONS:
            raise fault(f"has an option {name} that is not supported", f"Options are {', '.join(_OPTIONS)}")
    return url


def for_asyncpg(url: str) -> str:
    """The address in the form that SQLAlchemy takes to connect by asyncpg."""
    parts = urlsplit(url)
    query = urlencode([(_OPTIONS[name], value) for name, value in parse_qsl(parts.query)], safe="/:")
    text = f"postgresql+asyncpg://{parts.netloc}{parts.path or '/'}"
    return f"{text}?{query}" if query else text


def _split(url: SecretStr, cure: str) -> SplitResult:
    try:
        parts = urlsplit(url.get_secret_value())
        parts.port  # noqa: B018 -- reading it is what checks it
    except ValueError:
        raise fault("is not an address", cure) from None
    if parts.fragment or any(each.isspace() for each in url.get_secret_value()):
        raise fault("has a space or a # in it", cure)
    return parts
