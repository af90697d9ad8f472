"""Runs one copy of the adapter until it is killed; says `ready` once it consumes."""

from __future__ import annotations

import asyncio

from adapter.app import Adapter
from config.settings import load_settings


async def main() -> None:
    adapter = Adapter.of(load_settings())
    await adapter.start()
    print("ready", flush=True)
    await adapter.until_failed()


if __name__ == "__main__":
    asyncio.run(main())
