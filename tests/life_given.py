"""Orders that live: made of an offer, then acted on, changed and fulfilled, all in memory."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from adapter.domain.business import Business
from adapter.domain.decision import Change, Decision, NewOrder
from adapter.domain.evolving import documents
from adapter.domain.known import CreditAccount, Known, Ref, Registries
from adapter.domain.life.acting import Action, act
from adapter.domain.life.changing import change
from adapter.domain.life.changing_asked import ChangeAsked, HeaderAsked, LineAsked, RepriceAsked
from adapter.domain.life.fulfilling import Report, fulfil
from adapter.domain.offers.converting import Converting
from adapter.domain.offers.offer import AcceptedOffers, ExpenseGiven, Offer, OfferLine
from adapter.domain.order_state import FulfilmentDocument, OrderName, OrderState
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.registry import (
    Address,
    Credit,
    Currency,
    Customer,
    CustomerPriceList,
    Destination,
    ExchangeRate,
    ExpenseType,
    Instalment,
    Item,
    ItemUom,
    PaymentSolution,
    PaymentType,
    PriceLine,
    PriceList,
    Recipient,
    Uom,
    VatCode,
)
from adapter.domain.values import exact

DAY = datetime.date(2026, 3, 10)
NOW = datetime.datetime(2026, 3, 10, 8, tzinfo=datetime.UTC)
NUMBER = "2026-00001"
NAME = OrderName("order", NUMBER)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


class Everything(dict[Ref, Any]):
    """Registries of which all is in memory: what is not there does not exist."""

    def __contains__(self, ref: object) -> bool:
        return True

    def __missing__(self, ref: Ref) -> Any:
        return [] if ref[0].endswith("@") else None


def a_customer(**fields: Any) -> Customer:
    """A customer of list TRADE whose goods go to the harbour or to the mill, or to his shop."""
    places = (
        Destination(code="HARBOUR", address=Address(city="Gentofte"), default=True, carrier="SHIP"),
        Destination(code="MILL", address=Address(city="Hellerup"), carrier="TRUCK"),
    )
    recipients = (
        Recipient(code="STORE", default=True, destinations=places),
        Recipient(code="SHOP", destinations=(Destination(code="COUNTER", default=True),)),
    )
    fixed: dict[str, Any] = {
        "code": "C1",
        "name": "Gentofte",
        "account": "customer",
        "currency": "EUR",
        "vat_code": "S22",
        "price_lists": (CustomerPriceList(type="TRADE", default=True),),
        "recipients": recipients,
    }
    return Customer(**fixed | fields)


def on_credit(limit: str, control: str = "block") -> Customer:
    return a_customer(credit=Credit(limit=Decimal(limit), control=control))


def a_list(type_: str, amount: str, from_: str = "2026-01-01", item: str = "A1") -> PriceList:
    return PriceList(
        key=f"{type_}/*/EUR/{from_}",
        type=type_,
        customer=None,
        currency="EUR",
        valid_from=day(from_),
        lines=(PriceLine(item=item, uom="EA", price=Decimal(amount)),),
    )


def registries(*entries: Any, customer: Customer | None = None, lists: Sequence[PriceList] = ()) -> Registries:
    known = Everything()
    standard = (
        Currency(code="EUR", decimals=2),
        Currency(code="DKK", decimals=2),
        Uom(code="EA", decimals=0),
        Uom(code="KG", decimals=3),
        VatCode(code="S22", rate=Decimal(22)),
        VatCode(code="S10", rate=Decimal(10)),
        PaymentType(code="TRANSFER"),
        PaymentType(code="CASH", discount_percent=Decimal(2)),
        PaymentSolution(code="AT_ONCE", instalments=(Instalment(percent=Decimal(100)),)),
        PaymentSolution(code="30DAYS", instalments=(Instalment(percent=Decimal(100), days=30),)),
        ExpenseType(code="FREIGHT", vat_code="S22"),
        ExpenseType(code="TOLL", vat_code="S10"),
        Item(code="A1", description="Paint", uom="EA"),
        Item(code="A2", description="Brush", uom="EA", selling_price=Decimal("7.50")),
        Item(code="B1", description="Sand", uom="KG", uoms=(ItemUom(uom="EA", factor=Decimal(5), default=True),)),
        Item(code="PACK", description="Nails", uom="EA", selling_price=Decimal(1), pack_quantity=Decimal(6)),
        customer or a_customer(),
    )
    for entry in (*standard, *entries):
        known[_kind(entry), entry.code] = entry
    for one in lists:
        known.setdefault(("price_list@", f"{one.type}/*/{one.currency}"), []).append(one)
    known["exchange_rate@", "DKK"] = [ExchangeRate(currency="DKK", valid_from=day("2026-01-01"), rate=Decimal("7.46"))]
    return Registries(known)


def _kind(entry: Any) -> str:
    name = type(entry).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def business(order_type: OrderType | None = None, **parameters: Any) -> Business:
    kind = order_type or OrderType(code="STD", numbering="ORD", offer_types=("OFF",), order_date="message")
    fixed = {"company": "ACME", "company_currency": "EUR"}
    return Business(Parameters(**fixed | parameters), {kind.code: kind})


def a_type(**fields: Any) -> OrderType:
    fixed = {"code": "STD", "numbering": "ORD", "offer_types": ("OFF",), "order_date": "message"}
    return OrderType(**fixed | fields)


def offered(line: Any = 1, quantity: str | None = "10", price: str | None = "10", **fields: Any) -> OfferLine:
    """Ten A1 at 10."""
    fields = {"item": "A1"} | fields
    return OfferLine(
        line=Decimal(str(line)),
        quantity=None if quantity is None else Decimal(quantity),
        unit_price=None if price is None else Decimal(price),
        **fields,
    )


def a_note(line: Any = 9) -> OfferLine:
    return OfferLine(line=Decimal(str(line)), kind="note", description="Ring twice")


class Life:
    """One order through its life, and everything that was decided of it."""

    def __init__(self, *lines: OfferLine, known: Known | None = None, owed: str = "0", **header: Any) -> None:
        self.known = known or knowing()
        self.known.credit["C1"] = CreditAccount(Decimal(owed))
        self.told: list[Change] = []
        self.state: Any = self._enter(Offer(**_offer(lines or (offered(),)) | header))

    def _enter(self, offer: Offer) -> OrderState:
        with exact():
            decision = Converting(AcceptedOffers(source="crm", offers=[offer]), self.known, uuid.uuid4).decide()
        assert decision.outcome == "created", decision.reasons
        return self._named(decision.new_orders[0])

    def _named(self, new: NewOrder) -> OrderState:
        new.order.number, new.order.sequence_number, new.order.numbering = NUMBER, 1, "ORD"
        document = documents(new.order, new.changes)[-1]
        state = OrderState(new.id, document, len(new.changes), new.credit_account, new.credit_amount)
        self.known.orders[NAME] = [state]
        self.told += new.changes
        return state

    @property
    def order(self) -> Any:
        """The order as it is now, an `Order`."""
        return self.state.draft()

    def act(self, action: str, **fields: Any) -> Decision:
        with exact():
            return self._tell(act(Action(name=NAME, action=action, by="eva", **fields), self.known))

    def report(
        self, number: str, *lines: tuple[Any, Any], closes: bool = False, kind: str = "delivery_note"
    ) -> Decision:
        counted = tuple((Decimal(str(line)), Decimal(str(quantity))) for line, quantity in lines)
        document = FulfilmentDocument(kind, number, DAY, counted, closes)
        with exact():
            return self._tell(fulfil(Report(name=NAME, document=document), self.known))

    def change(self, *lines: LineAsked, **fields: Any) -> Decision:
        """A change of lines; `set`, `add` and `reprice` as in the message."""
        header = HeaderAsked(**fields.pop("set", {}))
        asked = ChangeAsked(name=NAME, by="eva", lines=lines, header=header, **fields)
        with exact():
            return self._tell(change(asked, self.known))

    def _tell(self, decision: Decision) -> Decision:
        self.told += (one for changed in decision.changed for one in changed.changes)
        return decision

    def line(self, number: Any = 1) -> Any:
        return next(line for line in self.order.lines if line.line == Decimal(str(number)))


def _offer(lines: Sequence[OfferLine]) -> dict[str, Any]:
    return {
        "type": "OFF",
        "number": "OF-1",
        "date": DAY,
        "confirmed_on": DAY,
        "customer": "C1",
        "lines": list(lines),
    }


def knowing(found: Registries | None = None, how: Business | None = None) -> Known:
    return Known(how or business(), found or registries(), DAY, NOW)


def confirmed(*lines: OfferLine, **fields: Any) -> Life:
    life = Life(*lines, **fields)
    assert life.act("confirm").outcome == "applied"
    return life


def asking(line: Any = 1, **fields: Any) -> LineAsked:
    """New values of a line; decimals as text."""
    decimals = {name: Decimal(fields[name]) for name in ("quantity", "unit_price") if name in fields}
    return LineAsked(**{"line": Decimal(str(line))} | fields | decimals)


def repriced(at: str = "order_date", **fields: bool) -> RepriceAsked:
    return RepriceAsked(at=at, **fields)


def freight(amount: str | None = None, percent: str | None = None, type_: str = "FREIGHT") -> ExpenseGiven:
    of = [None if text is None else Decimal(text) for text in (amount, percent)]
    return ExpenseGiven(type=type_, amount=of[0], percent=of[1])


def told_of(decision: Decision) -> list[tuple[str, str]]:
    """Codes and paths of what was refused."""
    return [(reason.code, reason.path) for reason in decision.reasons]


def fields_of(decision: Decision) -> dict[str, tuple[Any, Any]]:
    """Before and after by path, as the event tells it."""
    (changed,) = decision.changed
    return {one["path"]: (one["before"], one["after"]) for one in changed.changes[0].details["fields"]}


def events_of(decision: Decision) -> list[str]:
    return [one.type for changed in decision.changed for one in changed.changes]
