"""Gapless numbers: the counter's row is locked until the commit."""

from __future__ import annotations

import datetime

import orjson
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapter.domain.business import Business
from adapter.domain.decision import NewOrder
from adapter.domain.numbering import (
    Drawn,
    Formula,
    Gap,
    NoNumber,
    Policy,
    RangeState,
    SeriesState,
    draw,
    formula_for,
    period_start,
    policy_for,
)
from adapter.domain.order import Order
from adapter.domain.reasons import Reason
from benchmarks.usual.tables import Number, NumberSeries


async def give_number(session: AsyncSession, business: Business, new: NewOrder) -> Reason | None:
    """Draw the next number for a new order, or say why there is none."""
    numbering = business.numberings[business.order_types[new.order.type].numbering]
    policy = policy_for(numbering, new.order.date)
    if policy is None:
        return Reason("no_policy_for_date", new.path, f"{numbering.code} has no policy for {new.order.date}.")
    start = period_start(policy, new.order.date)
    rows = await _locked(session, numbering.code, start, policy)
    state = SeriesState(numbering.code, start, [_state(row) for row in rows])
    drawn = draw(policy, state, new.order.date, new.supplied_number)
    if isinstance(drawn, NoNumber):
        return Reason(drawn.code, new.path, drawn.message)
    state.ranges[drawn.range_index].use(drawn.number, new.order.date)
    _update(rows[drawn.range_index], state.ranges[drawn.range_index])
    text = _formatted(new.order, formula_for(numbering, policy, policy.ranges[drawn.range_index]), drawn, business)
    session.add(_use(new, numbering.code, start, drawn.number, text))
    return None


def _formatted(order: Order, formula: Formula | None, drawn: Drawn, business: Business) -> str | None:
    company = business.parameters.company
    return formula.render(drawn.number, order.date, order.type, order.customer, company) if formula else None


def _use(new: NewOrder, numbering: str, start: datetime.date, number: int, text: str | None) -> Number:
    new.order.numbering, new.order.sequence_number, new.order.number = numbering, number, text or str(number)
    return Number(
        numbering=numbering,
        period_start=start,
        number=number,
        formatted=text,
        order_date=new.order.date,
        order_id=new.id,
    )


async def _locked(session: AsyncSession, code: str, start: datetime.date, policy: Policy) -> list[NumberSeries]:
    rows = []
    for within in policy.ranges:
        key = (code, start, within.start)
        row = await session.get(NumberSeries, key, with_for_update=True)
        if row is None:
            values = {"numbering": code, "period_start": start, "range_start": within.start}
            await session.execute(insert(NumberSeries).values(values).on_conflict_do_nothing())
            row = await session.get(NumberSeries, key, with_for_update=True, populate_existing=True)
        if row is None:
            raise LookupError(f"number series {key}")
        rows.append(row)
    return rows


def _state(row: NumberSeries) -> RangeState:
    gaps = [Gap(first, last, _day(before), _day(after)) for first, last, before, after in orjson.loads(row.gaps)]
    return RangeState(row.range_start, row.highest, row.latest, gaps)


def _day(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def _update(row: NumberSeries, state: RangeState) -> None:
    row.highest, row.latest = state.highest, state.latest
    row.gaps = orjson.dumps([[gap.first, gap.last, gap.latest_before, gap.earliest_after] for gap in state.gaps])
