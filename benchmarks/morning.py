"""A seeded morning of accepted offers, as a CRM sends them: the same seed gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson

from benchmarks.registries import AGENTS, CUSTOMERS, ITEMS, SEK_RATE, currency_of, vat_code_of

SOURCE = "crm/nordwind"
TYPE = "offer.accepted.v1"


@dataclass(frozen=True, slots=True)
class Morning:
    """Offers of `lines` lines each; about 2.2 kB at five.

    With `promised`, the offer says its prices, discounts, VAT codes, payments and agents, and all are kept as given.
    Without, it says what and how much, and every condition is resolved from the registries. Offers are of each of the
    `types` in turn.
    """

    promised: bool = True
    lines: int = 5
    seed: int = 1
    customers: Sequence[str] = CUSTOMERS
    items: Sequence[str] = ITEMS
    types: Sequence[str] = ("OFF",)

    def messages(self, count: int) -> Iterator[bytes]:
        """Whole CloudEvents, ids `offer-1` to `offer-<count>`."""
        random = Random(self.seed)  # noqa: S311 -- data to measure with
        return (orjson.dumps(self._event(random, number)) for number in range(1, count + 1))

    def _event(self, random: Random, number: int) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": f"offer-{number}",
            "source": SOURCE,
            "type": TYPE,
            "time": "2026-03-02T08:00:00Z",
            "subject": f"OF-{number:07}",
            "datacontenttype": "application/json",
            "data": {"offers": [self._offer(random, number)], "by": "sales@nordwind"},
        }

    def _offer(self, random: Random, number: int) -> dict[str, Any]:
        customer = random.choice(self.customers)
        offer = {
            "type": self.types[number % len(self.types)],
            "number": f"OF-{number:07}",
            "version": 1,
            "date": "2026-02-25",
            "confirmed_on": "2026-03-02",
            "customer": customer,
            "our_reference": "Team Nord, Frau Petersen",
            "your_reference": f"Anfrage {number} vom 24.02.2026",
            "customer_order": {"number": f"PO-{number:07}", "date": "2026-03-01"},
            "delivery_on": f"2026-03-{random.randint(10, 28)}",
            "notes": "Bitte vor der Anlieferung anrufen; Rampe 3 ist bis 14 Uhr besetzt.",
            "extra": {"campaign": "spring-2026", "channel": "field-sales", "opportunity": f"OPP-{number:08}"},
        }
        promises = _promises(random, customer) if self.promised else {}
        return offer | promises | {"lines": [self._line(random, line) for line in range(1, self.lines + 1)]}

    def _line(self, random: Random, number: int) -> dict[str, Any]:
        item = random.choice(self.items)
        line: dict[str, Any] = {"line": number, "item": item, "quantity": str(random.randint(1, 250))}
        if self.promised:
            return line | _promised_line(random, item)
        return line | {
            "description": f"Artikel {item}, verzinkt, wie in unserem Angebot vom 25.02.2026 beschrieben",
            "notes": "Lieferung auf Europaletten, getauscht; Etikett mit Bestellnummer des Kunden anbringen",
            "extra": {
                "configuration": "standard",
                "shelf": f"{random.randint(1, 99):02}-B",
                "requested_by": "Werkstatt",
            },
        }


def _promises(random: Random, customer: str) -> dict[str, Any]:
    currency = currency_of(customer)
    return {
        "currency": currency,
        **({"exchange_rate": SEK_RATE} if currency == "SEK" else {}),
        "payments": [{"type": "TRANSFER", "solution": "30EOM", "percent": "100"}],
        "agents": [{"agent": random.choice(AGENTS), "commission_percent": "2.5"}],
        "recipient": "WH",
        "destination": "GATE-1",
        "carrier": "DHL",
        "shipping": "DAP",
        "language": "de",
    }


def _promised_line(random: Random, item: str) -> dict[str, Any]:
    return {
        "description": f"Artikel {item}, verzinkt, wie angeboten",
        "uom": "EA",
        "unit_price": f"{random.randint(150, 90_000) / 100:.2f}",
        "discounts": random.choice(("10+5", "3", "12.5")),
        "vat_code": vat_code_of(item),
        "notes": "Europaletten, getauscht; Etikett mit Bestellnummer",
        "extra": {"configuration": "standard", "shelf": f"{random.randint(1, 99):02}-B"},
    }
