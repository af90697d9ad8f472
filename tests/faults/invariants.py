"""What must hold whatever broke: held against the books by what any system outside could read.

Nothing of the adapter is asked: only its database, what arrived downstream, and what the broker still holds.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import asyncpg

from .ledger import Ledger
from .rig import Site

Row = Any  # asyncpg's Record: read by column name
Broken = dict[str, list[str]]
"""By invariant, what is wrong; empty where all hold."""

_QUERIES = {
    "orders": "SELECT o.*, (SELECT array_agg(number) FROM order_origins n WHERE n.order_id = o.id AND kind = 'offer')"
    " AS offers FROM orders o",
    "lines": "SELECT o.id AS order_id, l.fulfilled_quantity FROM orders o JOIN order_lines l ON l.order_id = o.id",
    "numbers": "SELECT * FROM numbers ORDER BY numbering, period_start, number",
    "inbox": "SELECT source, message_id, outcome, body FROM inbox",
    "parked": "SELECT source, message_id, body, state, codes FROM parked",
    "events": "SELECT event_id, order_id, position, type, body, correlation_id, sent_at FROM events",
    "registry": "SELECT kind || '/' || key AS name, revision FROM registry",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that can be seen from outside, at one moment."""

    ledger: Ledger
    rows: Mapping[str, Sequence[Row]]
    received: Sequence[Mapping[str, Any]]
    waiting: Mapping[str, int]
    """Messages that the broker still holds for the adapter, by queue."""

    def __getitem__(self, name: str) -> Sequence[Row]:
        return self.rows[name]


async def look(site: Site) -> Seen:
    """Look once nothing is under way any more: no copy runs, so that what was in hand is in its queue again."""
    waiting = await asyncio.to_thread(site.broker.ready)
    received = await asyncio.to_thread(site.broker.receive)
    return Seen(site.ledger, await _rows(site.database_url), received, waiting)


async def _rows(url: str) -> dict[str, Sequence[Row]]:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return {name: await connection.fetch(query) for name, query in _QUERIES.items()}
    finally:
        await connection.close()


def broken(seen: Seen) -> Broken:
    """The invariants that do not hold, each with what is wrong."""
    checks = {
        "I1": one_order_each,
        "I2": numbers_without_holes,
        "I3": every_event_arrived,
        "I4": events_in_order,
        "I5": one_outcome_each,
        "I6": nothing_without_cause,
        "I8": amounts_agree,
    }
    found = {name: list(check(seen)) for name, check in checks.items()}
    return {name: faults for name, faults in found.items() if faults}


def one_order_each(seen: Seen) -> Iterator[str]:
    """I1: every accepted offer has one order, which shows all that was asked of it once; there is no other order."""
    by_offer = defaultdict(list)
    for order in seen["orders"]:
        for offer in order["offers"] or ["none"]:
            by_offer[offer].append(order)
    accepted = seen.ledger.offers()
    yield from (f"order of {offer}, which nobody accepted" for offer in by_offer.keys() - accepted.keys())
    for offer in accepted:
        if len(by_offer[offer]) != 1:
            yield f"offer {offer} has {len(by_offer[offer])} orders"
        else:
            yield from _asked_once(seen, offer, by_offer[offer][0])
    yield from _entries(seen)


def _asked_once(seen: Seen, offer: str, order: Row) -> Iterator[str]:
    changes = seen.ledger.changes(offer)
    if order["version"] != 1 + changes:
        yield f"order of {offer} is at version {order['version']} after {changes} changes"
    left = sum((line["fulfilled_quantity"] for line in seen["lines"] if line["order_id"] == order["id"]), Decimal(0))
    if left != seen.ledger.delivered(offer):
        yield f"{left} pieces of {offer} were delivered, {seen.ledger.delivered(offer)} were told of"
    if offer in seen.ledger.to_be_confirmed() and order["confirmation"] != "confirmed":
        yield f"order of {offer} is {order['confirmation']}"


def _entries(seen: Seen) -> Iterator[str]:
    stored = {row["name"]: row["revision"] for row in seen["registry"]}
    for name, revision in seen.ledger.entries().items():
        if stored.get(name) != revision:
            yield f"{name} is at revision {stored.get(name)} instead of {revision}"


def numbers_without_holes(seen: Seen) -> Iterator[str]:
    """I2: the orders of a series are numbered 1, 2, 3 and so on, each once."""
    series = defaultdict(list)
    for order in seen["orders"]:
        series[order["numbering"], order["date"].year].append(order["sequence_number"])
    for name, numbers in series.items():
        wanted = set(range(1, len(numbers) + 1))
        if sorted(numbers) != sorted(wanted):
            missing, twice = wanted - set(numbers), [n for n, times in Counter(numbers).items() if times > 1]
            yield f"{name}: {len(numbers)} orders, missing {sorted(missing)}, twice {twice}"


