"""Whatever is wrong with the form of a message, the rules tell beside it what they would have told without it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from beside_form_given import BOUGHT, CASES, HEAD, Case, Json, Wrong
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.domain.beside_form import LeftOut
from adapter.domain.reasons import Reason
from adapter.domain.values import exact
from adapter.messaging.sound_part import sound_part
from adapter.messaging.validation import read_or_faults

Places = set[tuple[str, str]]
Path = tuple[str | int, ...]

OF_THEMSELVES = {"unknown_customer", "unknown_item", "unknown_code", "ambiguous_discount", "offer_type_unmapped"}
"""Codes that depend on nothing but the code or text that they are told of, on lines and in offers."""


def decided(case: Case, data: Json, *, partial: bool = False, message: Any = None) -> list[Reason]:
    state = case.known()
    state.partial = partial
    message = message or read_or_faults(case.handler.schema, data)
    assert not isinstance(message, list), message
    with exact():
        return list(case.handler.decide("crm", message, state).reasons)


def told_beside(case: Case, data: Json) -> Places:
    """What is told of the rules beside faults of form."""
    sound = sound_part(case.handler.schema, data)
    if sound is None:
        return set()
    reasons = decided(case, data, partial=True, message=sound.message)
    return places(LeftOut(sound.faulty, sound.misnamed).tells(reasons, data, case.handler.beside_form))


def places(reasons: list[Reason]) -> Places:
    return {(reason.code, reason.path) for reason in reasons}


def every_path(node: Any, path: Path = ()) -> Iterator[Path]:
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, part in parts:
        yield (*path, name)
        yield from every_path(part, (*path, name))


def at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def put(data: Json, pointer: str, value: Any) -> None:
    *around, last = (int(part) if part.isdigit() else part for part in pointer.split("/")[1:])
    try:
        node = at(data, tuple(around))
    except (KeyError, IndexError, TypeError):
        return
    if value is None:
        node.pop(last, None)
    elif not isinstance(node, str):
        node[last] = value


_NO_VALUES: dict[str, Any] = {"object": {"?": [None]}, "list": [["?"]], "value": False}
"""What no field takes that is spoilt here."""


def spoilt(data: Json, path: Path, how: str) -> Json:
    """The data with a value that no field takes, without a field, or with one that is misspelt."""
    data = deepcopy(data)
    *around, last = path
    node = at(data, tuple(around))
    if how in _NO_VALUES or isinstance(node, list):
        node[last] = _NO_VALUES.get(how, _NO_VALUES["object"])
    else:
        value = node.pop(last)
        if how == "name":
            node[f"{last}_"] = value
    return data


def with_wrongs(data: Json, chosen: Wrong) -> Json:
    data = deepcopy(data)
    for pointer, value in chosen:
        put(data, pointer, value)
    return data


# What is wrong and where it is spoilt, so that the rules would tell something which is not so.
FOLLOWING: list[tuple[str, dict[str, Any], Path]] = [
    ("offers", {f"{HEAD}/cancelled_on": "2026-03-10"}, ("orders_dated",)),
    ("offers", {f"{HEAD}/customer": "LATER"}, ("orders_dated",)),
    ("offers", {f"{HEAD}/customer": "SUPPLIER"}, ("offers", 0, "type")),
    ("offers", {}, ("offers", 0, "lines", 5, "delivery_on")),
    ("offers", {}, ("offers", 0, "lines", 5, "uom")),
    ("offers", {}, ("offers", 0, "lines", 6, "accepted_quantity")),
    ("offers", {}, ("offers", 0, "lines", 1, "quantity")),
    ("offers", {}, ("offers", 0, "expenses")),
    ("offers", {}, ("offers", 0, "recipient")),
    ("supplier orders", {f"{BOUGHT}/customer": "LATER"}, ("orders_dated",)),
    ("supplier orders", {f"{BOUGHT}/flow": "on_demand"}, ("supplier_order", "order_type")),
    ("supplier orders", {}, ("supplier_order", "customer")),
    ("supplier orders", {}, ("supplier_order", "supplier")),
    ("supplier orders", {}, ("supplier_order", "lines", 2, "customer")),
    ("offers", {}, ("offers", 0, "payments", 0, "percent")),
    (
        "supplier orders",
        {f"{BOUGHT}/customer": "NOBODY"} | {f"{BOUGHT}/lines/{i}/customer": "C2" for i in (0, 1)},
        ("supplier_order", "lines", 2, "customer"),
    ),
    (
        "changes",
        {"/lines/0/goods_ready_on": "2026-06-01", "/lines/0/delivery_on": "2026-06-02"},
        ("lines", 0, "delivery_on"),
    ),
    ("reports", {"/lines/2/line": 1, "/lines/2/quantity": "3"}, ("lines", 1, "quantity")),
]

# What is wrong, where something else is spoilt, and what is told nevertheless.
TOLD: list[tuple[str, tuple[str, Any], Path, str]] = [
    ("offers", (f"{HEAD}/customer", "NOBODY"), ("offers", 0, "lines", 0), "unknown_customer"),
    ("offers", (f"{HEAD}/payments/1/percent", "50"), ("offers", 0, "lines", 0, "quantity"), "payment_invalid"),
    ("offers", (f"{HEAD}/lines/1/item", "A1"), ("offers", 0, "lines", 0, "quantity"), "price_missing"),
    ("offers", (f"{HEAD}/lines/0/item", "NONE"), ("offers", 0, "lines", 0, "line"), "unknown_item"),
    ("offers", (f"{HEAD}/lines/0/item", "NONE"), ("offers", 0, "customer"), "unknown_item"),
    ("supplier orders", (f"{BOUGHT}/customer", "NOBODY"), ("supplier_order", "lines", 0, "uom"), "unknown_customer"),
    ("changes", ("/set/delivery_on", "2026-03-31"), ("lines", 2, "discounts"), "dates_out_of_order"),
    ("changes", ("/order", "2026-00009"), ("by",), "unknown_order"),
    ("actions", ("/expected_version", 7), ("note",), "version_conflict"),
    ("reports", ("/lines/2/line", 8), ("lines", 0, "quantity"), "invalid"),
]


@pytest.mark.parametrize(("kind", "wrong", "path"), FOLLOWING)
@pytest.mark.parametrize("how", [*_NO_VALUES, "name"])
def test_what_follows_from_a_fault_of_form_is_not_told(kind: str, wrong: Json, path: Path, how: str) -> None:
    case = CASES[kind]
    sound = with_wrongs(case.sound, list(wrong.items()))

    assert decided(case, sound) == []
    assert told_beside(case, spoilt(sound, path, how)) == set()


@pytest.mark.parametrize(("kind", "wrong", "path", "code"), TOLD)
@pytest.mark.parametrize("how", _NO_VALUES)
def test_what_a_fault_of_form_has_nothing_to_do_with_is_told(
    kind: str, wrong: tuple[str, Any], path: Path, code: str, how: str
) -> None:
    case = CASES[kind]
    sound = with_wrongs(case.sound, [wrong])
    told = told_beside(case, spoilt(sound, path, how))

    assert code in {found for found, _ in told}
    assert told <= places(decided(case, sound))


@pytest.mark.parametrize("kind", CASES)
@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_fault_of_form_hides_no_other_fault_and_makes_none(kind: str, data: st.DataObject) -> None:
    case = CASES[kind]
    chosen = data.draw(st.lists(st.sampled_from(case.wrong), max_size=6))
    sound = with_wrongs(case.sound, chosen)
    # Some faults keep others from being looked for; each of them is one all the same.
    alone = (places(decided(case, with_wrongs(case.sound, [wrong]))) for wrong in chosen)
    expected = places(decided(case, sound)).union(*alone)
    faulty = deepcopy(sound)
    spoils: list[Path] = []
    for _ in range(data.draw(st.integers(1, 3))):
        paths = sorted(every_path(faulty), key=str)
        path = data.draw(st.sampled_from([each for each in paths if "?" not in each]))
        how = data.draw(st.sampled_from([*_NO_VALUES, "name"]))
        faulty = spoilt(faulty, path, how)
        spoils.append(path)
    if not isinstance(read_or_faults(case.handler.schema, faulty), list):
        return
    # That a date is missing whose name is misspelt is told both ways, as with every field that must be there.
    told = {(code, path) for code, path in told_beside(case, faulty) if code != "offer_not_confirmed"}

    assert told <= expected, (told - expected, spoils)
    if all("lines" in path and len(path) > path.index("lines") + 2 for path in spoils):
        around = {"".join(f"/{part}" for part in path[: path.index("lines") + 2]) for path in spoils}
        wrong_lines = {pointer for pointer, _ in chosen if "lines" in pointer}
        kept = {each for each in places(decided(case, sound)) if each[0] in OF_THEMSELVES and each[1] in wrong_lines}
        apart = {(code, path) for code, path in kept if not any(path.startswith(f"{line}/") for line in around)}
        assert told >= apart, (apart - told, spoils)
