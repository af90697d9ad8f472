"""Counting values by their size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapter.intake.counting import BATCH_SIZES, Tally


@given(st.lists(st.integers(1, 2000)))
def test_a_tally_says_how_many_values_were_at_most_each_bound(values: list[int]) -> None:
    tally = Tally(BATCH_SIZES)
    for value in values:
        tally.add(value)

    expected = {str(float(bound)): sum(value <= bound for value in values) for bound in BATCH_SIZES}
    assert dict(tally.cumulative()) == expected | {"+Inf": len(values)}
    assert (tally.count, tally.total) == (len(values), sum(values))
