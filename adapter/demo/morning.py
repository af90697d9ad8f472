"""The morning that the demonstration plays: what arrives, what a person should notice, and what must come of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapter.demo.house import FOLDER

_ENTERED = ("order.entered", "order.confirmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One message with its outcome: `orders` by number with their totals, the `codes` of reasons, the `events`.

    `cures` names the file of a parked message that this one brings back: `orders` and `events` are then that one's.
    `shows` says what is worth seeing of an order: its `lines`, its `totals`, or why a field of a line is what it is,
    as (field, line).
    """

    file: str
    title: str
    notice: str
    outcome: str
    orders: Mapping[str, str] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    cures: str | None = None
    lines: bool = False
    totals: bool = False
    why: tuple[tuple[str, str], ...] = ()


MORNING = (
    Scene(
        file="01-quotation",
        title="Gentofte Kommune accepts quotation QIY7655",
        notice="Facts of the example that OASIS published with UBL 2.1. What the offer says, the order keeps.",
        outcome="created",
        orders={"2008-00001": "247187.50"},
        events=_ENTERED,
        lines=True,
        totals=True,
    ),
    Scene(
        file="01-quotation",
        title="The same message once more",
        notice="A CRM that is not sure sends again. The answer is the order there is; nobody else hears of it.",
        outcome="duplicate",
        orders={"2008-00001": "247187.50"},
    ),
    Scene(
        file="02-list-prices",
        title="Studio Rossi accepts an offer that names no price",
        notice="Prices come from lists: 24 boxes are 120 reams and reach a tier; Rossi has a desk price of its own.",
        outcome="created",
        orders={"2026-00001": "4763.61"},
        events=_ENTERED,
        lines=True,
        why=(("unit_price", "1"), ("unit_price", "3")),
    ),
    Scene(
        file="03-faulty",
        title="An offer with mistakes",
        notice="One answer names every fault, where it is, and the cure. No number is used up.",
        outcome="refused",
        codes=("invalid", "invalid", "invalid", "invalid", "invalid"),
        events=("message.refused",),
    ),
    Scene(
        file="04-three-offers",
        title="Hotel Bellini accepts three offers at once",
        notice="grouping.toml joins offers of one destination: two go to Venezia together, one to Mestre.",
        outcome="created",
        orders={"2026-00002": "1839.76", "2026-00003": "1383.48"},
        events=_ENTERED * 2,
        lines=True,
    ),
    Scene(
        file="05-a-part",
        title="Scuola Verdi takes 25 of the 40 desks and chairs it was offered",
        notice="The desk came as a barcode. What is left of the offer stays open.",
        outcome="created",
        orders={"2026-00004": "16120.78"},
        events=_ENTERED,
        lines=True,
    ),
    Scene(
        file="06-unknown-item",
        title="Trattoria da Piero orders something that nobody has registered yet",
        notice="The message may be right and our registry late, so it is parked, not refused.",
        outcome="parked",
        codes=("unknown_item",),
        events=("message.refused",),
    ),
    Scene(
        file="07-shop",
        title="Maria Conti buys in the shop, at prices with VAT",
        notice="The type of the offer chooses order type, numbering and list. VAT is taken out of the total.",
        outcome="created",
        orders={"S2603-0001": "347.00"},
        events=("order.entered",),
        lines=True,
        totals=True,
    ),
    Scene(
        file="08-expenses",
        title="Officine Marchetti: discounts, expenses, and 2 % off at the end",
        notice="Each amount is rounded once; VAT is worked out once a rate, after the final discount.",
        outcome="created",
        orders={"2026-00005": "4063.70"},
        events=_ENTERED,
        lines=True,
        totals=True,
    ),
    Scene(
        file="09-the-item",
        title="The missing item arrives from the ERP",
        notice="The parked message comes back by itself and becomes an order with the next number.",
        outcome="applied",
        orders={"2026-00006": "353.80"},
        events=_ENTERED,
        cures="06-unknown-item",
        lines=True,
    ),
    Scene(
        file="10-the-rest",
        title="Scuola Verdi takes the rest",
        notice="The offer said 40, 25 are converted: 15 remain, and no message can make them more.",
        outcome="created",
        orders={"2026-00007": "9672.47"},
        events=_ENTERED,
        lines=True,
    ),
    Scene(
        file="11-credit",
        title="Panificio Serra goes over its credit limit",
        notice="The order is entered and held: the warehouse learns that it must wait.",
        outcome="created",
        orders={"2026-00008": "1277.34"},
        events=(*_ENTERED, "order.blocked"),
        why=(("credit", ""),),
    ),
)


def message(file: str) -> dict[str, Any]:
    """A message of the morning, as an upstream system sends it."""
    read: dict[str, Any] = json.loads((FOLDER / "morning" / f"{file}.json").read_text(encoding="utf-8"))
    return read
