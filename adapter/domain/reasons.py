"""Why a message was refused or parked: the codes, what each leads to, and the reason itself (contract 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

REFUSING: Final = frozenset(
    {
        "malformed",
        "invalid",
        "too_large",
        "unknown_type",
        "message_id_reused",
        "unauthorised",
        "offer_not_confirmed",
        "offer_cancelled",
        "offer_superseded",
        "offer_changed",
        "over_accepted",
        "quantity_not_multiple",
        "below_economic_lot",
        "dates_out_of_order",
        "holiday",
        "price_missing",
        "payment_invalid",
        "ambiguous_discount",
        "currency_mismatch",
        "number_required",
        "number_taken",
        "action_not_allowed",
        "reason_required",
        "version_conflict",
        "order_locked",
        "over_fulfilled",
        "document_changed",
    }
)
"""Codes of what can never succeed as it is."""

PARKING: Final = frozenset(
    {
        "unknown_customer",
        "unknown_item",
        "unknown_code",
        "customer_blocked",
        "not_a_customer",
        "customer_undetermined",
        "offer_type_unmapped",
        "order_type_unknown",
        "vat_missing",
        "exchange_rate_missing",
        "no_policy_for_date",
        "no_number_for_date",
        "range_exhausted",
        "unknown_order",
        "not_fulfillable",
        "delivery_failed",
        "unexpected",
    }
)
"""Codes of what could succeed after someone changes a registry, a setting or the order."""


NAMES_EARLIER: Final = frozenset({"offer_superseded", "offer_changed"})
"""Codes that are answered with the orders that were made of the offer (contract 3, *Repetition*)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One fault of a message: a stable code, where it is (JSON pointer into the data), what is wrong, the cure.

    `awaits` (or `or_awaits`) names what would cure a parked message by arriving: ("item", "A1") is that registry entry,
    ("order", "2026-00001") that order.
    """

    code: str
    path: str
    message: str
    data: Mapping[str, Any] = field(default_factory=dict)
    awaits: tuple[str, str] | None = None
    or_awaits: tuple[tuple[str, str], ...] = ()

    @property
    def awaited(self) -> tuple[tuple[str, str], ...]:
        return self.or_awaits if self.awaits is None else (self.awaits, *self.or_awaits)

    @property
    def refuses(self) -> bool:
        return self.code in REFUSING


def outcome_of(reasons: Iterable[Reason]) -> str:
    """`refused` where any reason refuses, else `parked`."""
    return "refused" if any(reason.refuses for reason in reasons) else "parked"
