"""The tables as ORM classes."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, ForeignKey, Identity, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads it from the class
        str: Text,
        bytes: LargeBinary,
        datetime.datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
    }


class RegistryEntry(Base):
    __tablename__ = "registry"

    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)
    entry: Mapped[dict[str, Any] | None]
    scope: Mapped[str | None]
    version: Mapped[int] = mapped_column(BigInteger)


class InboxMessage(Base):
    __tablename__ = "inbox"

    source: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    body: Mapped[bytes]
    structured: Mapped[bool]
    outcome: Mapped[str]
    answer: Mapped[bytes]
    handled_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())


class ParkedMessage(Base):
    __tablename__ = "parked"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source: Mapped[str]
    message_id: Mapped[str]
    type: Mapped[str]
    queue: Mapped[str]
    state: Mapped[str]
    codes: Mapped[list[str]]
    reasons: Mapped[bytes]
    body: Mapped[bytes]
    body_hash: Mapped[bytes]
    properties: Mapped[bytes]


class Offer(Base):
    __tablename__ = "offers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    type: Mapped[str]
    number: Mapped[str]
    version: Mapped[int]
    customer: Mapped[str]
    currency: Mapped[str]
    lines: Mapped[list[OfferLine]] = relationship(lazy="selectin")


class OfferLine(Base):
    __tablename__ = "offer_lines"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offers.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[Decimal] = mapped_column(primary_key=True)
    item: Mapped[str | None]
    offered: Mapped[Decimal]
    converted: Mapped[Decimal]
    beyond: Mapped[Decimal]


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    numbering: Mapped[str]
    sequence_number: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str]
    date: Mapped[datetime.date]
    customer: Mapped[str]
    currency: Mapped[str]
    exchange_rate: Mapped[Decimal]
    net: Mapped[Decimal]
    total: Mapped[Decimal]
    confirmation: Mapped[str]
    fulfilment: Mapped[str]
    hold: Mapped[str]
    acknowledgement: Mapped[str]
    stage: Mapped[str]
    version: Mapped[int]
    position: Mapped[int]
    credit_account: Mapped[str]
    credit_amount: Mapped[Decimal]
    explanation: Mapped[bytes | None]
    lines: Mapped[list[OrderLine]] = relationship()
    origins: Mapped[list[OrderOrigin]] = relationship()


class OrderLine(Base):
    __tablename__ = "order_lines"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    line: Mapped[Decimal] = mapped_column(primary_key=True)
    kind: Mapped[str]
    item: Mapped[str | None]
    uom: Mapped[str | None]
    quantity: Mapped[Decimal | None]
    unit_price: Mapped[Decimal | None]
    net: Mapped[Decimal]
    vat: Mapped[Decimal]
    delivery_on: Mapped[datetime.date | None]


class OrderOrigin(Base):
    __tablename__ = "order_origins"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int | None]


class CreditAccount(Base):
    __tablename__ = "credit_accounts"

    code: Mapped[str] = mapped_column(primary_key=True)
    reserved: Mapped[Decimal]


class Event(Base):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    order_id: Mapped[UUID | None]
    position: Mapped[int | None]
    type: Mapped[str]
    subject: Mapped[str | None]
    body: Mapped[bytes]
    correlation_id: Mapped[str | None]
    created_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime.datetime | None]


class Number(Base):
    __tablename__ = "numbers"

    numbering: Mapped[str] = mapped_column(primary_key=True)
    period_start: Mapped[datetime.date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    formatted: Mapped[str | None]
    order_date: Mapped[datetime.date]
    order_id: Mapped[UUID | None]


class NumberSeries(Base):
    __tablename__ = "number_series"

    numbering: Mapped[str] = mapped_column(primary_key=True)
    period_start: Mapped[datetime.date] = mapped_column(primary_key=True)
    range_start: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    highest: Mapped[int | None] = mapped_column(BigInteger)
    latest: Mapped[datetime.date | None]
    gaps: Mapped[bytes]
