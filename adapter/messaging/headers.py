"""How many headers a message may have, how large, how deep (settings MAX_HEADERS, MAX_HEADER_BYTES, MAX_DEPTH)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from adapter.domain.reasons import Reason
from adapter.messaging.decoding import Limits

_OF_THE_BROKER: Final = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count")
_OF_A_NUMBER: Final = 8


def excess(headers: Mapping[str, Any], limits: Limits) -> Reason | None:
    """Why these headers are too many, too large or too deep (`too_large`); the broker's own do not count."""
    if not headers:
        return None
    given = {name: value for name, value in headers.items() if not name.startswith(_OF_THE_BROKER)}
    if len(given) > limits.max_headers:
        return _too_large(f"{len(given)} headers, at most {limits.max_headers} are taken. Send fewer")
    size, depth = 0, 0
    for level, part in _parts(given, 1):
        size, depth = size + part, max(depth, level)
    if depth > limits.max_depth:
        return _too_large(f"headers nested deeper than {limits.max_depth} levels. Send them flatter")
    if size > limits.max_header_bytes:
        return _too_large(f"{size} bytes of headers, at most {limits.max_header_bytes} are taken. Send less in them")
    return None


def _too_large(told: str) -> Reason:
    return Reason("too_large", "", f"The message has {told}.")


def _parts(value: Any, level: int) -> Iterator[tuple[int, int]]:
    """(level, bytes) of everything in a header."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield level, len(name.encode())
            yield from _parts(member, level + 1 if isinstance(member, Mapping | list) else level)
    elif isinstance(value, list):
        yield level, 0
        for entry in value:
            yield from _parts(entry, level + 1 if isinstance(entry, Mapping | list) else level)
    else:
        yield level, _size(value)


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode())
    return len(value) if isinstance(value, bytes | bytearray) else _OF_A_NUMBER
