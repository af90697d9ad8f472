"""After the demonstration: what to try next, on a system that stays up if somebody asks for it."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from adapter.demo.house import FOLDER, House
from adapter.demo.narration import Narrator
from config.environment import PREFIX
from config.settings import Settings


def advise(narrator: Narrator) -> None:
    """What to try once everything is gone."""
    command = _command()
    rows = (
        (f"{command} demo --stay", "the same, and it stays up for you to look around"),
        (f"{command} contract example offer.accepted.v1", "a message to begin with"),
        (f"{command} --help", "everything else; README.md tells how to connect your own systems"),
    )
    narrator.commands("Try next", rows)


async def stay(house: House, narrator: Narrator) -> None:
    """Keep everything up until somebody presses Ctrl-C."""
    with _environment(house.settings) as file:
        narrator.commands("It is all still running. In another terminal, in this folder", _to_type(file))
        narrator.say("Ctrl-C ends it and removes everything.")
        await asyncio.Event().wait()


def _to_type(file: Path) -> list[tuple[str, str]]:
    command, morning = _command(), _shown(FOLDER / "morning")
    return [
        (f". {file}", "which broker, database and names to use"),
        (f"{command} orders list", "the table above"),
        (f"{command} orders show 2026-00005", "one order, whole"),
        (f"{command} orders explain 2026-00001 --line 1", "why its price is what it is"),
        (f"{command} parked list --refused", "what was refused, and why"),
        (f"{command} numbers ORD", "every number with its order"),
        (f"{command} registry show item STAND-MENU", "what the ERP registered"),
        (f"{command} publish --wait {morning}/02-list-prices.json", "sent again: a duplicate"),
    ]


def _command() -> str:
    """How this program is called from here."""
    return "order-adapter" if shutil.which("order-adapter") else _shown(Path(sys.argv[0]))


def _shown(path: Path) -> str:
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


@contextmanager
def _environment(settings: Settings) -> Iterator[Path]:
    """A file that a shell reads the settings of this house from; only we may read it."""
    with tempfile.TemporaryDirectory(prefix="order-adapter-demo-") as folder:
        file = Path(folder) / "environment"
        file.touch(mode=0o600)
        file.write_text("".join(f"export {PREFIX}{name}={shlex.quote(value)}\n" for name, value in _of(settings)))
        yield file


def _of(settings: Settings) -> Iterator[tuple[str, str]]:
    urls: Mapping[str, str] = {
        "BROKER_URL": settings.broker_url.get_secret_value(),
        "DATABASE_URL": settings.database_url.get_secret_value() if settings.database_url else "",
    }
    yield from urls.items()
    yield "NAMESPACE", settings.namespace
    yield "CONFIG_DIR", os.fspath(settings.config_dir)
