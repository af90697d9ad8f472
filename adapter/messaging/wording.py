"""What is wrong with a value and the cure, in words for whoever wrote the sender."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from pydantic_core import ErrorDetails

from adapter.messaging.inspection import shown
from schemas.values import PATTERNS

_JSON_KINDS: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (bool, "true or false"),
    (str, "text"),
    (dict, "an object"),
    (list, "a list"),
    ((int, Decimal), "a number"),
)


MISSING: Final = "is missing; it is required, and null counts as absent"


def wrong(error: ErrorDetails, name: str, known: Collection[str]) -> str:
    """The rest of a sentence that begins with the field's name; long values are never repeated."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(name, known)
    if kind in _EXPECTED:
        return f"must be {_EXPECTED[kind]}, not {_kind_of(value)}"
    if kind in _BOUNDED:
        return _BOUNDED[kind](value, context)
    return error["msg"]


def _unknown(name: str, known: Collection[str]) -> str:
    folded = {each.casefold(): each for each in sorted(known)}
    near = get_close_matches(name.casefold(), folded, n=1)
    if near:
        return f"is not a field here; did you mean {folded[near[0]]}?"
    return f"is not a field here; fields are {', '.join(sorted(known))}"


def _kind_of(value: Any) -> str:
    return next((name for kind, name in _JSON_KINDS if isinstance(value, kind)), "null")


_EXPECTED: Final[Mapping[str, str]] = {
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}


def _too_short(_value: Any, _context: Mapping[str, Any]) -> str:
    return "must not be empty"


def _too_long(value: Any, context: Mapping[str, Any]) -> str:
    what = "characters" if isinstance(value, str) else "entries"
    return f"has {len(value)} {what}, at most {context['max_length']} are taken"


def _literal(value: Any, context: Mapping[str, Any]) -> str:
    found = f"'{shown(value)}'" if isinstance(value, str) else _kind_of(value)
    return f"must be {context['expected']}, not {found}"


def _pattern(_value: Any, context: Mapping[str, Any]) -> str:
    return PATTERNS.get(context["pattern"], "has a form that is not taken here")


_BOUNDED: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], str]]] = {
    "string_too_short": _too_short,
    "too_short": _too_short,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "literal_error": _literal,
    "string_pattern_mismatch": _pattern,
    "int_type": lambda _value, _context: "must be a whole number, written without a point and without quotes",
    "greater_than_equal": lambda _value, context: f"must be {context['ge']} or more",
    "less_than_equal": lambda _value, context: f"must be {context['le']} or less",
}
