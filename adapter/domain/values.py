"""Exact values of the trade: how amounts are rounded, spread without losing a cent, and written."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
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
    _mode: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", ONE.scaleb(-self.decimals))
        object.__setattr__(self, "_mode", _MODES[self.mode])

    def __call__(self, amount: Decimal) -> Decimal:
        return amount.quantize(self.step, self._mode)


def _hand_out(total: Decimal, quotas: Sequence[tuple[Decimal, Decimal]], step: Decimal) -> list[Decimal]:
    """Whole steps and comparable remainders become parts of `total`: the largest remainders get what is missing."""
    units = [whole for whole, _ in quotas]
    missing = int(total / step - sum(units, ZERO))
    if missing:
        sign = ONE if missing > 0 else -ONE
        by_remainder = sorted(range(len(quotas)), key=lambda i: -sign * quotas[i][1])
        for i in by_remainder[: abs(missing)]:
            units[i] += sign
    return [unit * step for unit in units]


def spread(total: Decimal, weights: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """Split `total`, a multiple of `step`, in proportion to `weights` by largest remainder; no cent is lost.

    Ties go to the earlier part. Weights that sum to zero share by count. A negative total mirrors the positive one.
    """
    if len(weights) == 1:
        return [total]
    whole = sum(weights, ZERO)
    shares = weights if whole else [ONE] * len(weights)
    per_step = abs(whole or Decimal(len(weights))) * step
    signed = total if whole >= 0 else -total
    return _hand_out(total, [divmod(signed * share, per_step) for share in shares], step)


def round_together(exact_parts: Sequence[Decimal], total: Decimal, step: Decimal) -> list[Decimal]:
    """Round every part to a multiple of `step` so that together they make `total`, their own sum once rounded.

    Unlike `spread` it does not scale: parts of opposite sign keep their size. Largest remainder, ties to the earlier.
    """
    if len(exact_parts) == 1:
        return [total]
    return _hand_out(total, [divmod(part, step) for part in exact_parts], step)


def unrounded(value: Decimal) -> str:
    """What comes out of a computation, in the notation of `plain`: hardly ever the same twice."""
    text = str(value)
    if "E" in text:
        text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


@lru_cache(maxsize=8192)  # equal values are written alike, and the same few stand on line after line
def plain(value: Decimal) -> str:
    """A price, percent, quantity, rate or line number as the contract writes it: plain notation, no trailing zeros."""
    return unrounded(value)


def money(value: Decimal, decimals: int) -> str:
    """An amount as the contract writes it: exactly the currency's decimals."""
    text = str(value)
    if text[-decimals - 1 : -decimals] == "." and text[0] != "-" and "E" not in text:
        return text  # has them already, as a rounded amount does
    return _with_decimals(value, decimals)


@lru_cache(maxsize=1024)  # hardly ever anything but zero
def _with_decimals(value: Decimal, decimals: int) -> str:
    return f"{value:z.{decimals}f}"
