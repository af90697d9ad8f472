"""Another recipient, destination or carrier: codes are the customer's, what hangs on them follows (§1.2)."""

from __future__ import annotations

from adapter.domain.conditions.delivery import Delivery, resolve_delivery
from adapter.domain.life.changing_draft import Draft
from adapter.domain.registry import Address, Customer


def change_delivery(draft: Draft) -> None:
    """A new recipient brings its default destination, a new destination its recipient and, if it has one, its carrier.

    A carrier chosen for this order, not found by its old destination, stays. An unknown code is `unknown_code`.
    """
    asked, order = draft.asked.header, draft.order
    if asked.recipient is None and asked.destination is None:
        if asked.carrier is not None:
            order.carrier = asked.carrier
            draft.tell_given(None, "carrier", asked.carrier)
        return
    recipient = asked.recipient or _kept_recipient(draft)
    carrier = asked.carrier or _chosen_carrier(draft)
    found = resolve_delivery(recipient, asked.destination, carrier, draft.customer, "/set")
    draft.reasons += found.reasons
    _take(draft, found)


def _take(draft: Draft, found: Delivery) -> None:
    """What stays as it was keeps its explanation too."""
    order, asked = draft.order, draft.asked.header
    for name, resolved in (("recipient", found.recipient), ("carrier", found.carrier)):
        if getattr(asked, name) is not None or resolved.value != getattr(order, name):
            setattr(order, name, resolved.tell(draft.trace, None, name))
    order.destination = found.destination.tell(draft.trace, None, "destination")
    order.destination_address = found.address


def _kept_recipient(draft: Draft) -> str | None:
    """The order's recipient, unless the new destination is another one's."""
    destination, recipient = draft.asked.header.destination, draft.order.recipient
    if isinstance(destination, Address) or destination in _destinations(recipient, draft.customer):
        return recipient
    return None


def _destinations(recipient: str | None, customer: Customer) -> list[str]:
    owners = (owner for owner in customer.recipients if owner.code == recipient)
    return [place.code for owner in owners for place in owner.destinations]


def _chosen_carrier(draft: Draft) -> str | None:
    """The order's carrier, unless it is the one that its recipient and destination so far would find."""
    order = draft.order
    place = order.destination or order.destination_address
    before = resolve_delivery(order.recipient, place, None, draft.customer)
    return None if order.carrier == before.carrier.value else order.carrier
