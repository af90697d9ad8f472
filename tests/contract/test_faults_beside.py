"""What is told of a message's form beside other faults is what deciding would have told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapter.domain.discounts import parse_discounts
from schemas.beside import NOTATION

TEXTS = st.text("0159+-#. %e", max_size=12) | st.from_regex(NOTATION, fullmatch=True).map(lambda text: text[:60])


@given(TEXTS)
def test_a_notation_is_ambiguous_here_where_it_is_so_when_it_is_read(text: str) -> None:
    unreadable = any(reason.code == "ambiguous_discount" for reason in parse_discounts(text, "").reasons)

    assert (NOTATION.fullmatch(text) is None) == unreadable
