"""A broker and a database of our own: they start, survive a crash with their data, and leave nothing behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import aio_pika
import asyncpg

from adapter.demo.handshake import answers
from adapter.demo.processes import free_port
from adapter.demo.services import private_broker, private_postgres

ABANDONS_A_SERVER = """
import os, signal
from adapter.demo.services import private_postgres

with private_postgres(durable=False) as server:
    print(os.getpgid(server.pid), server.pid, server.folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


async def test_a_private_database_keeps_what_was_committed_before_it_crashed() -> None:
    with private_postgres() as server:
        await execute(server.url, "CREATE TABLE kept AS SELECT 7 AS number")
        server.crash()
        server.start()

        assert await value(server.url, "SELECT number FROM kept") == 7


async def test_two_private_databases_live_beside_each_other() -> None:
    with private_postgres(durable=False) as one, private_postgres(durable=False) as other:
        addresses = {await value(server.url, "SELECT inet_server_port()") for server in (one, other)}

        assert len(addresses) == 2


def test_a_private_database_leaves_neither_process_nor_file_behind() -> None:
    with private_postgres(durable=False) as server:
        pid = server.pid

    assert not is_running(pid)
    assert not server.folder.exists()


async def test_a_private_broker_keeps_persistent_messages_over_a_crash() -> None:
    with private_broker() as node:
        await send(node.url, b"kept")
        node.control("eval", "mnesia:sync_log().")  # the message is on disk already, its queue a moment later
        node.crash()
        node.start()

        assert await receive(node.url) == b"kept"
        pid = node.pid

    assert not is_running(pid)
    assert not node.folder.exists()


def test_a_server_ends_and_its_folder_goes_when_its_owner_is_killed() -> None:
    owner = subprocess.run([sys.executable, "-c", ABANDONS_A_SERVER], capture_output=True, text=True, check=False)
    attendant, server, folder = owner.stdout.split()
    wait_for_end_of(int(attendant))

    assert owner.returncode == -signal.SIGKILL
    assert not is_running(int(server))
    assert not Path(folder).exists()


def test_no_client_is_given_the_port_of_a_server_that_is_down() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])

    assert first <= 20_000 or all(free_port() < first for _ in range(50))


def test_a_broker_that_refuses_the_password_does_not_answer(broker_url: str) -> None:
    address = broker_url.rpartition("@")[2]

    assert answers(broker_url)
    assert not answers(f"amqp://nobody:wrong@{address}")


def test_another_server_is_not_taken_for_a_broker() -> None:
    with private_postgres(durable=False) as server:
        assert not answers(server.url.replace("postgresql:", "amqp:"))


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def wait_for_end_of(pid: int) -> None:
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    select.select([process], [], [], 60)
    os.close(process)


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def send(url: str, body: bytes) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.declare_queue("kept", durable=True)
        await channel.default_exchange.publish(aio_pika.Message(body, delivery_mode=2), routing_key="kept")


async def receive(url: str) -> bytes:
    async with await aio_pika.connect(url) as connection:
        queue = await (await connection.channel()).get_queue("kept")
        message = await queue.get(timeout=10)
        await message.ack()
        return message.body
