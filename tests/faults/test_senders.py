"""With senders.toml a broker user may only send what it says; the broker vouches for who it is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from actors import REGISTRY_CHANGED, Crm
from given import an_accepted_offer
from house import House
from running import running

from adapter.messaging.reaching import user_of
from adapter.messaging.senders import EVERYBODY, Right, Senders

from .conftest import HouseWith

OFFERS = "offer.accepted.v1"
RIGHTS = Senders({"crm": [Right(["crm/*", "shop"], [OFFERS])], "any": [Right(["*"])]})


@pytest.mark.parametrize(
    ("user", "source", "type_"),
    [("crm", "crm/bottega", OFFERS), ("crm", "shop", OFFERS), ("any", "a\nb", OFFERS), ("any", "x", REGISTRY_CHANGED)],
)
def test_what_a_user_may_send_is_taken(user: str, source: str, type_: str) -> None:
    assert RIGHTS.refusal(user, source, type_) is None


@pytest.mark.parametrize(
    ("user", "source", "type_", "told"),
    [
        (None, "crm/bottega", OFFERS, "no user_id"),
        ("other", "crm/bottega", OFFERS, "'other' may not"),
        ("crm", "crm", OFFERS, "'crm' may not"),
        ("crm", "shopper", OFFERS, "source 'shopper'"),
        ("crm", None, OFFERS, "source ''"),
        ("crm", "shop", REGISTRY_CHANGED, "may not send registry.changed.v1"),
    ],
)
def test_anything_else_is_refused_saying_what_is_missing(
    user: str | None, source: str | None, type_: str, told: str
) -> None:
    reason = RIGHTS.refusal(user, source, type_)

    assert reason is not None
    assert (reason.code, told in reason.message) == ("unauthorised", True)


def test_without_any_sender_everybody_may_send() -> None:
    assert EVERYBODY.refusal(None, None, OFFERS) is None


@pytest.fixture
async def guarded(house_with: HouseWith, broker_url: str) -> AsyncIterator[House]:
    """A house in which, from now on, only one user may send, and only as crm-…"""
    house = await house_with()
    await house.adapter.stop()
    sender = f'[[sender]]\nuser = "{user_of(broker_url)}"\nsources = ["crm-*"]\n'
    (house.settings.config_dir / "senders.toml").write_text(sender)
    async with running(house.settings):
        yield house


def codes(answer: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


async def send(crm: Crm, user: str | None, **attributes: Any) -> dict[str, Any]:
    body = json.dumps(crm.envelope(an_accepted_offer(), **attributes)).encode()
    return await crm.publish_body(body, user_id=user)


async def test_a_message_without_its_user_is_refused_and_uses_up_no_id(guarded: House, broker_url: str) -> None:
    crm = await guarded.crm()
    refused = await send(crm, None, id="one")
    assert (refused["outcome"], codes(refused)) == ("refused", ["unauthorised"])

    assert (await send(crm, user_of(broker_url), id="one"))["outcome"] == "created"


async def test_a_source_of_somebody_else_is_refused(guarded: House, broker_url: str) -> None:
    crm = await guarded.crm()
    refused = await send(crm, user_of(broker_url), source="finance")

    assert codes(refused) == ["unauthorised"]
    assert await guarded.database.fetchval("SELECT source FROM parked") == ""
