"""Finds or starts the broker and the database that the demonstration and the tests run on.

What is configured always wins; otherwise what answers on this machine; otherwise one of our own that is removed
afterwards. Which one it is, is told on standard error.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from adapter.demo.handshake import answers
from adapter.demo.private_broker import PrivateBroker, private_broker
from adapter.demo.private_postgres import PrivatePostgres, private_postgres
from adapter.demo.processes import Command, ServiceMissing, free_port, run, say, succeeds
from config.environment import find, variable

__all__ = [
    "PrivateBroker",
    "PrivatePostgres",
    "ServiceMissing",
    "broker",
    "embedded_postgres",
    "private_broker",
    "private_postgres",
]

LOCAL_BROKER = "amqp://guest:guest@127.0.0.1:5672/"
_COMPOSE_FILE = Path(__file__).resolve().parents[2] / "docker-compose.yml"


@contextmanager
def broker() -> Iterator[str]:
    """The `amqp://` URL of a broker: configured, answering here, from Docker, or a node of our own.

    Raises ServiceMissing, telling what to do, where there is none and none can be started.
    """
    if url := _configured("broker_url"):
        say(f"RabbitMQ: the configured one, {_without_secret(url)}")
        yield url
    elif answers(LOCAL_BROKER):
        say(f"RabbitMQ: the one that answers, {_without_secret(LOCAL_BROKER)}")
        yield LOCAL_BROKER
    elif _docker_engine_answers():
        with _broker_in_docker() as url:
            yield url
    else:
        say("RabbitMQ: starting a node of our own")
        with private_broker() as node:
            say(f"RabbitMQ: {_without_secret(node.url)}")
            yield node.url


@contextmanager
def embedded_postgres(folder: Path | None = None) -> Iterator[str]:
    """The `postgresql://` URL of a server: the configured one, or an embedded PostgreSQL 18 made for the occasion.

    The embedded one keeps its data in a new folder inside `folder` (or the temporary one), removed afterwards.
    Raises ServiceMissing where it is not installed or does not start.
    """
    if url := _configured("database_url"):
        say(f"PostgreSQL: the configured one, {_without_secret(url)}")
        yield url
    else:
        with private_postgres(folder, durable=False) as server:
            say(f"PostgreSQL: an embedded one, {_without_secret(server.url)}")
            yield server.url


def _configured(setting: str) -> str | None:
    found = find(os.environ, [setting])
    for fault in found.faults:
        if fault.name.startswith(variable(setting)):
            raise ServiceMissing(str(fault))
    return found.values.get(setting)


def _without_secret(url: str) -> str:
    parts = urlsplit(url)
    address = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=address, query="").geturl()


def _docker_engine_answers() -> bool:
    docker = shutil.which("docker")
    if docker is None or not _COMPOSE_FILE.exists():
        return False
    return succeeds([docker, "compose", "version"]) and succeeds([docker, "info"])


@contextmanager
def _broker_in_docker() -> Iterator[str]:
    port = free_port()
    chosen = {"RABBITMQ_PORT": f"{port}", "RABBITMQ_MANAGEMENT_PORT": f"{free_port()}"}
    environment = os.environ | chosen | {"RABBITMQ_USER": "guest", "RABBITMQ_PASSWORD": "guest"}
    compose: Command = ["docker", "compose", "--file", _COMPOSE_FILE, "--project-name", f"order-adapter-{port}"]
    say("RabbitMQ: starting it with docker compose")
    try:
        run([*compose, "up", "--detach", "--wait", "rabbitmq"], environment=environment)
        say(f"RabbitMQ: 127.0.0.1:{port}, in Docker")
        yield f"amqp://guest:guest@127.0.0.1:{port}/"
    finally:
        run([*compose, "down", "--volumes"], environment=environment)
