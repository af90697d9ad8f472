"""Registry entries at the command line: imported in bulk, shown, listed, exported and compared."""

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
from given import Data, a_customer, a_registry_change, an_item

from adapter.persistence.database import Database
from adapter.persistence.registry import RegistryCache
from config.urls import for_asyncpg

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


def a_policy(customer: str, priority: int = 1, **fields: Any) -> Data:
    return {"combination": ["customer"], "customer": customer, "priority": priority, "discounts": "10"} | fields


def test_an_imported_entry_is_shown_in_the_form_of_the_contract(clerk: Clerk, code: str, file_of: FileOf) -> None:
    clerk.json("registry", "import", file_of(a_price(code, 10.5, discounts=" 50+10 ")))

    assert clerk.json("registry", "show", "price", f"{LIST}/{code}/-/EA") == a_registry_change(
        "price", f"{LIST}/{code}/-/EA", {"item": code, "uom": "EA", "price": "10.5", "discounts": " 50+10 "}
    )


def test_an_entry_that_is_not_newer_is_left_out_and_counted(clerk: Clerk, code: str, file_of: FileOf) -> None:
    clerk.json("registry", "import", file_of(a_price(code, "7", revision=5)))

    again = clerk.json("registry", "import", file_of(a_price(code, "8", revision=5)))

    assert counts(again) == {"read": 1, "stored": 0, "stale": 1, "faulty": 0}
    assert clerk.json("registry", "show", "price", f"{LIST}/{code}/-/EA")["entry"]["price"] == "7"


def test_a_newer_revision_takes_the_place_of_the_stored_one(clerk: Clerk, code: str, file_of: FileOf) -> None:
    clerk.json("registry", "import", file_of(a_price(code, "7")))

    printed = clerk.json("registry", "import", file_of(a_price(code, "8", revision=2)))

    assert counts(printed) == {"read": 1, "stored": 1, "stale": 0, "faulty": 0}
    assert clerk.json("registry", "show", "price", f"{LIST}/{code}/-/EA")["entry"]["price"] == "8"


def test_an_import_goes_on_where_an_interrupted_one_stopped(clerk: Clerk, code: str, file_of: FileOf) -> None:
    prices = [a_price(f"{code}-{i}") for i in range(30)]
    clerk.json("registry", "import", file_of(*prices[:20]))

    assert counts(clerk.json("registry", "import", file_of(*prices))) == {
        "read": 30,
        "stored": 10,
        "stale": 20,
        "faulty": 0,
    }


def test_of_a_key_that_stands_twice_the_highest_revision_stays(clerk: Clerk, code: str, file_of: FileOf) -> None:
    twice = file_of(a_price(code, "2", revision=2), a_price(code, "3", revision=3), a_price(code, "1", revision=1))

    assert counts(clerk.json("registry", "import", twice)) == {"read": 3, "stored": 1, "stale": 2, "faulty": 0}
    assert clerk.json("registry", "show", "price", f"{LIST}/{code}/-/EA")["entry"]["price"] == "3"


def test_keys_are_told_apart_however_the_database_sorts_them(clerk: Clerk, code: str, file_of: FileOf) -> None:
    clerk.json("registry", "import", file_of(a_price(f"{code}a")))

    printed = clerk.json("registry", "import", file_of(a_price(f"{code}B"), a_price(f"{code}a", "8", revision=2)))

    assert counts(printed) == {"read": 2, "stored": 2, "stale": 0, "faulty": 0}


def test_good_entries_are_kept_beside_faulty_ones_which_are_told_by_line(
    clerk: Clerk, code: str, file_of: FileOf
) -> None:
    wrong = a_registry_change("item", f"{code}2", {"description": "Paint", "unit": "EA"})
    file = file_of(a_registry_change("item", code, an_item()), "{not json", "", wrong, name="items.jsonl")

    printed = clerk.run("registry", "import", file, "--json")

    assert printed.code == 1
    assert counts(printed.json) == {"read": 3, "stored": 1, "stale": 0, "faulty": 2}
    assert [(fault["line"], fault["code"], fault["path"]) for fault in printed.json["faults"]] == [
        (2, "malformed", ""),
        (4, "invalid", "/entry/uom"),
        (4, "invalid", "/entry/unit"),
    ]


def test_faults_are_for_people_with_file_and_line(clerk: Clerk, code: str, file_of: FileOf) -> None:
    file = file_of(a_price(code), a_price(code, "ten", revision=2))

    printed = clerk.run("registry", "import", file)

    assert printed.err.startswith(f"{file}:2: /entry/price price must be")
    assert printed.out.startswith("2 read, 1 stored, 0 stale, 1 faulty")


