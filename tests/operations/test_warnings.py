"""What operators are warned about, and how often (contract 9)."""

from __future__ import annotations

from structlog.testing import capture_logs

from adapter.operations.sampling import Warnings
from adapter.persistence.figures import ParkingFigures


class Hour:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def warned_of_outbox(ages: list[float], every: float) -> list[float]:
    """The ages that are told when the outbox is looked at every so many seconds."""
    clock = Hour()
    warnings = Warnings(outbox_behind_seconds=60, clock=clock)
    with capture_logs() as logs:
        for age in ages:
            warnings.outbox(waiting=3, oldest_seconds=age)
            clock.seconds += every
    return [line["oldest_seconds"] for line in logs]


def warned_of_parked(*seen: ParkingFigures) -> list[int]:
    """The numbers of parked messages that are told when the parking lot is looked at every two minutes."""
    clock = Hour()
    warnings = Warnings(outbox_behind_seconds=60, clock=clock)
    with capture_logs() as logs:
        for parking in seen:
            warnings.parked(parking)
            clock.seconds += 120
    return [line["parked"] for line in logs]


def parked(messages: int) -> ParkingFigures:
    return ParkingFigures(messages, 1.0, {"unknown_item": messages} if messages else {})


def test_an_outbox_that_is_not_behind_is_not_warned_about() -> None:
    assert warned_of_outbox([0, 59, 60], every=100) == []


def test_an_outbox_that_stays_behind_is_warned_about_once_a_minute() -> None:
    assert warned_of_outbox([61, 71, 81, 91, 101, 111, 121], every=10) == [61, 121]


def test_parked_messages_are_told_again_only_when_they_are_others() -> None:
    assert warned_of_parked(parked(1), parked(1), parked(2), parked(2)) == [1, 2]


def test_parked_messages_that_come_back_after_a_cure_are_told_again() -> None:
    assert warned_of_parked(parked(1), parked(0), parked(1)) == [1, 1]
