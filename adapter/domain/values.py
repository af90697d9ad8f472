"""Exact values of the trade: how amounts are rounded, spread without losing a cent, and written."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)

# A price and a quantity have at most 18 digits before and 8 after the point each; the product fits in 80.
_EXACT: Final = Context(prec=80)
_MODES: Final = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}


def exact() -> AbstractContextManager[Context]:
    """Arithmetic that keeps every digit that the contract admits; deciding happens inside it."""
    return localcontext(_EXACT)


@dataclass(frozen=True, slots=True)
class Rounding:
    """How amounts of one currency become money: its decimals and the mode `half_up` or `half_even` (domain.md §5.6)."""

    decimals: int = 2
    mode: str = "half_up"
    step: Decimal = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", Decimal(1).scaleb(-self.decimals))

    def __call__(self, amount: Decimal) -> Decimal:
        return amount.quantize(self.step, _MODES[self.mode])


def spread(total: Decimal, weights: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """Split `total`, a multiple of `step`, in proportion to `weights` by largest remainder; no cent is lost.

    Ties go to the earlier part. Weights that sum to zero share by count.
    """
    if not weights:
        return []
    whole = sum(weights, ZERO)
    shares = weights if whole else [ONE] * len(weights)
    whole = whole or Decimal(len(weights))
    ideal = [total * share / whole for share in shares]
    parts = [(value // step) * step for value in ideal]
    missing = int((total - sum(parts, ZERO)) / step)
    direction = step if missing >= 0 else -step
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - ideal[i]) * (1 if missing >= 0 else -1))
    for i in by_remainder[: abs(missing)]:
        parts[i] += direction
    return parts


def plain(value: Decimal) -> str:
    """A price, percent, quantity, rate or line number as the contract writes it: plain notation, no trailing zeros."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def money(value: Decimal, decimals: int) -> str:
    """An amount as the contract writes it: exactly the currency's decimals."""
    return f"{value:.{decimals}f}" if value else f"{ZERO:.{decimals}f}"
