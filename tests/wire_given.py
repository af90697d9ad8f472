"""Messages to begin from: valid as they are, and changed at a JSON pointer."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from adapter.domain.reasons import Reason
from adapter.messaging.decoding import Limits
from adapter.messaging.validation import validate
from schemas.catalog import MESSAGES, example

ABSENT: Any = object()


def data_of(message_type: str) -> dict[str, Any]:
    data: dict[str, Any] = deepcopy(example(message_type)["data"])
    return data


def parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def at(node: Any, pointer: str) -> Any:
    """What a JSON pointer points to."""
    for part in parts(pointer):
        node = node[int(part)] if isinstance(node, list) else node[part]
    return node


def changed(data: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """The same data with another value at a pointer, or without what is there."""
    data = deepcopy(data)
    parent, _, name = pointer.rpartition("/")
    node = at(data, parent)
    key: Any = int(name) if isinstance(node, list) else parts(f"/{name}")[0]
    if value is ABSENT:
        del node[key]
    elif isinstance(node, list) and key == len(node):
        node.append(value)
    else:
        node[key] = value
    return data


def faults(message_type: str, data: Mapping[str, Any], limits: Limits | None = None) -> list[Reason]:
    found = validate(MESSAGES[message_type], data, limits or Limits())
    assert isinstance(found, list), "it is valid"
    return found


def taken(message_type: str, data: Mapping[str, Any]) -> Any:
    found = validate(MESSAGES[message_type], data, Limits())
    assert not isinstance(found, list), found
    return found
