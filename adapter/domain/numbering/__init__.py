"""Numbers of orders: policies, periods, ranges, what is used, which number comes next, how it reads (§7)."""

from adapter.domain.numbering.drawing import Drawn, NoNumber, draw, near_end
from adapter.domain.numbering.faults import Fault, faults
from adapter.domain.numbering.formula import LONGEST, Formula
from adapter.domain.numbering.policies import (
    PERIODS,
    Numbering,
    Period,
    Policy,
    Range,
    formula_for,
    period_start,
    policy_for,
)
from adapter.domain.numbering.state import Gap, RangeState, SeriesState

__all__ = [
    "LONGEST",
    "PERIODS",
    "Drawn",
    "Fault",
    "Formula",
    "Gap",
    "NoNumber",
    "Numbering",
    "Period",
    "Policy",
    "Range",
    "RangeState",
    "SeriesState",
    "draw",
    "faults",
    "formula_for",
    "near_end",
    "period_start",
    "policy_for",
]
