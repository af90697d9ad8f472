"""What happens often is told seldom."""

from __future__ import annotations

from adapter.relay.seldom import Seldom


def test_it_is_told_at_once_and_then_once_a_minute_with_how_often_it_happened() -> None:
    now = 0.0
    seldom, told = Seldom(clock=lambda: now), []
    for second in range(150):
        now = float(second)
        seldom.add("order.entered")
        told.append(dict(seldom.due()))

    assert {second: each for second, each in enumerate(told) if each} == {
        0: {"order.entered": 1},
        60: {"order.entered": 60},
        120: {"order.entered": 60},
    }


def test_each_is_told_by_itself_and_nothing_that_did_not_happen() -> None:
    seldom = Seldom()
    seldom.add("order.entered")
    seldom.add("order.blocked")
    seldom.add("order.entered")

    assert dict(seldom.due()) == {"order.entered": 2, "order.blocked": 1}
    assert dict(seldom.due()) == {}
