"""The mail that tells people without monitoring what waits for them."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog

from adapter.housekeeping.digest import Digest
from adapter.persistence import waiting
from adapter.persistence.database import Database
from config.settings import Settings

log = structlog.get_logger()

_TRY_SECONDS: Final = 300.0
_SMTP_SECONDS: Final = 10.0
_PORTS: Final = {"smtps": 465, "smtp": 25}
_SUBMISSION: Final = 587


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. A name and a password are told only under TLS that was verified."""

    host: str
    port: int
    tls: bool = False
    user: str = ""
    password: str = ""

    @classmethod
    def at(cls, url: str) -> MailServer:
        """`smtps` is TLS from the start; `smtp` with a user is STARTTLS, without one it is plain."""
        parts = urlsplit(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        port = parts.port or (_SUBMISSION if user and parts.scheme == "smtp" else _PORTS[parts.scheme])
        return cls(parts.hostname or "", port, parts.scheme == "smtps", user, password)

    def send(self, mail: EmailMessage) -> None:
        """Hand in a mail; blocks.

        Raises:
            OSError, smtplib.SMTPException: it was not taken.
        """
        with self._session() as session:
            if self.user:
                if not self.tls:
                    session.starttls(context=ssl.create_default_context())
                session.login(self.user, self.password)
            session.send_message(mail)

    def _session(self) -> smtplib.SMTP:
        if self.tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_SMTP_SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=_SMTP_SECONDS)


@dataclass(frozen=True, slots=True)
class Mailing:
    """Sends a mail where something new waits, at most every `every_seconds`; of several copies one sends it.

    That copy claims the row of the last digest, writes, and only then marks what it told. One that dies in between
    leaves the mail to the next claim, so at the worst a mail comes twice, never not at all.
    """

    database: Database
    server: MailServer
    sender: str
    receivers: str
    namespace: str
    every_seconds: float
    try_seconds: float = _TRY_SECONDS

    @classmethod
    def of(cls, settings: Settings, database: Database) -> Mailing | None:
        """None where no mail is wanted."""
        if settings.mail_url is None:
            return None
        server = MailServer.at(settings.mail_url.get_secret_value())
        every = settings.mail_hours * 3600
        return cls(database, server, settings.mail_from, settings.mail_to, settings.namespace, every)

    async def send_if_due(self) -> bool:
        """Send what there is to tell, if it is time and this copy's turn; a server that does not take it is logged."""
        async with self.database.connection() as connection:
            before = await waiting.claim(connection, self.every_seconds, self.try_seconds)
            if before is None:
                return False
            digest = Digest(await waiting.messages(connection), await waiting.held(connection), before)
        if not digest.is_new or not await self._sent(digest):
            return False
        async with self.database.connection() as connection:
            await waiting.told(connection, digest.now)
        log.info("digest_sent", messages=len(digest.messages), held=len(digest.holds))
        return True

    async def _sent(self, digest: Digest) -> bool:
        try:
            # Once every few hours: the standard library in a thread does it, without one more dependency.
            await asyncio.to_thread(self.server.send, self._mail(digest))
        except (OSError, smtplib.SMTPException) as error:
            address = f"{self.server.host}:{self.server.port}"
            log.warning("digest_not_sent", address=address, error=type(error).__name__, seconds=self.try_seconds)
            return False
        return True

    def _mail(self, digest: Digest) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, self.receivers
        mail["Subject"] = digest.subject(self.namespace)
        mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=self.sender.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(digest.text())
        return mail
