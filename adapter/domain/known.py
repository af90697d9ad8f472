"""What deciding a message may look at: registries, offers converted so far, the day, and how the company works."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, cast

from adapter.domain.business import Business
from adapter.domain.conditions.policies import Policies
from adapter.domain.decision import OfferKey, OfferRecord, OrderChange, SupplierOrderKey, SupplierOrderRecord
from adapter.domain.evolving import documents
from adapter.domain.order_state import OrderName, OrderState
from adapter.domain.registry import (
    Currency,
    Customer,
    DiscountPolicy,
    DiscountType,
    ExchangeRate,
    ExpenseType,
    Item,
    PaymentSolution,
    PaymentType,
    PriceLine,
    PriceList,
    Project,
    Uom,
    VatCode,
)
from adapter.domain.values import ZERO

Ref = tuple[str, str]
"""(kind, key) names one entry; ("<kind>@", scope) names all entries of a kind with that scope.

("item@", barcode), ("item_supplier@", …), ("customer_company@", company) and ("customer_destination@", code) name all
entries that have it somewhere inside.
"""


def supplier_item(supplier: str, code: str) -> Ref:
    """The reference of the items that a supplier knows under this code; codes may hold any character but controls."""
    return "item_supplier@", json.dumps([{"supplier": supplier, "supplier_item": code}], ensure_ascii=False)


CustomerOrder = tuple[str, str]
"""A customer and his own number of an order."""


@dataclass(slots=True)
class CreditAccount:
    """What our open orders reserve of a limit, in company currency; `added` is what this transaction adds."""

    reserved: Decimal
    added: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.reserved + self.added


class CreditUse(NamedTuple):
    """An account that a message's orders count for. `weighed`: they are also compared with its limit."""

    account: str
    weighed: bool


class NotLoaded(Exception):
    """A decision looked at entries that are not in memory yet: load them and decide again."""

    def __init__(self, refs: Iterable[Ref]) -> None:
        self.refs = frozenset(refs)
        super().__init__(f"not loaded: {sorted(self.refs)}")


class EnteredJustNow(Exception):
    """A decision would change an order that this very transaction enters: it is to be taken in the next one."""


@dataclass(slots=True)
class Registries:
    """The registry entries that are in memory. A look-up of an entry that does not exist gives None."""

    entries: Mapping[Ref, Any] = field(default_factory=dict)
    _policies: Policies | None = None

    def want(self, refs: Iterable[Ref]) -> None:
        """Say what will be looked at, so that what is missing is loaded in one go.

        Raises:
            NotLoaded: some of it is not in memory.
        """
        missing = [ref for ref in refs if ref not in self.entries]
        if missing:
            raise NotLoaded(missing)

    def _one(self, kind: str, key: str) -> Any:
        try:
            return self.entries[kind, key]
        except KeyError:
            raise NotLoaded([(kind, key)]) from None

    def customer(self, code: str) -> Customer | None:
        return cast("Customer | None", self._one("customer", code))

    def customers_of_group(self, head: str) -> list[Customer]:
        return cast("list[Customer]", self._one("customer@", head))

    def item(self, code: str) -> Item | None:
        return cast("Item | None", self._one("item", code))

    def item_by_barcode(self, barcode: str) -> list[Item]:
        return cast("list[Item]", self._one("item@", barcode))

    def items_of_supplier(self, supplier: str, code: str) -> list[Item]:
        return cast("list[Item]", self._one(*supplier_item(supplier, code)))

    def customers_of_company(self, company: str) -> list[Customer]:
        return cast("list[Customer]", self._one("customer_company@", company))

    def customers_of_destination(self, code: str) -> list[Customer]:
        return cast("list[Customer]", self._one("customer_destination@", code))

    def project(self, code: str) -> Project | None:
        return cast("Project | None", self._one("project", code))

    def currency(self, code: str) -> Currency | None:
        return cast("Currency | None", self._one("currency", code))

    def uom(self, code: str) -> Uom | None:
        return cast("Uom | None", self._one("uom", code))

    def vat_code(self, code: str) -> VatCode | None:
        return cast("VatCode | None", self._one("vat_code", code))

    def payment_type(self, code: str) -> PaymentType | None:
        return cast("PaymentType | None", self._one("payment_type", code))

    def payment_solution(self, code: str) -> PaymentSolution | None:
        return cast("PaymentSolution | None", self._one("payment_solution", code))

    def discount_type(self, code: str) -> DiscountType | None:
        return cast("DiscountType | None", self._one("discount_type", code))

    def expense_type(self, code: str) -> ExpenseType | None:
        return cast("ExpenseType | None", self._one("expense_type", code))

    def exchange_rates(self, currency: str) -> list[ExchangeRate]:
        return cast("list[ExchangeRate]", self._one("exchange_rate@", currency))

    def discount_policies(self) -> Policies:
        entries: list[DiscountPolicy] = self._one("discount_policy@", "")
        if self._policies is None or self._policies.entries is not entries:
            self._policies = Policies(entries)
        return self._policies

    def price_lists(self, type_: str, customer: str | None, currency: str) -> list[PriceList]:
        return cast("list[PriceList]", self._one("price_list@", f"{type_}/{customer or '*'}/{currency}"))

    def prices(self, type_: str, customer: str | None, currency: str, item: str) -> list[PriceLine]:
        return cast("list[PriceLine]", self._one("price@", f"{type_}/{customer or '*'}/{currency}/{item}"))


