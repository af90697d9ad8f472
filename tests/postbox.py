"""A mail server in the process of the test."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "orders", "mail-secret"


@dataclass(slots=True)
class Postbox:
    """Keeps every mail that is handed in; with `refuses` it takes none, `attempts` counts them all."""

    refuses: bool = False
    attempts: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- its name
        self.attempts += 1
        if self.refuses:
            return "451 Try again later"
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _how: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.passwords.append(given.password.decode())
        return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()))


@asynccontextmanager
async def served(postbox: Postbox, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port at which it takes mail; with `tls` it asks for STARTTLS, a name and a password."""

    def session() -> SMTP:
        who = postbox.authenticate if tls else None
        return SMTP(postbox, hostname="localhost", tls_context=tls, auth_required=tls is not None, authenticator=who)

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
