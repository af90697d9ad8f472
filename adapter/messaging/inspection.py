"""The slow, precise look at a body that is suspicious: everything wrong with it, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from adapter.domain.reasons import Reason

_REFUSED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


class Member(NamedTuple):
    """One member of an object as it was written, so that a name given twice can still be seen."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that cannot be taken as it was written: NaN, Infinity, or far too many digits."""

    literal: str


@dataclass(slots=True)
class _Inspection:
    reasons: list[Reason] = field(default_factory=list)

    def tell(self, code: str, path: str, message: str) -> None:
        self.reasons.append(Reason(code, path, message))

    def tree(self, node: Any, path: str) -> Any:
        match node:
            case [Member(), *_]:
                return dict(self._members(node, path))
            case list():
                return [self.tree(each, f"{path}/{i}") for i, each in enumerate(node)]
            case Numeral(literal):
                self._numeral(literal, path)
                return None
            case str():
                self._text(node, path, "text")
        return node

    def _members(self, members: list[Member], path: str) -> Iterator[tuple[str, Any]]:
        seen = set()
        for name, value in members:
            here = pointer_to(path, name)
            if name in seen:
                self.tell("malformed", here, f"The name '{shown(name)}' stands twice in this object. Keep one.")
            seen.add(name)
            self._text(name, here, "name")
            yield name, self.tree(value, here)

    def _numeral(self, literal: str, path: str) -> None:
        if literal.lstrip("-") in {"NaN", "Infinity"}:
            self.tell("malformed", path, f"{literal} is not a JSON number. Send a number, or leave the field out.")
        else:
            self.tell("invalid", path, "The number has far too many digits; 18 before and 8 after the point are taken.")

    def _text(self, text: str, path: str, what: str) -> None:
        if found := _REFUSED.search(text):
            code = ord(found.group())
            kind = "half of a surrogate pair" if code >= 0xD800 else "a control character"
            self.tell("malformed", path, f"The {what} holds {kind}, U+{code:04X}. Take it out.")


def inspect(node: Any) -> tuple[Any, list[Reason]]:
    """What was read with objects as lists of `Member`, as a plain tree, and every fault in it."""
    inspection = _Inspection()
    tree = inspection.tree(node, "")
    return tree, inspection.reasons


def pointer_to(path: str, part: str | int) -> str:
    """The JSON pointer (RFC 6901) to a part of what `path` points to; text that no pointer can carry is replaced."""
    text = str(part).replace("~", "~0").replace("/", "~1")
    return f"{path}/{_REFUSED.sub(_REPLACEMENT, text)}"


def shown(text: str, most: int = 40) -> str:
    """Somebody's text, fit to be quoted in a message: short, without control characters."""
    text = _REFUSED.sub(_REPLACEMENT, text)
    return text if len(text) <= most else f"{text[:most]}…"
