"""Whether the work moves, seen from what waits and what gets outcomes."""

from __future__ import annotations

import pytest

from adapter.messaging.watching import QueueState
from adapter.operations.progress import Progress

OFFERS = "customer-orders.offer-accepted"


class Looking:
    """Looks every ten seconds, where a minute without an outcome is too long."""

    def __init__(self) -> None:
        self.now = 0.0
        self.progress = Progress(60, clock=lambda: self.now)

    def look(self, waiting: int, outcomes: int) -> bool:
        """Whether the work moves."""
        self.now += 10
        return self.progress.look({OFFERS: QueueState(waiting, 1)}, {OFFERS: outcomes}) is None


@pytest.fixture
def looking() -> Looking:
    return Looking()


def test_a_queue_in_which_messages_wait_for_ever_is_told(looking: Looking) -> None:
    assert [looking.look(waiting=5, outcomes=3) for _ in range(8)] == [True] * 7 + [False]


def test_a_queue_that_never_gets_empty_is_in_order_while_its_messages_get_outcomes(looking: Looking) -> None:
    assert all(looking.look(waiting=5, outcomes=number) for number in range(20))


def test_an_empty_queue_is_in_order(looking: Looking) -> None:
    assert all(looking.look(waiting=0, outcomes=3) for _ in range(20))


def test_the_first_outcome_after_a_standstill_is_enough(looking: Looking) -> None:
    assert [looking.look(waiting=5, outcomes=3) for _ in range(10)][-1] is False
    assert looking.look(waiting=4, outcomes=4)


def test_what_is_told_names_the_queue() -> None:
    now = 0.0
    progress = Progress(60, clock=lambda: now)
    progress.look({OFFERS: QueueState(1, 1)}, {})
    now = 90.0

    why = progress.look({OFFERS: QueueState(1, 1)}, {})
    assert why == f"Messages wait in queue {OFFERS}, and none got its outcome here for 90 seconds."


def test_a_missing_queue_is_not_this_checks_to_tell() -> None:
    now = 0.0
    progress = Progress(60, clock=lambda: now)
    progress.look({OFFERS: None}, {})
    now = 90.0

    assert progress.look({OFFERS: None}, {}) is None


def test_a_batch_that_is_in_hand_for_too_long_is_told() -> None:
    progress = Progress(60)

    assert progress.batch(60) is None
    assert progress.batch(75) == "A batch has been in hand for 75 seconds; more than 60 is too long."
