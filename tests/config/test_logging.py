"""What a log line holds, and what it never does."""

from __future__ import annotations

import io
import logging
import os
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import orjson
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from config import tracebacks
from config.lines import Lines
from config.logging import set_up_logging
from config.redaction import Redaction
from config.settings import Settings
from config.urls import masked

CANARY = 'canary-7f"3a'
DATABASE = "postgresql://adapter:canary-7f%223a@db.example/orders"


@pytest.fixture(autouse=True)
def logging_as_it_was(no_settings: None) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


def started(format_: str = "json", **more: Any) -> io.BytesIO:
    out = io.BytesIO()
    set_up_logging(Settings(database_url=DATABASE, log_format=format_, instance="one", **more), out)
    return out


def lines(out: io.BytesIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_carries_when_how_grave_what_and_where() -> None:
    out = started()

    structlog.get_logger().info("message_handled", queue="q", outcome="created")

    (line,) = lines(out)
    assert list(line)[:4] == ["timestamp", "level", "event", "instance"]
    assert (line["level"], line["event"], line["instance"]) == ("info", "message_handled", "one")
    assert (line["queue"], line["outcome"]) == ("q", "created")
    assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)


def test_what_is_less_grave_than_the_level_is_not_logged() -> None:
    out = started(log_level="warning")
    log = structlog.get_logger()

    log.info("ready")
    log.warning("outbox_behind")

    assert [line["event"] for line in lines(out)] == ["outbox_behind"]


def test_nobody_can_pass_for_another_instance() -> None:
    out = started()

    structlog.get_logger().info("ready", instance="two")

    assert lines(out)[0]["instance"] == "one"


def test_what_was_bound_to_the_context_is_on_the_line() -> None:
    out = started()
    structlog.contextvars.bind_contextvars(trace_id="t1")

    structlog.get_logger().info("message_handled")

    assert lines(out)[0]["trace_id"] == "t1"


@pytest.mark.parametrize("format_", ["json", "text"])
def test_a_password_never_reaches_a_line(format_: str) -> None:
    out = started(format_)
    log = structlog.get_logger()

    log.error("database_lost", address=DATABASE, because=f"wrong password {CANARY}")
    log.info("started", settings={"url": [DATABASE]}, other=ValueError(CANARY))
    log.info(f"amqp://u:{CANARY}@h")
    logging.getLogger("sqlalchemy.pool").error("cannot connect to %s", DATABASE)

    assert out.getvalue().count(b"\n") == 4
    assert b"canary" not in out.getvalue()
    assert b"adapter:***@db.example" in out.getvalue()


@pytest.mark.parametrize("format_", ["json", "text"])
def test_a_traceback_is_logged_without_the_password_in_it(format_: str) -> None:
    out = started(format_)

    try:
        raise ValueError(f"cannot reach {DATABASE}")
    except ValueError:
        structlog.get_logger().exception("unexpected_error", where="relay")

    assert b"Traceback" in out.getvalue()
    assert b"canary" not in out.getvalue()


def test_a_traceback_says_where_and_of_what_kind_but_not_what_the_error_quotes() -> None:
    out, quoted = started(), " ".join(["Mario", "Rossi"])

    try:
        try:
            _ = dict[str, str]()[quoted]
        except KeyError as error:
            raise ValueError(quoted) from error
    except ValueError:
        structlog.get_logger().exception("unexpected_error", where="intake")

    [line] = lines(out)
    assert quoted not in line["exception"]
    assert line["exception"].index("KeyError") < line["exception"].index("ValueError")
    assert "test_a_traceback_says_where" in line["exception"]


@pytest.mark.parametrize(
    ("error", "last"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "ConnectionRefusedError: Connection refused"),
        (KeyError("x"), "KeyError"),
    ],
)
def test_what_the_operating_system_says_is_kept(error: Exception, last: str) -> None:
    assert tracebacks.of((type(error), error, None)).splitlines()[-1] == last


def test_warnings_of_libraries_become_events_of_one_name() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        out = started()
        warnings.warn("old ways", UserWarning, stacklevel=1)
    logging.getLogger("aio_pika.robust_connection").warning("lost %s", "it")
    logging.getLogger("uvicorn.error").info("Uvicorn running")

    second, first = lines(out)
    assert (first["event"], first["logger"], first["message"]) == (
        "library_message",
        "aio_pika.robust_connection",
        "lost it",
    )
    assert (first["level"], second["logger"]) == ("warning", "py.warnings")


