"""Whatever parts of an offer are accepted, in whatever order and however parallel: never more than was offered."""

from __future__ import annotations

import asyncio
import uuid
from decimal import Decimal
from typing import Any

import pytest
from actors import Crm, Orders
from given import a_line, an_accepted_offer
from house import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import running

Json = dict[str, Any]
LINES = 3
OFFERED = Decimal(10)

quantities = st.one_of(st.none(), st.integers(0, 12))
parts = st.dictionaries(st.integers(1, LINES), quantities, min_size=1)
"""Which lines one message lists, and how much it accepts of each."""

sequences = st.lists(parts, min_size=1, max_size=6)
on_real_parts = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def message(number: str, part: dict[int, int | None]) -> Json:
    lines = [a_line(line, accepted_quantity=quantity) for line, quantity in sorted(part.items())]
    return an_accepted_offer(number=number, lines=lines)


async def ordered(orders: Orders, number: str) -> dict[int, Decimal]:
    """How much of each line is ordered in all."""
    sums = dict.fromkeys(range(1, LINES + 1), Decimal(0))
    rows = await orders.database.fetch(
        "SELECT l.line, l.quantity FROM order_lines l JOIN order_origins n USING (order_id)"
        " WHERE n.source = $1 AND n.number = $2",
        orders.crm.source,
        number,
    )
    for row in rows:
        sums[int(row["line"])] += row["quantity"]
    return sums


class Model:
    """What must come of messages that are handled one after the other."""

    def __init__(self) -> None:
        self.remaining = dict.fromkeys(range(1, LINES + 1), OFFERED)
        self.seen: set[int] = set()

    def outcome(self, part: dict[int, int | None]) -> str:
        """created, duplicate or refused; books what is converted."""
        wanted = {line: self.remaining[line] if given is None else Decimal(given) for line, given in part.items()}
        touched = [line for line, given in part.items() if given != 0]
        if touched and self.seen and all(self.remaining[line] == 0 for line in touched):
            return "duplicate"
        if any(quantity > self.remaining[line] for line, quantity in wanted.items()):
            return "refused"
        if not any(wanted.values()):
            return "duplicate" if self.seen else "refused"
        for line, quantity in wanted.items():
            self.remaining[line] -= quantity
        self.seen |= set(touched)
        return "created"


@on_real_parts
@given(sequences)
async def test_a_sequence_of_parts_converts_exactly_what_a_simple_model_says(
    crm: Crm, orders: Orders, sequence: list[dict[int, int | None]]
) -> None:
    number, model = uuid.uuid4().hex, Model()
    for part in sequence:
        assert (await crm.publish(message(number, part)))["outcome"] == model.outcome(part)

    converted = await ordered(orders, number)
    assert converted == {line: OFFERED - left for line, left in model.remaining.items()}


@on_real_parts
@given(sequences)
async def test_parts_sent_all_at_once_never_convert_more_than_was_offered(
    crm: Crm, orders: Orders, sequence: list[dict[int, int | None]]
) -> None:
    number = uuid.uuid4().hex
    tickets = [await crm.send(message(number, part)) for part in sequence]
    answers = await asyncio.gather(*(crm.answer(ticket) for ticket in tickets))

    converted = await ordered(orders, number)
    assert max(converted.values()) <= OFFERED
    assert any(converted.values()) == any(answer["outcome"] == "created" for answer in answers)


@pytest.mark.parametrize("attempt", range(3))
async def test_two_copies_of_the_adapter_convert_an_offer_exactly_once(
    house: House, crm: Crm, orders: Orders, attempt: int
) -> None:
    async with running(house.settings):
        tickets = [await crm.send(message("SHARED", {1: 3, 2: None, 3: 4})) for _ in range(12)]
        answers = await asyncio.gather(*(crm.answer(ticket) for ticket in tickets))

    outcomes = [answer["outcome"] for answer in answers]
    assert await ordered(orders, "SHARED") == {1: Decimal(6), 2: OFFERED, 3: Decimal(8)}
    assert (outcomes.count("created"), outcomes.count("refused")) == (2, 10)


async def test_what_remains_is_kept_line_by_line(crm: Crm, orders: Orders) -> None:
    await crm.publish(message("KEPT", {1: 4, 2: 10}))

    rows = await orders.database.fetch(
        "SELECT l.line, l.offered, l.converted FROM offers o JOIN offer_lines l ON l.offer_id = o.id"
        " WHERE o.source = $1 ORDER BY l.line",
        crm.source,
    )
    assert [tuple(map(int, row.values())) for row in rows] == [(1, 10, 4), (2, 10, 10)]