def every_event_arrived(seen: Seen) -> Iterator[str]:
    """I3: every event arrived downstream at least once, as it is kept."""
    arrived = {event["id"]: event for event in seen.received}
    for event in seen["events"]:
        told = f"{event['type']} {event['position']} of {event['order_id']}"
        if str(event["event_id"]) not in arrived:
            yield f"{told} never arrived (sent_at {event['sent_at']})"
        elif arrived[str(event["event_id"])] != json.loads(event["body"]):
            yield f"{told} arrived otherwise than it is kept"
        elif event["sent_at"] is None:
            yield f"{told} is not marked as sent"


def events_in_order(seen: Seen) -> Iterator[str]:
    """I4: of every order the events arrived, repetitions aside, as 1, 2, 3 and so on up to its last one."""
    arrived: dict[str, list[int]] = defaultdict(list)
    for event in seen.received:
        position = event["data"].get("position")
        if position is not None and position not in arrived[event["subject"]]:
            arrived[event["subject"]].append(position)
    for order in seen["orders"]:
        positions = arrived[order["number"]]
        if positions != list(range(1, order["position"] + 1)):
            yield f"order {order['number']}: {positions} arrived, it is at {order['position']}"


def one_outcome_each(seen: Seen) -> Iterator[str]:
    """I5: every accepted message has one final outcome, poison is parked once, and the broker holds nothing more."""
    outcomes = {(row["source"], row["message_id"]): row["outcome"] for row in seen["inbox"]}
    for message in seen.ledger.confirmed.values():
        if message.readable and outcomes.get((message.source, message.id)) not in message.becomes:
            found = outcomes.get((message.source, message.id), "none")
            yield f"{message.type} {message.id} about {message.offer}: outcome {found}, not {sorted(message.becomes)}"
    yield from _poison(seen)
    yield from (f"{count} messages in {queue}" for queue, count in seen.waiting.items() if count)


def _poison(seen: Seen) -> Iterator[str]:
    kept = Counter(bytes(row["body"]) for row in seen["parked"] if row["state"] in {"refused", "parked"})
    poison = [one for one in seen.ledger.confirmed.values() if one.becomes <= {"refused", "parked"}]
    for message in poison:
        if kept[message.body] != 1:
            yield f"poison {message.id} was set aside {kept[message.body]} times"
    for row in seen["parked"]:
        if row["state"] != "replayed" and bytes(row["body"]) not in {message.body for message in poison}:
            yield f"message {row['message_id']} is {row['state']}: {', '.join(row['codes'])}"


def nothing_without_cause(seen: Seen) -> Iterator[str]:
    """I6: no order, event or number without the message that caused it, and no order without its number."""
    handled = {row["message_id"] for row in seen["inbox"]}
    sent = {message.id for message in seen.ledger.confirmed.values()}
    yield from (f"outcome of {id_}, which nobody sent" for id_ in handled - sent if not id_.startswith("body:"))
    for event in seen["events"]:
        if event["correlation_id"] not in handled:
            yield f"{event['type']} of {event['order_id']} was caused by {event['correlation_id']}, unknown"
    known = {order["id"] for order in seen["orders"]}
    strangers = {event["order_id"] for event in seen["events"]} - known - {None}
    yield from (f"events of {stranger}, which is no order" for stranger in strangers)
    told = Counter(event["order_id"] for event in seen["events"] if event["order_id"])
    for order in seen["orders"]:
        if told[order["id"]] != order["position"]:
            yield f"order {order['number']} is at {order['position']} and has {told[order['id']]} events"
    numbered = Counter(row["order_id"] for row in seen["numbers"])
    if numbered != Counter(order["id"] for order in seen["orders"]):
        yield f"{len(seen['numbers'])} numbers on record for {len(seen['orders'])} orders"


def amounts_agree(seen: Seen) -> Iterator[str]:
    """I8: what came in is what the orders come to, to the cent, one by one and together."""
    accepted, total = seen.ledger.offers(), Decimal(0)
    for order in seen["orders"]:
        total += order["net"]
        owed = sum((accepted.get(offer, Decimal(0)) for offer in order["offers"] or ()), Decimal(0))
        if order["net"] != owed:
            yield f"order {order['number']} comes to {order['net']}, {owed} was accepted"
    if total != sum(accepted.values(), Decimal(0)):
        yield f"all orders come to {total}, {sum(accepted.values(), Decimal(0))} was accepted"
