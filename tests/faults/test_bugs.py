"""A message on which the adapter itself fails: tried a few times, then parked; the others go on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from actors import Crm
from given import a_line, an_accepted_offer
from house import House
from structlog.testing import capture_logs

from adapter.intake.answers import Handled
from adapter.intake.gathering import Arrived, Gathering
from adapter.intake.received import Received, receive
from adapter.messaging.decoding import Limits
from adapter.messaging.envelope import CONTENT_TYPE
from adapter.messaging.raw import RawMessage
from adapter.unexpected import stack_hash
from handlers import offer_accepted


@dataclass(slots=True)
class Faulty:
    """Decides on offers as the adapter does, after it has failed so many times."""

    failures: int
    tried: int = 0

    def decide(self, source: str, message: Any, known: Any) -> Any:
        self.tried += 1
        if self.tried <= self.failures:
            raise KeyError("a bug")
        return offer_accepted.HANDLER.decide(source, message, known)


def received(crm: Crm, number: str, faulty: Faulty | None = None, **fields: Any) -> Received:
    body = json.dumps(crm.envelope(an_accepted_offer(number=number, **fields))).encode()
    handler = replace(offer_accepted.HANDLER, decide=faulty.decide) if faulty else offer_accepted.HANDLER
    return receive(RawMessage(body=body, queue=handler.queue, content_type=CONTENT_TYPE), handler, Limits())


async def outcomes(house: House, *batch: Received) -> list[str]:
    with capture_logs():
        return [handled.outcome for handled in await house.adapter.intake.handle(batch)]


async def test_what_fails_alone_is_tried_three_times_before_it_is_parked(house: House, crm: Crm) -> None:
    faulty = Faulty(failures=99)

    assert await outcomes(house, received(crm, "OF-1", faulty)) == ["parked"]
    assert faulty.tried == 3
    row = await house.database.fetchrow("SELECT codes, queue FROM parked WHERE source = $1", crm.source)
    assert (row["codes"], row["queue"]) == (["unexpected"], "offer-accepted")


async def test_what_succeeds_at_the_third_try_is_an_order(house: House, crm: Crm) -> None:
    assert await outcomes(house, received(crm, "OF-1", Faulty(failures=2))) == ["created"]
    assert await house.database.fetchval("SELECT count(*) FROM parked WHERE source = $1", crm.source) == 0


async def test_a_message_with_faults_of_form_is_refused_for_them_all_the_same(house: House, crm: Crm) -> None:
    misformed = received(crm, "OF-1", Faulty(failures=99), lines=[a_line(1, quantity="-1")])

    with capture_logs() as log:
        (handled,) = await house.adapter.intake.handle([misformed])

    assert [(reason["code"], reason["path"]) for reason in handled.reasons] == [
        ("invalid", "/offers/0/lines/0/quantity")
    ]
    assert [line["where"] for line in log if line["event"] == "unexpected_error"] == ["judging"]


async def test_its_neighbours_are_handled(house: House, crm: Crm) -> None:
    batch = [received(crm, "OF-1"), received(crm, "OF-2", Faulty(failures=99)), received(crm, "OF-3")]

    assert await outcomes(house, *batch) == ["created", "parked", "created"]


async def test_what_cannot_even_be_parked_as_it_is_is_parked_by_its_bytes(house: House, crm: Crm) -> None:
    cannot_be_stored = received(crm, "OF-1", Faulty(failures=99))
    cannot_be_stored.message_id = "no\0database takes this"

    assert await outcomes(house, cannot_be_stored) == ["parked"]
    body = cannot_be_stored.raw.body
    row = await house.database.fetchrow("SELECT codes, source FROM parked WHERE body = $1", body)
    assert (row["codes"], row["source"]) == (["unexpected"], "")


@dataclass(slots=True)
class Forgetful:
    """Fails at telling of the first batch."""

    told: list[str] = field(default_factory=list)

    async def handle(self, batch: Sequence[Received]) -> list[Handled]:
        return [Handled(one, "created") for one in batch]

    async def finish(self, batch: Sequence[Arrived[str]], _handled: Sequence[Handled]) -> None:
        self.told += [arrived.delivery for arrived in batch]
        if len(self.told) == 1:
            raise RuntimeError("told nobody")


async def test_a_failure_in_telling_does_not_end_the_intake(crm: Crm) -> None:
    forgetful = Forgetful()
    gathering = Gathering(forgetful.handle, forgetful.finish, most_messages=1)
    for name in ("first", "second"):
        gathering.add(Arrived(received(crm, name), name, 1))
    gathering.stop()
    with capture_logs() as log:
        await asyncio.wait_for(gathering.run(), 20)

    assert forgetful.told == ["first", "second"]
    assert [(event["event"], event["where"]) for event in log] == [("unexpected_error", "finishing")]


def raised(message: str) -> KeyError:
    try:
        raise KeyError(message)
    except KeyError as error:
        return error


def test_the_same_error_is_known_again_whatever_its_message() -> None:
    assert stack_hash(raised("one")) == stack_hash(raised("two"))
    assert stack_hash(raised("one")) != stack_hash(ValueError("one"))
