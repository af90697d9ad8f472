"""As much HTTP as the operations endpoint needs: fixed paths, one token, answers that nobody may keep."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import orjson

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
_ALWAYS: Final = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    body: bytes
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(content: object, status: int = 200) -> Answer:
    """The content in JSON; a Decimal becomes text."""
    return Answer(orjson.dumps(content, default=_text, option=orjson.OPT_INDENT_2), "application/json", status)


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def as_text(text: str, status: int, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(f"{text}\n".encode(), "text/plain; charset=utf-8", status, named)


Route = Callable[[Mapping[str, str]], Awaitable[Answer]]
"""Answers a request, given its headers by their names in lower case."""


@dataclass(frozen=True, slots=True)
class Site:
    """An ASGI application of fixed paths. With a token, those not under `open_below` need it as bearer token."""

    routes: Mapping[str, Route]
    token: str | None = None
    open_below: str = "/health/"

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answer = await self._answer(scope)
        headers = {"content-type": answer.content_type, "content-length": f"{len(answer.body)}"}
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [(k.encode(), v.encode()) for k, v in (_ALWAYS | headers | dict(answer.headers)).items()],
            }
        )
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _answer(self, scope: Scope) -> Answer:
        path = scope["path"].rstrip("/") or "/"
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not (path.startswith(self.open_below) or self._may(headers)):
            return as_text("This needs the token of ORDER_ADAPTER_OPERATIONS_TOKEN.", 401, www_authenticate="Bearer")
        if path not in self.routes:
            return as_text(f"There is nothing here. Try {', '.join(self.routes)}.", 404)
        if scope["method"] not in {"GET", "HEAD"}:
            return as_text("This can only be read.", 405, allow="GET, HEAD")
        return await self.routes[path](headers)

    def _may(self, headers: Mapping[str, str]) -> bool:
        if self.token is None:
            return True
        scheme, _, given = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self.token.encode())
