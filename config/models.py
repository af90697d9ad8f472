"""What a business writes in its configuration files (contract 6); defaults are those of the trade's documentation.

Values are taken as they are written: a quoted number is not a number, and a decimal keeps every digit.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from config.nearest import nearest

T = TypeVar("T")

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Number = Annotated[int, Field(ge=0, lt=10**18)]
Listed = Annotated[tuple[T, ...], Field(strict=False)]


def fault(message: str, cure: str) -> PydanticCustomError:
    """An error of a validator that carries its own cure."""
    return PydanticCustomError("fault", "{message}", {"message": message, "cure": cure})


def _decimal(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Percent = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, max_digits=26, decimal_places=8)]


class Table(BaseModel):
    """A table of a configuration file: no unknown keys, no guessed types, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Range(Table):
    """Numbers `start` to `end`, both inclusive; the numbers of an `external` range come with the document (§7)."""

    start: Number = 1
    search_start: Number | None = None
    end: Number | None = None
    external: bool = False
    formula: Text | None = None
    disabled: bool = False


class Policy(Table):
    """Rules for the orders dated `valid_from` to `valid_to`, both inclusive (§7, N2–N12)."""

    valid_from: date = Field(description="the first day on which it numbers orders, as valid_from = 2026-01-01")
    valid_to: date | None = None
    period: Literal["none", "yearly", "monthly", "daily"] = "yearly"
    shift_months: Annotated[int, Field(ge=-1200, le=1200)] = 0
    shift_days: Annotated[int, Field(ge=-3660, le=3660)] = 0
    progressive: bool = False
    recovery: bool = False
    formula: Text | None = None
    disabled: bool = False
    ranges: Annotated[Listed[Range], Field(alias="range", min_length=1)]


class Numbering(Table):
    """One way of numbering; order types that share it share one counter (§7)."""

    code: Code = Field(description="the name by which order types choose it")
    description: Text | None = None
    formula: Text | None = None
    disabled: bool = False
    policies: Annotated[Listed[Policy], Field(alias="policy", min_length=1)]


class OrderType(Table):
    """A kind of customer order: its numbering, what becomes one, how it behaves (§9)."""

    code: Code = Field(description="the name of the order type, as events carry it")
    description: Text | None = None
    numbering: Code = Field(description="the code of a numbering in numbering.toml")
    offer_types: Listed[Code] = ()
    supplier_flows: Listed[Literal["drop_ship", "on_demand", "intercompany"]] = ()
    auto_confirm: bool = False
    credit: bool = True
    exclude_credit_lock: bool = False
    lock_when_acknowledged: bool = False
    requires_acknowledgement: bool = False
    customer_control: bool = True
    vat_included: bool = False
    agricultural_vat: bool = False
    warehouse: Code | None = None
    warehouse_reason: Code | None = None
    delivery_note_type: Code | None = None
    invoice_type: Code | None = None
    purchase_order_type: Code | None = None
    discount_type: Code | None = None
    order_date: Literal["processing", "message"] = "processing"
    workflow: Code | None = None


def _time_zone(name: str) -> str:
    if name not in (known := available_timezones()):
        near = nearest(name, known)
        raise fault(f"{name!r} is not a time zone", f"Did you mean {near}?" if near else "Use one such as Europe/Rome")
    return name


class Parameters(Table):
    """What holds for the whole company (§8). Percents are percents: 5 is five in a hundred."""

    company: Code = Field(description="the company's code, which every event's source carries")
    company_currency: Code = Field(description="the currency of item prices, rates and credit, as EUR")
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    missing_price: Literal["accept", "hold", "refuse"] = "refuse"
    rounding: Literal["half_up", "half_even"] = "half_up"
    price_date: Literal["order_date", "delivery_date"] = "order_date"
    credit_counts: Literal["entered", "confirmed", "acknowledged"] = "entered"
    offer_identity: Literal["source", "company"] = "source"
    over_fulfilment_percent: Percent = Decimal(0)
    propose_economic_lot: bool = True
    supplier_price: Literal["agreed", "price_list"] = "agreed"
    agreement_tolerance_percent: Percent = Decimal(0)
    agreement: Literal["announce", "hold"] = "announce"
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
    holidays: Listed[date] = ()
    payment_from: Literal["registry", "first"] = "registry"
    recipient_from: Literal["registry", "first"] = "registry"
    cost_origin: Literal["supplier_order", "standard", "average", "last"] = "supplier_order"


class Sender(Table):
    """What a user of the broker may send (senders.toml); without any, everybody may send everything.

    `sources` may hold `*` for any text; without `types` it may send every type.
    """

    user: Text = Field(description="a user of the broker, as its messages carry it in user_id")
    sources: Annotated[Listed[Text], Field(min_length=1, description='sources that it may name, such as ["crm/*"]')]
    types: Listed[
        Literal[
            "offer.accepted.v1",
            "supplier-order.placed.v1",
            "order.action-requested.v1",
            "order.change-requested.v1",
            "fulfilment.reported.v1",
            "registry.changed.v1",
        ]
    ] = ()


class Grouping(Table):
    """When documents of one message may share one customer order (§2.5); without `summary` they never do."""

    summary: bool = False
    document_type: bool = False
    year: bool = False
    month: bool = False
    exchange: bool = False
    project: bool = False
    payment: bool = False
    destination: bool = False


class SupplierOrders(Grouping):
    """Besides, what becomes of the orders of a supplier order that comes again with other content (§3.4 S10)."""

    on_divergence: Literal["announce", "follow"] = "announce"


class GroupingFile(Table):
    """grouping.toml whole: one table for each procedure."""

    offers: Grouping = Grouping()
    supplier_orders: SupplierOrders = SupplierOrders()
