"""What the broker writes on a message that it gives up on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def first_queue(headers: Mapping[str, Any]) -> str:
    """Last part of the name of the queue in which the message failed; empty where the broker does not say."""
    name = headers.get("x-first-death-queue")
    return name.rpartition(".")[2] if isinstance(name, str) else ""
