"""From the bytes of a body to a JSON object, exact and distrustful (contract, Conventions)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final, NoReturn

from adapter.domain.reasons import Reason
from adapter.messaging.inspection import Member, Numeral, inspect

Tree = dict[str, Any]
"""A JSON object as it was sent: whole numbers as int, others as Decimal, text as str."""

MAX_DIGITS: Final = 40
"""Digits that a number may need in plain notation, wherever it stands; the contract's own fields take fewer."""

_MAX_LITERAL: Final = MAX_DIGITS + len("-.")
# Beyond 18 digits an int no longer fits the 64 bits that JSON writers agree on; a Decimal keeps it exactly.
_INT_DIGITS: Final = 18
_SUSPICIOUS_ESCAPE: Final = re.compile(rb"\\(?:u(?:00[0189]|007[fF]|[dD][89a-fA-F])|[bf])")
_SUSPICIOUS_CHARACTER: Final = re.compile(rb"\xc2[\x80-\x9f]")
_STEPS: Final = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}
_NOT_STRUCTURE: Final = bytes(set(range(256)) - set(b'{}[]"'))


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a message may be: bytes of the body, levels of nesting, lines, headers (settings `MAX_*`)."""

    max_bytes: int = 1_048_576
    max_depth: int = 64
    max_lines: int = 2_000
    max_headers: int = 64
    max_header_bytes: int = 65_536


class _Suspicious(Exception):
    """Something that has to be looked at slowly, to say where it stands."""


def decode(body: bytes, limits: Limits) -> Tree | list[Reason]:
    """The JSON object in a body, or what is wrong with it.

    Reasons: `too_large` (bytes, depth), `invalid` (a number too long), `malformed` (all else). Their paths point into
    the whole body.
    """
    tree, reasons = read(body, limits)
    return reasons or tree or {}


def read(body: bytes, limits: Limits) -> tuple[Tree | None, list[Reason]]:
    """Like `decode`, but with faults also what could be read in spite of them, so that an id can be told."""
    if reason := _unfit(body, limits):
        return None, [reason]
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        return None, [_malformed(f"The body is not UTF-8 (byte {error.start}). Send JSON encoded as UTF-8.")]
    try:
        tree = _FAST.decode(text)
    except (_Suspicious, ValueError, ArithmeticError, RecursionError):
        return _read_slowly(text)
    if type(tree) is not dict or _is_suspicious(body):
        return _read_slowly(text)
    return tree, []


def _is_suspicious(body: bytes) -> bool:
    """Whether text in it may hold a control character or half of a surrogate pair; cheap, and never wrongly False."""
    if b"\\" in body and _SUSPICIOUS_ESCAPE.search(body):
        return True
    return b"\x7f" in body or (b"\xc2" in body and _SUSPICIOUS_CHARACTER.search(body) is not None)


def _unfit(body: bytes, limits: Limits) -> Reason | None:
    if len(body) > limits.max_bytes:
        return _too_large(
            f"The body has {len(body)} bytes, at most {limits.max_bytes} are taken. Split it into several."
        )
    if not body.strip():
        return _malformed("The body is empty. Send a JSON object.")
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return _malformed("The body begins with a byte order mark. Send plain UTF-8 without one.")
    if body.count(b"{") + body.count(b"[") > limits.max_depth and _depth(body) > limits.max_depth:
        return _too_large(f"The body is nested deeper than {limits.max_depth} levels. Send it flatter.")
    return None


def _depth(body: bytes) -> int:
    """Levels of nesting, without parsing: brackets outside text."""
    if b"\\" in body:
        body = re.sub(rb"\\.", b"", body, flags=re.DOTALL)
    brackets = re.sub(rb'"[^"]*"', b"", body.translate(None, _NOT_STRUCTURE).replace(b'""', b""))
    return max(accumulate(_STEPS.get(byte, 0) for byte in brackets), default=0)


def _object(members: Sequence[tuple[str, Any]]) -> Tree:
    tree = dict(members)
    if len(tree) != len(members):
        raise _Suspicious
    return tree


def _number(literal: str) -> Decimal:
    if len(literal) > _MAX_LITERAL:
        raise _Suspicious
    number = Decimal(literal)
    if "e" not in literal and "E" not in literal:
        return number
    if number.adjusted() >= MAX_DIGITS or int(number.as_tuple().exponent) < -MAX_DIGITS:
        raise _Suspicious
    return number


def _whole(literal: str) -> int | Decimal:
    return int(literal) if len(literal) <= _INT_DIGITS else _number(literal)


def _refuse(constant: str) -> NoReturn:
    raise _Suspicious(constant)


def _numeral(literal: str) -> int | Decimal | Numeral:
    try:
        return _whole(literal) if literal.lstrip("-").isdigit() else _number(literal)
    except (_Suspicious, ArithmeticError):
        return Numeral(literal)


_FAST: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_int=_whole, parse_constant=_refuse
)
_SLOW: Final = json.JSONDecoder(
    object_pairs_hook=lambda members: [Member(*member) for member in members] or {},
    parse_float=_numeral,
    parse_int=_numeral,
    parse_constant=Numeral,
)


def _read_slowly(text: str) -> tuple[Tree | None, list[Reason]]:
    try:
        tree, reasons = inspect(_SLOW.decode(text))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        return None, [_malformed(f"The body is not valid JSON, at {where}: {error.msg.removesuffix(' at')}.")]
    except RecursionError:
        return None, [_too_large("The body is nested too deeply to be read.")]
    if type(tree) is not dict:
        return None, [*reasons, _malformed("The body is valid JSON, but not an object. Send an object: {…}.")]
    return tree, reasons


def _malformed(message: str) -> Reason:
    return Reason("malformed", "", message)


def _too_large(message: str) -> Reason:
    return Reason("too_large", "", message)
