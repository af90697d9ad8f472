"""After a restore, orders that others know are compared with those that are here (docs/operating/backup.md)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from actors import Crm, Json
from given import an_accepted_offer
from house import House

from adapter.intake.recovering import Recovered, known_outside, recover

YEAR = 2049


async def an_order(crm: Crm, number: str) -> str:
    dated = {"orders_dated": f"{YEAR}-03-10"}
    answer = await crm.publish(an_accepted_offer(type="RECOVERING", number=number) | dated)
    return str(answer["orders"][0]["number"])


@pytest.fixture
async def event(house: House, crm: Crm) -> Json:
    """The last event of an order that is here."""
    number = await an_order(crm, "KNOWN")
    found: Json = json.loads(await house.database.fetchval("SELECT body FROM events WHERE subject = $1", number))
    return found


def told(event: Json, *, position: int = 1, **order: Any) -> bytes:
    data = event["data"] | {"position": position, "order": event["data"]["order"] | order}
    return json.dumps(event | {"data": data}).encode()


async def compared(house: House, *events: bytes) -> list[Recovered]:
    outside = list(known_outside(events).values())
    async with house.adapter.database.transaction() as connection:
        return await recover(connection, house.adapter.business.numberings, outside)


@pytest.mark.parametrize(
    ("position", "changed", "here"),
    [
        (1, {}, "same"),
        (4, {}, "behind"),
        (1, {"customer": "C2"}, "another"),
        (1, {"number": "Z-9", "numbering": "UNKNOWN"}, "not configured"),
    ],
)
async def test_an_order_is_found_to_be_here_behind_another_or_without_a_place(
    house: House, event: Json, position: int, changed: Json, here: str
) -> None:
    [one] = await compared(house, told(event, position=position, **changed))

    assert (one.here, one.position) == (here, None if here == "not configured" else 1)


async def test_the_number_of_an_order_that_is_missing_is_never_given_again(house: House, crm: Crm, event: Json) -> None:
    present = event["data"]["order"]["sequence_number"]
    lost = {"sequence_number": present + 1, "number": f"R{YEAR}-{present + 1:05}"}

    found = [await compared(house, told(event, **lost)) for _ in range(2)]

    assert [one.here for [one] in found] == ["missing", "missing"]
    assert await an_order(crm, "NEXT") == f"R{YEAR}-{present + 2:05}"


def test_of_many_events_of_an_order_the_last_one_counts_and_others_do_not() -> None:
    order = {"numbering": "ORD", "number": "1"}
    events: list[Json] = [{"data": {"position": n, "order": order}} for n in (2, 3, 1)]
    events.append({"data": {"reasons": []}})

    [known] = known_outside(json.dumps(one).encode() for one in events).values()

    assert known.position == 3