@pytest.mark.parametrize("discounts", ["150", "10+101", "ten", [{"percent": 101}], [{}]])
def test_discounts_that_could_never_be_applied_are_faulty(
    clerk: Clerk, code: str, file_of: FileOf, discounts: Any
) -> None:
    printed = clerk.run("registry", "import", file_of(a_price(code, discounts=discounts)), "--json")

    assert printed.json["faulty"] == 1
    assert printed.json["faults"][0]["path"].startswith("/entry/discounts")


def test_two_discount_policies_that_contradict_each_other_are_told(clerk: Clerk, code: str, file_of: FileOf) -> None:
    one = a_registry_change("discount_policy", f"{code}-1", a_policy(code))
    other = a_registry_change("discount_policy", f"{code}-2", a_policy(code))

    printed = clerk.run("registry", "import", file_of(one, other), "--json")

    assert (printed.code, printed.json["stored"]) == (1, 2)
    assert [(fault["line"], fault["code"]) for fault in printed.json["faults"]] == [(2, "ambiguous_discount")]
    assert f"{code}-1 and {code}-2" in printed.json["faults"][0]["message"]


def test_a_policy_that_contradicts_a_stored_one_is_told_in_a_dry_run_too(
    clerk: Clerk, code: str, file_of: FileOf
) -> None:
    clerk.json("registry", "import", file_of(a_registry_change("discount_policy", f"{code}-1", a_policy(code))))
    other = file_of(a_registry_change("discount_policy", f"{code}-2", a_policy(code)))

    printed = clerk.run("registry", "import", "--dry-run", other, "--json")

    assert [fault["code"] for fault in printed.json["faults"]] == ["ambiguous_discount"]


def test_policies_of_different_priority_or_period_get_along(clerk: Clerk, code: str, file_of: FileOf) -> None:
    policies = [
        a_policy(code, valid_to="2026-05-31"),
        a_policy(code, valid_from="2026-06-01"),
        a_policy(code, priority=2),
    ]
    file = file_of(*(a_registry_change("discount_policy", f"{code}-{i}", one) for i, one in enumerate(policies)))

    assert clerk.json("registry", "import", file)["faults"] == []


def test_a_dry_run_counts_and_stores_nothing(clerk: Clerk, code: str, file_of: FileOf) -> None:
    printed = clerk.json("registry", "import", "--dry-run", file_of(a_price(code)))

    assert counts(printed) == {"read": 1, "stored": 1, "stale": 0, "faulty": 0}
    assert clerk.run("registry", "show", "price", f"{LIST}/{code}/-/EA").code == 1


def test_a_table_of_one_kind_is_imported_from_csv(clerk: Clerk, code: str, file_of: FileOf) -> None:
    file = file_of(
        "\ufeffkey,revision,description,uom,selling_price,no_commercial_conditions,uoms,barcodes",
        f'{code},3,"Paint, white",EA,1234567890.12345678,true,"[{{""uom"": ""BOX"", ""factor"": 5}}]","[""{code}9""]"',
        name="items.csv",
    )

    clerk.json("registry", "import", "--kind", "item", file)

    assert clerk.json("registry", "show", "item", code) == a_registry_change(
        "item",
        code,
        {
            "description": "Paint, white",
            "uom": "EA",
            "selling_price": "1234567890.12345678",
            "no_commercial_conditions": True,
            "uoms": [{"uom": "BOX", "factor": "5"}],
            "barcodes": [f"{code}9"],
        },
        revision=3,
    )


def test_a_faulty_line_of_a_csv_is_told_by_the_line_it_begins_on(clerk: Clerk, code: str, file_of: FileOf) -> None:
    rows = ("key,revision,decimals", f'"{code}\n",1,2', f"{code}2,one,2", f"{code}3,1,many", f"{code}4,1,2,5")

    printed = clerk.run("registry", "import", "--kind", "currency", file_of(*rows), "--json")

    assert [(fault["line"], fault["path"]) for fault in printed.json["faults"]] == [
        (4, "/revision"),
        (5, "/entry/decimals"),
        (6, "/entry/column 4"),
    ]


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


def test_a_csv_that_is_not_utf_8_is_a_failure_in_words(clerk: Clerk, tmp_path: Path) -> None:
    file = tmp_path / "latin.csv"
    file.write_bytes("key,revision,name\nC1,1,Møller\n".encode("latin-1"))

    printed = clerk.run("registry", "import", "--kind", "customer", str(file))

    assert printed.code == 1
    assert "UTF-8" in printed.err


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
