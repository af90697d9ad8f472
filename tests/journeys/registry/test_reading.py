"""Registry entries shown, listed, exported, compared, and seen by a running adapter."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from clerk import Clerk
from given import a_customer, a_registry_change, an_item
from journeys.registry.conftest import LIST, FileOf, a_price

from adapter.persistence.database import Database
from adapter.persistence.registry import RegistryCache
from config.urls import for_asyncpg


def test_an_export_imported_elsewhere_is_the_same_registry(
    clerk: Clerk, code: str, file_of: FileOf, tmp_path: Path, other_clerk: Clerk
) -> None:
    entries = [a_price(code), a_registry_change("customer", code, a_customer(), 4)]
    clerk.json("registry", "import", file_of(*entries, a_registry_change("item", f"{code}-gone", None, 2)))
    exported = clerk.run("registry", "export").out
    (tmp_path / "export.jsonl").write_text(exported)

    other_clerk.run("registry", "import", str(tmp_path / "export.jsonl"))

    assert other_clerk.run("registry", "export").out == exported
    assert exported.count(code) >= 3


def test_a_difference_tells_what_an_import_would_change(clerk: Clerk, code: str, file_of: FileOf) -> None:
    clerk.json("registry", "import", file_of(a_price(f"{code}1", "7"), a_price(f"{code}2"), a_price(f"{code}3")))
    gone = a_registry_change("price", f"{LIST}/{code}2/-/EA", None, 2)
    changes = file_of(a_price(f"{code}1", "8", revision=2), gone, a_price(f"{code}3"), a_price(f"{code}4"))

    lines = clerk.run("registry", "diff", changes, "--json").lines

    assert [(one["key"].split("/")[4], one["change"], one["stored_revision"], one["revision"]) for one in lines] == [
        (f"{code}1", "changed", 1, 2),
        (f"{code}2", "retired", 1, 2),
        (f"{code}4", "new", None, 1),
    ]
    assert lines[0]["fields"] == [{"field": "price", "stored": "7", "new": "8"}]


def test_after_an_import_there_is_no_difference(clerk: Clerk, code: str, file_of: FileOf) -> None:
    file = file_of(a_price(code), a_registry_change("item", code, an_item()))
    clerk.json("registry", "import", file)

    assert clerk.run("registry", "diff", file).out == ""


def test_a_list_is_narrowed_by_kind_and_by_a_part_of_the_key(clerk: Clerk, code: str, file_of: FileOf) -> None:
    entries = [a_price(f"{code}_1"), a_price(f"{code}x1"), a_registry_change("item", f"{code}_1", an_item())]
    clerk.json("registry", "import", file_of(*entries))

    by_part = clerk.json("registry", "list", "--kind", "price", "--like", f"{code}_1")
    by_pattern = clerk.json("registry", "list", "--like", f"{code}*1")

    assert [one["key"] for one in by_part] == [f"{LIST}/{code}_1/-/EA"]
    assert [one["key"] for one in by_pattern] == [f"{code}_1"]


def test_a_list_that_is_cut_short_says_so(clerk: Clerk, code: str, file_of: FileOf) -> None:
    clerk.json("registry", "import", file_of(*(a_price(f"{code}{i}") for i in range(3))))

    printed = clerk.run("registry", "list", "--like", code, "--limit", "2")

    assert printed.out.count(code) == 4
    assert "--limit" in printed.err


def test_an_entry_that_does_not_exist_is_a_failure_in_words(clerk: Clerk) -> None:
    printed = clerk.run("registry", "show", "item", "NOPE", "--json")

    assert (printed.code, printed.out, printed.err) == (1, "", "There is no item NOPE.\n")


@pytest.mark.parametrize(
    "words", [("list", "--kind", "colour"), ("import", "/no/such/file"), ("show", "colour", "red"), ("import",)]
)
def test_what_cannot_be_meant_is_wrong_usage(clerk: Clerk, words: tuple[str, ...]) -> None:
    assert clerk.run("registry", *words).code == 2


async def test_a_running_adapter_works_with_what_was_imported_last(other_clerk: Clerk, file_of: FileOf) -> None:
    database, cache = Database(for_asyncpg(other_clerk.environ["ORDER_ADAPTER_DATABASE_URL"])), RegistryCache()
    ref = ("price@", "LP/*/EUR/A1")

    async def price() -> Any:
        async with database.transaction() as connection:
            await cache.refresh(connection)
            if ref not in cache.entries:
                await cache.load(connection, [ref])
            return [str(line.price) for line in cache.entries[ref]]

    seen = [await price()]
    for revision in (1, 2):
        await asyncio.to_thread(other_clerk.json, "registry", "import", file_of(a_price("A1", f"{revision}", revision)))
        seen.append(await price())
    await database.close()

    assert seen == [[], ["1"], ["2"]]
