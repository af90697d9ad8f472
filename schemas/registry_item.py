"""The entries of items and their prices (contract §7)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from schemas.message import Shape
from schemas.registry_customer import Bracket, Off
from schemas.terms import OBJECT, TEXT, Discounts, text_or_object
from schemas.values import Code, Day, Multiline, NotNegative, Positive, Rows

Description = Annotated[
    Annotated[Multiline, Tag(TEXT)] | Annotated[dict[Code, Multiline], Tag(OBJECT)],
    Discriminator(
        text_or_object,
        custom_error_type="description",
        custom_error_message='must be text, or an object with text per language, such as {"en": "Chair"}',
    ),
]


class ItemUom(Shape):
    """`factor`: main units in one of it; a box of 5 → 5."""

    uom: Code
    factor: Positive
    default: Off = False


class ItemCosts(Shape):
    standard: NotNegative | None = None
    average: NotNegative | None = None
    last: NotNegative | None = None


class ItemSupplier(Shape):
    supplier: Code
    supplier_item: Code | None = None
    preferred: Off = False


class Item(Shape):
    description: Description
    uom: Code
    class_: Annotated[Code | None, Field(alias="class")] = None
    uoms: Rows[ItemUom] | None = None
    selling_price: NotNegative | None = None
    vat_code: Code | None = None
    agricultural_vat_code: Code | None = None
    barcodes: Rows[Code] | None = None
    pack_quantity: Positive | None = None
    running_out_on: Day | None = None
    no_commercial_conditions: Off = False
    discount_category: Code | None = None
    detail_category: Code | None = None
    turnover: Code | None = None
    costs: ItemCosts | None = None
    suppliers: Rows[ItemSupplier] | None = None


class QuantityPrice(Shape):
    """The price from this quantity on."""

    from_: Annotated[NotNegative, Field(alias="from")]
    price: NotNegative


class DiscountBracket(Shape):
    """The discounts from this quantity, or value, on."""

    from_: Annotated[NotNegative, Field(alias="from")]
    discounts: Discounts


class DestinationPrice(Shape):
    destination: Code
    price: NotNegative
    valid_from: Day | None = None
    valid_to: Day | None = None


class Price(Shape):
    """A line of a price list; `price` is for `reference_quantity` (1) of `uom`."""

    item: Code
    uom: Code
    price: NotNegative
    variant: Code | None = None
    reference_quantity: Positive | None = None
    bracket: Bracket | None = None
    discounts: Discounts | None = None
    quantity_prices: Rows[QuantityPrice] | None = None
    quantity_discounts: Rows[DiscountBracket] | None = None
    value_discounts: Rows[DiscountBracket] | None = None
    destinations: Rows[DestinationPrice] | None = None


class PriceList(Shape):
    vat_included: Off = False
    valid_to: Day | None = None
    lines: Rows[Price] | None = None
