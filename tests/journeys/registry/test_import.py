"""Registry entries imported in bulk: newer ones are stored, faulty ones told by line."""

from __future__ import annotations

from pathlib import Path

from clerk import Clerk
from given import a_registry_change, an_item
from journeys.registry.conftest import LIST, FileOf, a_price, counts


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


def test_entries_beside_and_between_what_is_stored_are_all_taken(clerk: Clerk, code: str, file_of: FileOf) -> None:
    """So many that some go where nothing is stored yet, and others among stored ones, within one transaction."""
    stored = [a_price(f"{code}-{i:04}") for i in range(0, 700, 7)]
    clerk.json("registry", "import", file_of(*stored))
    newer = [a_price(f"{code}-{i:04}", str(i), revision=1 + i % 2) for i in range(2_000)]

    assert counts(clerk.json("registry", "import", file_of(*newer))) == {
        "read": 2_000,
        "stored": 1_950,
        "stale": 50,
        "faulty": 0,
    }
    listed = clerk.json("registry", "list", "--like", code, "--limit", "5000")
    assert {one["key"]: (one["revision"], one["entry"]["price"]) for one in listed} == {
        f"{LIST}/{code}-{i:04}/-/EA": (1, "10") if i < 700 and i % 14 == 0 else (1 + i % 2, str(i))
        for i in range(2_000)
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


def test_a_csv_that_is_not_utf_8_is_a_failure_in_words(clerk: Clerk, tmp_path: Path) -> None:
    file = tmp_path / "latin.csv"
    file.write_bytes("key,revision,name\nC1,1,Møller\n".encode("latin-1"))

    printed = clerk.run("registry", "import", "--kind", "customer", str(file))

    assert printed.code == 1
    assert "UTF-8" in printed.err
