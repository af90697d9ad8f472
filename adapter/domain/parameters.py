"""What the business decides for the whole company (contract 6, parameters.toml; domain.md §8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from adapter.domain.values import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The named settings of parameters.toml with their defaults; switches are off unless set.

    `company` codes the company (it is in every event's source); `company_currency` is the currency of item selling
    prices, exchange rates and credit. `over_fulfilment_percent` and `agreement_tolerance_percent` are percents.
    """

    company: str
    company_currency: str
    time_zone: str = "UTC"
    missing_price: str = "refuse"
    rounding: str = "half_up"
    price_date: str = "order_date"
    credit_counts: str = "entered"
    offer_identity: str = "source"
    over_fulfilment_percent: Decimal = ZERO
    propose_economic_lot: bool = True
    supplier_price: str = "agreed"
    agreement_tolerance_percent: Decimal = ZERO
    agreement: str = "announce"
    search_all_default_price_lists: bool = False
    discounts_on_giveaways: bool = False
    commissions_on_giveaways: bool = False
    discounts_on_amount: bool = False
    double_uom: bool = False
    propose_alternative_uom: bool = False
    pack_multiple_required: bool = False
    warn_running_out: bool = False
    customer_items: bool = False
    barcodes: bool = False
    operator_required: bool = False
    block_on_holidays: bool = False
    holidays: tuple[date, ...] = ()
    payment_from: str = "registry"
    recipient_from: str = "registry"
    cost_origin: str = "supplier_order"
