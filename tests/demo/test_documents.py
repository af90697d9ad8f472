"""What the documents say can be typed, and is so."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from typer.main import get_command

from adapter.cli import app

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LOG = (ROOT / "docs/operating/log.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "docs/examples"
PATIENCE = 60


def typed() -> Iterator[str]:
    """Every line of a document that begins with our command."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        lines = [line for block in blocks for line in block.splitlines()] + re.findall(r"`(order-adapter [^`]+)`", text)
        yield from (re.split(r" [<>|#]", line)[0].strip() for line in lines if line.startswith("order-adapter "))


@pytest.mark.parametrize("line", sorted(set(typed())))
def test_a_command_in_a_document_can_be_parsed(line: str) -> None:
    command: Any = get_command(app)
    with command.make_context("order-adapter", shlex.split(line)[1:], resilient_parsing=False) as context:
        _parse(command, context)


def _parse(command: Any, context: Any) -> None:
    """As the command would be called, down to the last group; usage errors are raised."""
    words = [*context._protected_args, *context.args]
    while words and hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, words)
        with command.make_context(name, rest, parent=context) as inner:
            context = inner
            words = [*inner._protected_args, *inner.args]
    assert not hasattr(command, "resolve_command"), "a group is no command"


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_an_example_in_the_readme_is_the_one_that_runs(example: str) -> None:
    assert (EXAMPLES / example).read_text(encoding="utf-8") in (ROOT / "README.md").read_text(encoding="utf-8")


def test_links_lead_somewhere() -> None:
    broken = [
        f"{document.name}: {target}"
        for document in DOCUMENTS
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]

    assert broken == []


def logged() -> set[str]:
    """The names of all events that the program logs."""
    sources = [path for part in ("adapter", "handlers", "config") for path in (ROOT / part).rglob("*.py")]
    calls = [node for path in sources for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    levels = {"debug", "info", "warning", "error", "critical", "log", "level"}
    return {
        word.value
        for call in calls
        if isinstance(call, ast.Call) and _name(call.func) in levels
        for word in call.args[:2]
        if isinstance(word, ast.Constant)
        and isinstance(word.value, str)
        and re.fullmatch(r"[a-z]+_?[a-z_]+", word.value)
    }


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name | ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_the_page_about_the_log_explains_every_event() -> None:
    assert logged()
    assert {event for event in logged() if f"`{event}`" not in LOG} == set()


@pytest.fixture(scope="module")
def staying(broker_url: str, database_server_url: str) -> Iterator[dict[str, str]]:
    """The environment that `order-adapter demo --stay` tells people to use, while it stays."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("ORDER_ADAPTER_")}
    chosen = {"ORDER_ADAPTER_BROKER_URL": broker_url, "ORDER_ADAPTER_DATABASE_URL": database_server_url}
    with _demo(mine | chosen | {"PYTHONUNBUFFERED": "1"}) as file:
        text = Path(file).read_text(encoding="utf-8")
        told = dict(shlex.split(line)[1].split("=", 1) for line in text.splitlines())
        yield mine | told


@contextmanager
def _demo(environment: Mapping[str, str]) -> Iterator[str]:
    command = [sys.executable, "-m", "adapter", "demo", "--stay"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT) as demo:
        assert demo.stdout is not None
        try:
            yield next(found[1] for line in demo.stdout if (found := re.match(r"\s+\. (\S+/environment)", line)))
        finally:
            demo.terminate()
            demo.wait(PATIENCE)


def _run(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *words]
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_the_crm_of_the_examples_is_answered(staying: Mapping[str, str]) -> None:
    again = _run(staying, "docs/examples/crm.py", "config/demo/morning/02-list-prices.json")

    assert '"outcome":"duplicate","orders":[{"number":"2026-00001"' in again.stdout, again.stderr


@pytest.fixture
async def queue(broker_url: str) -> AsyncIterator[str]:
    """The name of a queue that is deleted afterwards."""
    name = f"test-warehouse-{uuid.uuid4().hex[:12]}"
    yield name
    async with await aio_pika.connect(broker_url) as connection:
        await (await connection.channel()).queue_delete(name)


def test_the_warehouse_of_the_examples_hears_of_an_order_that_is_told_again(
    staying: Mapping[str, str], queue: str
) -> None:
    command = [sys.executable, "docs/examples/warehouse.py", queue]
    with subprocess.Popen(command, env=staying, cwd=ROOT, stdout=subprocess.PIPE, text=True) as warehouse:
        assert warehouse.stdout is not None
        try:
            assert warehouse.stdout.readline() == "waiting\n"
            replayed = _run(staying, "-m", "adapter", "events", "replay", "2026-00001")
            heard = [warehouse.stdout.readline(), warehouse.stdout.readline()]
        finally:
            warehouse.terminate()

    assert replayed.returncode == 0, replayed.stderr
    assert heard == ["2026-00001 1 order.entered.v1 entered\n", "2026-00001 2 order.confirmed.v1 confirmed\n"]


@pytest.mark.parametrize(
    "line",
    [
        "orders list",
        "orders explain 2026-00001 --line 1",
        "orders history --origin offer:QIY7655",
        "simulate config/demo/morning/08-expenses.json",
        "publish --wait config/demo/morning/02-list-prices.json",
        "check",
    ],
)
def test_what_is_shown_to_a_newcomer_works_as_written(staying: Mapping[str, str], line: str) -> None:
    done = _run(staying, "-m", "adapter", *shlex.split(line))

    assert done.returncode == 0, done.stderr
