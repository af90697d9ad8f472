"""Who handles what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapter.intake.handler import Handler
from handlers import (
    fulfilment_reported,
    offer_accepted,
    order_action_requested,
    order_change_requested,
    registry_changed,
    supplier_order_placed,
)

HANDLERS: Final[Mapping[str, Handler]] = {
    handler.queue: handler
    for handler in (
        offer_accepted.HANDLER,
        supplier_order_placed.HANDLER,
        order_action_requested.HANDLER,
        order_change_requested.HANDLER,
        fulfilment_reported.HANDLER,
        registry_changed.HANDLER,
    )
}
"""What is handled, by the last part of its queue's name."""
