"""Price lines that are recognised at sight become exactly what the general way makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import reduce
from operator import getitem
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.cli.plain_prices import PlainPrices
from adapter.cli.registry_checks import Checks
from adapter.messaging.decoding import Limits
from adapter.persistence.registry_import import EntryRow

LIST = "LP/*/EUR/2026-01-01"
LIMITS = Limits()


def at_sight(line: bytes, limits: Limits = LIMITS) -> EntryRow | None:
    return PlainPrices(limits.max_bytes).row_of(line)


def in_general(line: bytes, limits: Limits = LIMITS) -> Any:
    return Checks(limits).in_general(line)


def same(row: EntryRow | None, other: Any) -> bool:
    """Whether rows hold the same, whatever the order of an entry's fields."""
    if row is None or not isinstance(other, EntryRow):
        return False
    return row._replace(entry=None) == other._replace(entry=None) and json.loads(row.entry or "") == json.loads(
        other.entry or ""
    )


def a_line(**fields: Any) -> dict[str, Any]:
    entry = {"item": "A1", "uom": "EA", "price": "10"} | fields
    key = f"{LIST}/{entry['item']}/{entry.get('variant', '-')}/{entry['uom']}"
    return {"kind": "price", "key": key, "revision": 1, "entry": entry}


def mostly(usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Odd values now and then: an entry full of them would only show that one is enough."""
    return st.integers(0, 9).flatmap(lambda draw: odd if draw == 0 else usual)


codes = mostly(
    st.sampled_from(["A1", "A/1", "-", "É"]),
    st.text(st.characters(codec="utf-8"), max_size=52) | st.sampled_from([" A", "a\u2028b", None, 5, "x" * 51]),
)
numbers = mostly(
    st.decimals(0, 10**4, places=3).map(str) | st.integers(0, 10**4),
    st.decimals(0, 10**19, places=3).map(str)
    | st.from_regex(r"\A[0-9]{0,3}\.?[0-9]{0,9}\Z")
    | st.integers(-1, 10**19)
    | st.floats(0, 10)
    | st.sampled_from([None, True, "1e3", "-1", "-0", "٣", "1.", "0.0", "00.5", " 1"]),
)
notations = mostly(
    st.sampled_from(["50+10", "10-5", "5#", "-600#+300#"]),
    st.sampled_from(["", "50+", "101", " 50+10 ", "5\u0085", "5\u00a0", "1+" * 100 + "1", 5, None])
    | st.lists(st.fixed_dictionaries({}, optional={"percent": numbers, "amount": numbers}), max_size=2),
)


def rows(fields: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Any]:
    row = st.fixed_dictionaries(fields, optional=optional)
    return st.lists(mostly(row, st.just({}) | st.none() | row.map(lambda one: one | {"colour": "red"})), max_size=3)


days = st.sampled_from(["2026-01-01", "2026-12-31", "2026-13-01", None])
lines = st.fixed_dictionaries(
    {"item": codes, "uom": codes, "price": numbers},
    optional={
        "variant": codes,
        "reference_quantity": numbers,
        "bracket": st.sampled_from(["none", "price", "quantity_discount", "value_discount", "scale", None, 1]),
        "discounts": notations,
        "quantity_prices": rows({"from": numbers, "price": numbers}, {}),
        "quantity_discounts": rows({"from": numbers, "discounts": notations}, {}),
        "value_discounts": rows({"from": numbers, "discounts": notations}, {}) | st.none(),
        "destinations": rows({"destination": codes, "price": numbers}, {"valid_from": days, "valid_to": days}),
    },
).flatmap(lambda fields: mostly(st.just(a_line(**fields)), st.just(a_line(**fields, colour="red"))))
headers = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["item", None]),
        "revision": st.sampled_from([0, -1, 10**18, "1", 1.0, True]),
        "key": st.sampled_from(
            [f"{LIST}/A1/-/EA", "LP/*/EUR/2026-13-01/A1/-/EA", "LP/EUR/2026-01-01/A1/-/EA", f" {LIST}/A1/-/EA"]
        ),
        "by": st.just("Anna"),
    },
)


@settings(max_examples=500)
@given(lines, mostly(st.just({}), headers), st.booleans())
def test_a_line_recognised_at_sight_is_what_the_general_way_makes_of_it(
    line: dict[str, Any], header: dict[str, Any], ascii_only: bool
) -> None:
    text = json.dumps(line | header, ensure_ascii=ascii_only).encode()

    row = at_sight(text)

    assert row is None or same(row, in_general(text))


EVERYTHING = a_line(
    variant="RED",
    reference_quantity="100",
    bracket="price",
    discounts="50+10",
    quantity_prices=[{"from": "10", "price": "9.5"}],
    quantity_discounts=[{"from": "20", "discounts": "3"}],
    value_discounts=[{"from": "1000", "discounts": "-600#+300#"}],
    destinations=[{"destination": "GATE-1", "price": "11"}],
)
ODD: list[Any] = [
    *(None, True, 0, -1, 1, 10**17, 10**18, 1.5, 1e400, [], {}, [1], {"a": 1}, [{}], [None]),
    *("", " ", " 5", "5 ", "-1", "-0", "0", "0.0", "0.000000000", "00.5", "1.", "1e3", "٣", "999999999999999999"),
    *("1000000000000000000", "0.12345678", "0.123456780", "0.1234567801", "1.500000000"),
    *("101", "100", "50+", "1+" * 99 + "1", "1+" * 100 + "1", "scale", "x" * 50, "x" * 51, "x" * 256),
    *("5\x00", "5\x7f", "5\x85", "5\xa0", "5\u2028", "5\ue000", '5"', "5\\", "É"),
]


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for name, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(child, (*path, name))


def agree(line: Any, **how: Any) -> bool:
    """Whether a line is left to the general way, or recognised as what that makes of it."""
    text = json.dumps(line, **how).encode("utf-8", "surrogatepass")
    row = at_sight(text)
    return row is None or same(row, in_general(text))


@pytest.mark.parametrize("path", list(places(EVERYTHING)), ids=lambda path: "/".join(map(str, path)))
def test_a_line_with_one_odd_thing_is_what_the_general_way_makes_of_it(path: tuple[Any, ...]) -> None:
    for odd in ODD:
        line = deepcopy(EVERYTHING)
        *above, last = path
        parent = reduce(getitem, above, line)
        parent[last] = odd
        if path[:1] == ("entry",) and len(path) == 2 and last in {"item", "variant", "uom"}:
            line["key"] = f"{LIST}/{line['entry']['item']}/{line['entry']['variant']}/{line['entry']['uom']}"
        assert agree(line), odd
        assert agree(line, ensure_ascii=False), odd
        if isinstance(parent, dict):
            del parent[last]
            assert agree(line)
            parent[f"{last}s"] = odd
            assert agree(line)


def test_a_line_that_says_everything_is_recognised_at_sight() -> None:
    assert same(at_sight(json.dumps(EVERYTHING).encode()), in_general(json.dumps(EVERYTHING).encode()))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"price": "10.50"},
        {"price": 7},
        {"variant": "RED"},
        {"item": "A/1"},
        {"reference_quantity": "100.0", "bracket": "price", "discounts": "50+10"},
        {"quantity_prices": [{"from": 10, "price": "9.90"}, {"from": "100", "price": "8"}]},
        {"quantity_discounts": [{"from": "20", "discounts": "3"}], "value_discounts": []},
        {"destinations": [{"destination": "GATE-1", "price": "11.00"}]},
    ],
)
def test_an_ordinary_price_line_is_recognised_at_sight(fields: dict[str, Any]) -> None:
    text = json.dumps(a_line(**fields)).encode()

    assert same(at_sight(text), in_general(text))


def test_a_line_longer_than_a_message_may_be_is_not_recognised_at_sight() -> None:
    limits = Limits(max_bytes=1024)
    text = json.dumps(a_line()).encode().replace(b" ", b" " * 200)

    assert at_sight(text, limits) is None
    assert [reason.code for reason in in_general(text, limits)] == ["too_large"]
    assert same(at_sight(text), in_general(text))


@pytest.mark.parametrize(
    "text",
    [
        b'{"kind":"price","key":"LP/*/EUR/2026-01-01/A1/-/EA","revision":1,"revision":1,'
        b'"entry":{"item":"A1","uom":"EA","price":"10"}}',
        b'{"kind":"price","key":"LP/*/EUR/2026-01-01/A1/-/EA","revision":1,'
        b'"entry":{"item":"A2","item":"A1","uom":"EA","price":"10"}}',
        b'{"kind":"price","key":"LP/*/EUR/2026-01-01/A1/-/EA","revision":1,"entry":{"item":"A1","uom":"EA","price":"10",'
        b'"quantity_prices":[{"from":"1","from":"2","price":"9"}]}}',
        b'{"kind":"price","key":"LP/*/EUR/2026-01-01/A\\u0022/-/EA","revision":1,"entry":{"item":1,'
        b'"item":"A\\u0022","variant":"-","uom":"EA","price":"10"}}',
        b'{"kind":"price","key":"LP/*/EUR/2026-01-01/A1/-/EA","revision":1,"entry":{"item":"A1","uom":"EA","price":"10",'
        b'"quantity_prices":[{"from":"1","price":"9"}],"quantity_prices":[]}}',
        b'{"kind":"price","key":"LP/*/EUR/2026-01-01/A1/-/EA","revision":1,"entry":{"item":"A1","uom":"EA","price":NaN}}',
        b'{"kind":"price","key":"LP/*/EUR/2026-01-01/A1/-/EA","revision":1,'
        b'"entry":{"item":"A1","uom":"EA","price":"1","discounts":"\\ud800"}}',
        b'{"kind":"price","key":"LP/*/EUR/2026-01-01/A1/-/EA","revision":1,'
        b'"entry":{"item":"A1","uom":"EA","price":"1","variant":"\xff"}}',
        b'{"kind":"price"',
        b"[]",
        b'"price"',
    ],
)
def test_what_is_doubtful_is_left_to_the_general_way(text: bytes) -> None:
    assert at_sight(text) is None
    assert isinstance(in_general(text), list)
