"""From parsed data to a message, or every fault in it, told to the people who sent it (contract, Conventions)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from adapter.domain.reasons import Reason
from adapter.messaging.decoding import Limits
from adapter.messaging.inspection import pointer_to, shown
from adapter.messaging.wording import MISSING, wrong
from schemas.message import Message, Shape

M = TypeVar("M", bound=Message)

_LINE_LISTS: Final = ("lines", "add")


class Faulty(NamedTuple):
    """A fault of a message's form, and the path of what is at fault; `unknown`: no field of that name exists."""

    path: tuple[str | int, ...]
    reason: Reason
    unknown: bool = False


def validate(model: type[M], data: Mapping[str, Any], limits: Limits) -> M | list[Reason]:
    """The message in `data`, or all that is wrong with its form, each fault once.

    Reasons: `too_large` (lines), `invalid`. Paths are JSON pointers into the data.
    """
    if (count := _lines(data)) > limits.max_lines:
        most = f"The message has {count} lines, at most {limits.max_lines} are taken. Split it into several."
        return [Reason("too_large", "", most)]
    found = read_or_faults(model, data)
    return _distinct(fault.reason for fault in found) if isinstance(found, list) else found


def read_or_faults(model: type[M], data: Mapping[str, Any]) -> M | list[Faulty]:
    """The message in `data`, or the faults of its form, with where they are."""
    rules = [Faulty(fault.path, _fault(fault.path, fault.message)) for fault in model.faults(data)]
    try:
        message = model.model_validate(data)
    except ValidationError as error:
        found = [fault for fault in error.errors(include_url=False) if not _is_echo(fault)]
        return [_told(model, data, fault) for fault in found] + rules
    return rules or message


def _lines(node: Mapping[str, Any]) -> int:
    """How many lines a message has, in whatever it carries; `extra` is not looked into."""
    count = 0
    for name, child in node.items():
        if isinstance(child, list):
            if name in _LINE_LISTS:
                count += len(child)
            elif child and isinstance(child[0], dict):
                count += sum(_lines(each) for each in child if isinstance(each, dict))
        elif isinstance(child, dict) and name != "extra":
            count += _lines(child)
    return count


def _distinct(reasons: Iterable[Reason]) -> list[Reason]:
    return list({(reason.path, reason.message): reason for reason in reasons}.values())


def _is_echo(error: ErrorDetails) -> bool:
    """A list counts as too short when its entries are at fault; that is no fault of its own."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _told(model: type[Message], data: Mapping[str, Any], error: ErrorDetails) -> Faulty:
    path, known = _place(model, data, error)
    unknown = error["type"] == "extra_forbidden"
    if error["type"] == "missing" or (error["input"] is None and not unknown):
        return Faulty(tuple(path), _fault(path, MISSING))
    return Faulty(tuple(path), _fault(path, wrong(error, str(path[-1]) if path else "", known)), unknown)


def _place(model: type[Message], data: Any, error: ErrorDetails) -> tuple[list[str | int], set[str]]:
    """Where in the data an error is, and which fields the object has in which it is.

    An error's own location also holds branches of unions; they are left out, as nothing in the data has their name.
    """
    path: list[str | int] = []
    shapes: list[type[Shape]] = [model]
    known: set[str] = set()
    node = data
    absent = error["loc"][-1] if error["type"] == "missing" else None
    for part in error["loc"]:
        if isinstance(node, dict) and isinstance(part, str) and (part in node or part == absent):
            known = {name for shape in shapes for name in shape.names()}
            shapes = [each for shape in shapes for each in shape.part(part, node)]
            path.append(part)
            node = node.get(part)
        elif isinstance(node, list) and isinstance(part, int):
            path.append(part)
            node = node[part]
    return path, known


def _fault(path: Sequence[str | int], message: str) -> Reason:
    pointer = ""
    for part in path:
        pointer = pointer_to(pointer, part)
    text = f"{_subject(path)} {message}"
    return Reason("invalid", pointer, text if text.endswith("?") else f"{text}.")


def _subject(path: Sequence[str | int]) -> str:
    match path:
        case []:
            return "The message"
        case [*_, str(name)]:
            return shown(name)
        case [*_, str(name), int(index)]:
            return f"Entry {index + 1} of {shown(name)}"
    return "This entry"