def test_a_library_cannot_keep_its_own_way_to_log() -> None:
    logger = logging.getLogger("faststream.access.rabbit")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False

    out = started()
    logger.warning("slow")

    assert logger.handlers == []
    assert lines(out)[0]["message"] == "slow"


def test_what_a_library_says_with_every_attempt_is_logged_once_a_minute() -> None:
    out = started()
    logger = logging.getLogger("aio_pika.robust_connection")
    for attempt, seconds in enumerate([0.0, 1.0, 59.0, 60.0, 61.0]):
        record = logger.makeRecord(logger.name, logging.WARNING, "", 0, "attempt %s failed", (attempt,), None)
        record.created = seconds
        logger.handle(record)

    assert [line["message"] for line in lines(out)] == ["attempt 0 failed", "attempt 3 failed"]


def test_what_we_tell_ourselves_is_not_told_by_libraries_too() -> None:
    out = started()
    for name in ("aiormq.connection", "aio_pika.tools"):
        logging.getLogger(name).error("lost")

    assert lines(out) == []


def test_setting_up_twice_logs_once() -> None:
    started()
    out = started()

    logging.getLogger("alembic").warning("once")

    assert len(lines(out)) == 1


@pytest.mark.parametrize("value", [2**70, "\ud800", {1: 2}, datetime.now(UTC), object(), b"\xff", {"a"}, (1,)])
def test_no_value_costs_a_line(value: object) -> None:
    out = started()

    structlog.get_logger().info("message_handled", value=value)

    assert "value" in lines(out)[0]


def test_text_for_people_cannot_be_broken_by_what_arrives() -> None:
    out = started("text")

    structlog.get_logger().info("message_handled", id="x\n2026-01-01 [error] forged\x1b[2J")

    assert out.getvalue().count(b"\n") == 1
    assert b"\x1b" not in out.getvalue()


def test_auto_is_json_where_nobody_watches() -> None:
    out = started("auto")

    structlog.get_logger().info("ready")

    assert lines(out)[0]["event"] == "ready"


def test_auto_is_text_on_a_terminal() -> None:
    leader, follower = os.openpty()
    with open(leader, "rb", buffering=0) as screen, open(follower, "wb", buffering=0) as terminal:
        set_up_logging(Settings(database_url=DATABASE, log_format="auto"), cast("Any", terminal))
        structlog.get_logger().info("ready", queues=6)

        assert b"\x1b[" in screen.read(1000)


def test_lines_of_many_threads_stay_whole() -> None:
    out = started()
    log = structlog.get_logger()
    threads = [threading.Thread(target=lambda: [log.info("ready", text="x" * 5000) for _ in range(20)]) for _ in "abcd"]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(line["text"]) for line in lines(out)] == [5000] * 80


class OneByteAtATime(io.BytesIO):
    def write(self, data: Any) -> int:
        return super().write(bytes(data)[:1])


def test_a_line_that_is_taken_piece_by_piece_arrives_whole() -> None:
    out = OneByteAtATime()

    Lines(out).write(b"whole\n")

    assert out.getvalue() == b"whole\n"


def test_a_reader_that_went_away_does_not_stop_the_work() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb", buffering=0) as out:
        set_up_logging(Settings(database_url=DATABASE, log_format="json"), cast("Any", out))

        assert structlog.get_logger().info("ready") is None


@given(st.text(min_size=1).filter(lambda word: not any(each.isspace() for each in word)))
def test_whatever_the_password_of_an_address_is_it_is_masked(password: str) -> None:
    assert (
        masked(f"cannot reach amqp://user:{password}@host:5672/ now") == "cannot reach amqp://user:***@host:5672/ now"
    )


@given(st.text(st.characters(exclude_characters="*", exclude_categories=["Cs"]), min_size=6), st.text(), st.text())
def test_whatever_a_secret_is_no_line_of_json_keeps_it(secret: str, before: str, after: str) -> None:
    line = {"because": before + secret + after}
    redaction = Redaction([secret])

    assert not redaction.is_needless(orjson.dumps(line))
    assert secret not in redaction(line)["because"]
