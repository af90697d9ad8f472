"""Price lines that are recognised at sight become exactly what the general way makes of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.cli.plain_prices import PlainPrices
from adapter.cli.registry_checks import Checks
from adapter.messaging.decoding import Limits
from adapter.persistence.registry_import import EntryRow

LIST = "LP/*/EUR/2026-01-01"


class NothingPlain(PlainPrices):
    """Sends every line the general way."""

    def row_of(self, line: bytes) -> EntryRow | None:
        return None


def in_general(line: bytes) -> Any:
    return Checks(Limits(), NothingPlain()).row_of(line)


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


codes = st.text(st.characters(codec="utf-8"), max_size=52) | st.sampled_from(["A1", "A/1", " A", "-", "É", "a\u2028b"])
prices = (
    st.decimals(0, 10**19, places=3).map(str)
    | st.from_regex(r"\A[0-9]{0,3}\.?[0-9]{0,9}\Z")
    | st.integers(-1, 10**19)
    | st.floats(0, 10)
    | st.sampled_from([None, True, "1e3", "-1", "٣", "1."])
)
lines = st.fixed_dictionaries(
    {"item": codes, "uom": codes, "price": prices},
    optional={"variant": codes | st.none(), "bracket": st.just("price"), "colour": st.just("red")},
).map(lambda fields: a_line(**fields))
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


@given(lines, headers, st.booleans())
def test_a_line_recognised_at_sight_is_what_the_general_way_makes_of_it(
    line: dict[str, Any], header: dict[str, Any], ascii_only: bool
) -> None:
    text = json.dumps(line | header, ensure_ascii=ascii_only).encode()

    row = PlainPrices().row_of(text)

    assert row is None or same(row, in_general(text))


@pytest.mark.parametrize("fields", [{}, {"price": "10.50"}, {"price": 7}, {"variant": "RED"}, {"item": "A/1"}])
def test_an_ordinary_price_line_is_recognised_at_sight(fields: dict[str, Any]) -> None:
    text = json.dumps(a_line(**fields)).encode()

    assert same(PlainPrices().row_of(text), in_general(text))


@pytest.mark.parametrize(
    "text",
    [
        b'{"kind":"price","key":"LP/*/EUR/2026-01-01/A1/-/EA","revision":1,"revision":1,'
        b'"entry":{"item":"A1","uom":"EA","price":"10"}}',
        b'{"kind":"price","key":"LP/*/EUR/2026-01-01/A1/-/EA","revision":1,'
        b'"entry":{"item":"A2","item":"A1","uom":"EA","price":"10"}}',
        b'{"kind":"price"',
        b"[]",
        b'"price"',
    ],
)
def test_what_is_doubtful_is_left_to_the_general_way(text: bytes) -> None:
    assert PlainPrices().row_of(text) is None
    assert isinstance(in_general(text), list)
