"""The exchange rate of an order (§1.2): units of its currency for one of the company's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from adapter.domain.conditions.cascade import GIVEN, NOT_GIVEN, NOTHING, Resolved
from adapter.domain.reasons import Reason
from adapter.domain.registry import ExchangeRate
from adapter.domain.trace import Candidate
from adapter.domain.values import ONE

Rates = Callable[[str], Sequence[ExchangeRate]]
"""All registered rates of a currency."""


def resolve_rate(
    given: Decimal | None, currency: str, company_currency: str, day: date, rates: Rates, path: str = ""
) -> Resolved[Decimal | None]:
    """The source's rate, 1 for the company's currency, the newest registered on or before the day.

    Without any: `exchange_rate_missing`.
    """
    if given is not None:
        return Resolved(given, GIVEN)
    if currency == company_currency:
        return Resolved(ONE, Candidate("company_currency", "parameters", "company_currency"), (NOT_GIVEN,))
    known = sorted(rates(currency), key=lambda rate: rate.valid_from, reverse=True)
    holding = next((rate for rate in known if rate.valid_from <= day), None)
    lost = (NOT_GIVEN, *(_lost(rate, holding, day) for rate in known if rate is not holding))
    if holding is None:
        return Resolved(None, NOTHING, lost, reasons=(_missing(currency, day, path),))
    return Resolved(holding.rate, _candidate(holding), lost)


def _candidate(rate: ExchangeRate, because: str = "") -> Candidate:
    return Candidate("registered", "exchange_rate", f"{rate.currency}/{rate.valid_from}", rate.revision, because)


def _lost(rate: ExchangeRate, holding: ExchangeRate | None, day: date) -> Candidate:
    return _candidate(rate, f"begins after {day}" if rate.valid_from > day or holding is None else "older")


def _missing(currency: str, day: date, path: str) -> Reason:
    message = (
        f"No exchange rate of {currency} on or before {day}. Give exchange_rate, or register a rate {currency}/{day}."
    )
    return Reason("exchange_rate_missing", f"{path}/exchange_rate", message, awaits=("exchange_rate@", currency))
