"""The sound part of a message whose form is at fault, so that the rules can judge it too (contract 5: every fault).

What is faulty is left out; where something has to stand, something that is nobody's stands for it. Whatever is told of
such a place follows from that alone and is not to be passed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, NamedTuple

from adapter.messaging.validation import Faulty, read_or_faults
from schemas.message import Message, Shape

Path = tuple[str | int, ...]

_ROUNDS: Final = 12
_FREE_LINES: Final = 10**17
"""Line numbers that stand in begin here, so that they meet no other."""


class SoundPart(NamedTuple):
    """A message without its faulty places; `misnamed` are those of fields that do not exist."""

    message: Message
    faulty: frozenset[Path]
    misnamed: frozenset[Path]


def sound_part(model: type[Message], data: Mapping[str, Any]) -> SoundPart | None:
    """What of faulty data can be judged; None where what it is about cannot be told, or nothing is left."""
    mending = _Mending(model, deepcopy(dict(data)))
    for turn in range(_ROUNDS):
        found = read_or_faults(model, mending.data)
        if isinstance(found, list):
            # That nothing is asked for any more follows from what was left out.
            found = _but_whole(found) if turn else found
        if not found:
            found = model.model_validate(mending.data)
        if isinstance(found, Message):
            return SoundPart(found, frozenset(mending.faulty), frozenset(mending.misnamed))
        if not mending.mend(found):
            return None
    return None


def _but_whole(found: Sequence[Faulty]) -> list[Faulty]:
    return [fault for fault in found if fault.path]


@dataclass(slots=True)
class _Mending:
    """Takes faults out of `data`, each at the smallest part that can do without it."""

    model: type[Message]
    data: dict[str, Any]
    faulty: set[Path] = field(default_factory=set)
    misnamed: set[Path] = field(default_factory=set)
    _lines: Iterator[int] = field(default_factory=lambda: count(_FREE_LINES))

    def mend(self, found: Sequence[Faulty]) -> bool:
        """Whether all of it could be taken out; what is inside goes before what it is in."""
        self.misnamed |= {fault.path for fault in found if fault.unknown}
        return all(self._mend(path) for path in sorted({fault.path for fault in found}, key=len, reverse=True))

    def _mend(self, path: Path) -> bool:
        if not path:
            return False
        if any(path[:depth] in self.faulty for depth in range(1, len(path))):
            return True  # gone already, with what it was in
        *parents, last = path
        node, shapes = self._reached(parents)
        stand_in = {} if path in self.faulty or not shapes else shapes[0].stand_in
        if isinstance(node, dict) and last in stand_in and (_is_required(shapes[0], last) or not parents):
            node[last] = self._fresh(last, stand_in[str(last)])
        elif isinstance(node, dict) and last in node:
            del node[last]
        elif isinstance(node, list) and stand_in:
            node[int(last)] = self._fresh(last, stand_in)
        else:
            return self._mend(tuple(parents))
        self.faulty.add(path)
        return True

    def _reached(self, path: Sequence[str | int]) -> tuple[Any, list[type[Shape]]]:
        """What stands at a path, and of which forms the objects there are."""
        node: Any = self.data
        shapes: list[type[Shape]] = [self.model]
        for part in path:
            if isinstance(part, str):
                shapes = [each for shape in shapes for each in shape.part(part, node)]
            node = node[part]
        return node, shapes

    def _fresh(self, name: str | int, value: Any) -> Any:
        """A stand-in of its own: no two lines have one number."""
        if name == "line":
            return next(self._lines)
        if isinstance(value, Mapping):
            return {name: self._fresh(name, part) for name, part in value.items()}
        return [self._fresh(i, part) for i, part in enumerate(value)] if isinstance(value, list) else value


def _is_required(shape: type[Shape], name: str | int) -> bool:
    return shape.model_fields[str(name)].is_required()