@dataclass(frozen=True, slots=True)
class DiscountTypes(Mapping[str, DiscountType]):
    """The discount types of the registries by code, looked up when asked for."""

    registries: Registries

    def __getitem__(self, code: str) -> DiscountType:
        found = self.registries.discount_type(code)
        if found is None:
            raise KeyError(code)
        return found

    def __iter__(self) -> Iterator[str]:
        return (code for kind, code in self.registries.entries if kind == "discount_type")

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(slots=True)
class Known:
    """The state that decisions of one batch share; a later message sees what an earlier one decided.

    `sent_at` is when the message under decision was sent, as far as that can be told.
    """

    business: Business
    registries: Registries
    today: datetime.date
    now: datetime.datetime
    sent_at: datetime.datetime | None = None
    offers: dict[OfferKey, OfferRecord | None] = field(default_factory=dict)
    supplier_orders: dict[SupplierOrderKey, SupplierOrderRecord | None] = field(default_factory=dict)
    revisions: dict[Ref, int] = field(default_factory=dict)
    credit: dict[str, CreditAccount] = field(default_factory=dict)
    orders: dict[OrderName, list[OrderState]] = field(default_factory=dict)
    customer_orders: set[CustomerOrder] = field(default_factory=set)
    unweighed: dict[str, Decimal] = field(default_factory=dict)
    """What orders reserve of accounts that nothing is weighed against: those were not read."""
    partial: bool = False
    """The message is judged without parts that cannot be read: nothing can be said of totals, and nothing is made."""

    def reserve(self, pending: Mapping[str, Decimal]) -> None:
        """Later decisions of the batch see what new orders reserve of the credit accounts."""
        for code, amount in pending.items():
            if code in self.credit:
                self.credit[code].added += amount
            else:
                self.unweighed[code] = self.unweighed.get(code, ZERO) + amount

    def advance(self, changed: OrderChange) -> None:
        """Later decisions of the batch see the order as it has become."""
        state = changed.state
        account = self.credit.get(state.credit_account)
        if account is not None:
            account.added += changed.credit_amount - state.credit_amount
        state.credit_amount = changed.credit_amount
        changed.position = state.position
        state.document = documents(changed.order, changed.changes)[-1]
        state.position += len(changed.changes)
        state.documents |= {document.key: document for document in changed.documents}


@dataclass(frozen=True, slots=True)
class Needs:
    """What a message is certain to look at: read for a whole batch before the first decision."""

    refs: Sequence[Ref] = ()
    offers: Sequence[OfferKey] = ()
    supplier_orders: Sequence[SupplierOrderKey] = ()
    revisions: Sequence[Ref] = ()
    orders: Sequence[OrderName] = ()
    customer_orders: Sequence[CustomerOrder] = ()
