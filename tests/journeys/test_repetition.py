"""The same message, offer or content again (contract 5, contract 3 *Repetition*)."""

from __future__ import annotations

import json
import uuid

from actors import Crm, Deliveries, Orders
from given import a_line, an_accepted_offer


async def test_the_same_offer_delivered_twice_makes_one_order(crm: Crm, warehouse: Deliveries, orders: Orders) -> None:
    await crm.publish(an_accepted_offer(number="OF-7"))
    await crm.publish(an_accepted_offer(number="OF-7"))

    assert await orders.count() == 1
    assert len(await warehouse.received("order.entered")) == 1
