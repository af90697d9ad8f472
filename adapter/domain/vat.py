"""VAT of an order: once per VAT code, on top of its amounts or contained in them (domain.md §4.7, §6.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from adapter.domain.order import Order, OrderLine, VatRow
from adapter.domain.values import HUNDRED, ZERO, Rounding, round_together, spread


class Vat(NamedTuple):
    """The rows per VAT code, and how much of the VAT is already inside the order's amounts (VAT-inclusive orders)."""

    rows: list[VatRow]
    contained: Decimal


@dataclass(slots=True)
class _Part:
    """Something that bears VAT: a line, or an expense (no line). Giveaways bear it without being `sold`."""

    value: Decimal
    line: OrderLine | None = None
    sold: bool = True


@dataclass(slots=True)
class _Calculation:
    rate: Decimal
    included: bool
    rounding: Rounding

    def exact(self, amount: Decimal) -> Decimal:
        return amount * self.rate / (HUNDRED + self.rate if self.included else HUNDRED)

    def rounded(self, amounts: Iterable[Decimal]) -> Decimal:
        return self.rounding(self.exact(sum(amounts, ZERO)))


def charge_vat(order: Order, rates: Mapping[str, Decimal], rounding: Rounding) -> Vat:
    """Fill every line's `vat` from its `net`, and give the VAT of the order, rows ordered by code.

    `rates` are percents by VAT code; a rate on the lines goes before. What has no VAT code bears no VAT.
    """
    rows, contained = [], ZERO
    for (code, rate), parts in sorted(_parts_by_code(order, rates).items()):
        how = _Calculation(rate, order.vat_included, rounding)
        vat = how.rounded(part.value for part in parts)
        _tell_lines(parts, vat, how)
        sold = sum((part.value for part in parts if part.sold), ZERO)
        inside = how.rounded([sold]) if order.vat_included else ZERO
        rows.append(VatRow(vat_code=code, rate=rate, taxable=sold - inside, vat=vat))
        contained += inside
    return Vat(rows, contained)


def _parts_by_code(order: Order, rates: Mapping[str, Decimal]) -> dict[tuple[str, Decimal], list[_Part]]:
    known = _rates(order, rates)
    parts: dict[tuple[str, Decimal], list[_Part]] = {}
    for line in order.lines:
        line.vat = ZERO
        if line.vat_code is not None and _bears_vat(line):
            rate = known[line.vat_code] if line.vat_rate is None else line.vat_rate
            part = _Part(line.net, line, sold=line.kind != "giveaway")
            parts.setdefault((line.vat_code, rate), []).append(part)
    for expense in order.expenses:
        if expense.vat_code is not None:
            part = _Part(expense.effect or ZERO)
            parts.setdefault((expense.vat_code, known[expense.vat_code]), []).append(part)
    return parts


def _bears_vat(line: OrderLine) -> bool:
    return line.vat_recourse if line.kind == "giveaway" else line.kind != "note"


def _rates(order: Order, rates: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """By code; what the order was settled with before serves where a registry no longer knows a code."""
    before = {row.vat_code: row.rate for row in order.vat_summary}
    of_lines = {line.vat_code: line.vat_rate for line in order.lines if line.vat_code and line.vat_rate is not None}
    return {**before, **rates, **of_lines}


def _tell_lines(parts: list[_Part], vat: Decimal, how: _Calculation) -> None:
    values = [part.value for part in parts]
    if min(values) < ZERO < max(values):
        # Amounts that cancel out would have a proportion without meaning: each keeps its own VAT.
        shares = round_together([how.exact(value) for value in values], vat, how.rounding.step)
    else:
        shares = spread(vat, values, how.rounding.step)
    for part, share in zip(parts, shares, strict=True):
        if part.line is not None:
            part.line.vat = share
