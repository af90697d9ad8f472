"""What is left of a message whose content is no longer kept: enough to know the same message again (contract 5)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import orjson

from adapter.domain.values import plain
from schemas.message import Shape

if TYPE_CHECKING:
    from adapter.intake.received import Received

_MARK: Final = b"imprint "


def imprint_of(*forms: Received) -> bytes:
    """The imprint of a message; where it is kept in several forms, each of them is known again."""
    return _MARK + b" ".join(dict.fromkeys(digest for form in forms for digest in _digests(form)))


def is_imprint(body: bytes) -> bool:
    return body.startswith(_MARK)


def joined(imprint: bytes, *forms: Received) -> bytes:
    """An imprint that knows these forms of the message too."""
    known = imprint.removeprefix(_MARK).split()
    return _MARK + b" ".join(dict.fromkeys([*known, *(digest for form in forms for digest in _digests(form))]))


def is_of(imprint: bytes, received: Received) -> bool:
    """Whether a message has the content that the imprint was made of."""
    return not set(imprint.removeprefix(_MARK).split()).isdisjoint(_digests(received))


def _digests(received: Received) -> list[bytes]:
    """Of the bytes as they came, and of what they say, whatever their key order, white space and notation of decimals.

    The bytes stay the same when a later version of the program reads a message otherwise.
    """
    contents = (content for content in (received.data, received.message) if content is not None)
    written = (orjson.dumps(_canonical(content), option=orjson.OPT_SORT_KEYS) for content in contents)
    return [blake2b(form, digest_size=16).hexdigest().encode() for form in (received.raw.body, *written)]


def _canonical(value: Any) -> Any:
    """Defaults are left out, so that a field which comes to the contract later changes nothing."""
    match value:
        case Shape():
            fields = type(value).model_fields
            said = {name: part for name, part in value.__dict__.items() if part != fields[name].default}
            return {name: _canonical(part) for name, part in said.items()}
        case Mapping():
            return {name: _canonical(part) for name, part in value.items()}
        case list() | tuple():
            return [_canonical(part) for part in value]
        case bool() | None | str() | datetime.date():
            return value
        case int() | Decimal():
            return orjson.Fragment(plain(Decimal(value)))
    return str(value)


_MOST_REASONS: Final = 20
NO_LONGER_KEPT: Final = "What it said is no longer kept."


def outcome_of(answer: bytes) -> bytes:
    """An answer without what was said in it: the outcome, the orders, and which reasons there were."""
    told = orjson.loads(answer)
    reasons = [bare_reason(reason) for reason in told["reasons"][:_MOST_REASONS]]
    return orjson.dumps(told | {"reasons": reasons})


def bare_reason(reason: Mapping[str, Any]) -> dict[str, Any]:
    """A reason without its sentence and its data, which may quote the message."""
    return {"code": reason["code"], "path": reason["path"], "message": NO_LONGER_KEPT}
