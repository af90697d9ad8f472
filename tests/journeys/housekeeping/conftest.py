"""A house of its own, whose past can be moved: what is cleaned, erased or counted is the whole database."""

from __future__ import annotations

import pytest
from actors import Crm
from desk import Desk
from house import House, HouseOf


@pytest.fixture
async def own_house(another_house: HouseOf) -> House:
    return await another_house(wait_for_order_seconds=0.1)


@pytest.fixture
async def own_crm(own_house: House) -> Crm:
    return await own_house.crm()


@pytest.fixture
def own_desk(own_house: House) -> Desk:
    return Desk(own_house.settings)
