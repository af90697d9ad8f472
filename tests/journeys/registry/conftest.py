"""Somebody who maintains the registries at the command line, and the files that they have."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clerk import Clerk
from conftest import Databases
from given import Data, a_registry_change

LIST = "LP/*/EUR/2026-01-01"

FileOf = Callable[..., str]


@pytest.fixture(scope="module")
def clerk(fresh_database: str) -> Clerk:
    return a_clerk(fresh_database)


def a_clerk(url: str) -> Clerk:
    """Somebody who works on this database, up to date."""
    clerk = Clerk({"ORDER_ADAPTER_DATABASE_URL": url})
    assert clerk.run("migrate").code == 0
    return clerk


@pytest.fixture
async def other_clerk(new_database: Databases) -> Clerk:
    """Somebody who works on another database."""
    return await asyncio.to_thread(a_clerk, await new_database())


@pytest.fixture
def code() -> str:
    """A code that no other test uses."""
    return f"X{uuid.uuid4().hex[:10]}"


@pytest.fixture
def file_of(tmp_path: Path) -> FileOf:
    """Writes entries, or lines as they are, into a file."""

    def write(*lines: Data | str, name: str = "entries.jsonl") -> str:
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path = tmp_path / name
        path.write_text("\n".join(texts) + "\n")
        return str(path)

    return write


def a_price(item: str, price: Any = "10.00", revision: int = 1, **fields: Any) -> Data:
    entry = {"item": item, "uom": "EA", "price": price} | fields
    return a_registry_change("price", f"{LIST}/{item}/-/EA", entry, revision)


def counts(printed: Data) -> dict[str, int]:
    return {name: printed[name] for name in ("read", "stored", "stale", "faulty")}
