"""The known name that somebody probably meant."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches


def nearest(name: str, known: Collection[str]) -> str | None:
    matches = get_close_matches(name.casefold(), [each.casefold() for each in known], n=1)
    return next((each for each in known if each.casefold() == matches[0]), None) if matches else None


def did_you_mean(name: str, known: Collection[str]) -> str:
    """A cure: the nearest known name, else all of them."""
    near = nearest(name, known)
    if near is not None:
        return f"Did you mean {near}?"
    return f"Known: {', '.join(sorted(known)) or 'none'}"
