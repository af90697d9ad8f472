"""TLS to broker and database: verified, with a certificate of our own where one is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import aio_pika
import pytest
from actors import Crm
from certificates import Authority
from conftest import Databases
from desk import Desk
from given import STANDARD_REGISTRY, an_accepted_offer
from given_configuration import a_configuration
from running import migrated, running, settings
from tls_front import tls_front

from adapter.demo.installation import rabbitmq_server
from adapter.demo.private_broker import PrivateBroker
from adapter.demo.processes import free_port

DatabaseOf = Callable[..., Awaitable[str]]
TLS_PORT = free_port()


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.in_folder(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that signed nothing here."""
    return Authority.in_folder(tmp_path_factory.mktemp("theirs"))


@pytest.fixture(scope="module")
def node(ours: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBroker]:
    """A broker that by TLS takes only who shows a certificate of ours."""
    made, own = PrivateBroker(rabbitmq_server(), tmp_path_factory.mktemp("broker")), ours.pair("localhost")
    made.create()
    options = {"cacertfile": ours.file, "certfile": own.certificate, "keyfile": own.key, "verify": "verify_peer"}
    lines = [f"listeners.ssl.local = 127.0.0.1:{TLS_PORT}", "ssl_options.fail_if_no_peer_cert = true"]
    lines += [f"ssl_options.{name} = {value}" for name, value in options.items()]
    with (made.folder / "rabbitmq.conf").open("a") as configuration:
        configuration.write("\n".join(lines) + "\n")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def secured(node: PrivateBroker) -> str:
    """Its address by TLS."""
    user = node.url.removeprefix("amqp://").rpartition("@")[0]
    return f"amqps://{user}@localhost:{TLS_PORT}/"


@pytest.fixture
async def desk(secured: str, new_database: Databases, ours: Authority, tmp_path: Path) -> Desk:
    """Somebody whose broker and database are reached as they must be."""
    plain = settings(secured, await new_database(), "customer-orders", a_configuration(tmp_path))
    await migrated(plain)
    return Desk(plain)


def shown_to_broker(ours: Authority, **other: object) -> dict[str, str]:
    own = ours.pair("adapter")
    files = {"CA_FILE": ours.file, "CERTIFICATE_FILE": own.certificate, "KEY_FILE": own.key} | other
    return {f"ORDER_ADAPTER_BROKER_{name}": str(file) for name, file in files.items() if file}


async def checked(desk: Desk, **environ: str) -> dict[str, str]:
    """What `check` says of each part."""
    printed = await desk.run("check", "--json", given=b"", **environ)
    return {row["check"]: f"{row['result']}: {row['details']}" for row in printed.json}


async def test_a_broker_whose_certificate_is_ours_is_met_with_our_own(desk: Desk, ours: Authority) -> None:
    said = await checked(desk, **shown_to_broker(ours))

    assert said["broker"].startswith("ok: connected to localhost:")
    assert said["topology"].startswith("ok:")


async def test_a_broker_that_somebody_else_vouches_for_is_refused(
    desk: Desk, ours: Authority, theirs: Authority
) -> None:
    said = await checked(desk, **shown_to_broker(ours, CA_FILE=theirs.file))

    assert "certificate verify failed" in said["broker"]
    assert "ORDER_ADAPTER_BROKER_CA_FILE" in said["broker"]


async def test_a_broker_under_another_name_is_refused(desk: Desk, ours: Authority) -> None:
    elsewhere = desk.settings.broker_url.get_secret_value().replace("@localhost", "@127.0.0.1")
    said = await checked(desk, ORDER_ADAPTER_BROKER_URL=elsewhere, **shown_to_broker(ours))

    assert "IP address mismatch" in said["broker"]


async def test_a_broker_that_asks_for_a_certificate_takes_nobody_without(desk: Desk, ours: Authority) -> None:
    said = await checked(desk, **shown_to_broker(ours, CERTIFICATE_FILE=None, KEY_FILE=None))

    assert said["broker"].startswith("fault: The broker cannot be reached")


@pytest.fixture
async def database_of(desk: Desk, ours: Authority) -> AsyncIterator[DatabaseOf]:
    """The address of a database by TLS: `await database_of("verify-full", host="localhost", demanding=False)`."""
    assert desk.settings.database_url is not None
    url = desk.settings.database_url.get_secret_value()
    async with AsyncExitStack() as stack:

        async def make(mode: str, *, host: str = "localhost", demanding: bool = False) -> str:
            context = ours.server("localhost", demanding=demanding)
            return f"{await stack.enter_async_context(tls_front(url, context, host))}?sslmode={mode}"

        yield make


async def schema_at(desk: Desk, url: str, **files: object) -> str:
    named = {f"ORDER_ADAPTER_DATABASE_{name}": str(file) for name, file in files.items()}
    return (await checked(desk, ORDER_ADAPTER_DATABASE_URL=url, **named))["schema"]


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca", "require"])
async def test_a_database_whose_certificate_is_ours_is_met(
    desk: Desk, ours: Authority, database_of: DatabaseOf, mode: str
) -> None:
    files = {} if mode == "require" else {"CA_FILE": ours.file}

    assert (await schema_at(desk, await database_of(mode), **files)).startswith("ok: up to date in localhost:")


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca"])
async def test_a_database_that_somebody_else_vouches_for_is_refused(
    desk: Desk, theirs: Authority, database_of: DatabaseOf, mode: str
) -> None:
    said = await schema_at(desk, await database_of(mode), CA_FILE=theirs.file)

    assert "certificate verify failed" in said
    assert "ORDER_ADAPTER_DATABASE_CA_FILE" in said


async def test_a_database_under_another_name_is_refused_where_names_count(
    desk: Desk, ours: Authority, database_of: DatabaseOf
) -> None:
    full, ca = [await database_of(mode, host="127.0.0.1") for mode in ("verify-full", "verify-ca")]

    assert "IP address mismatch" in await schema_at(desk, full, CA_FILE=ours.file)
    assert (await schema_at(desk, ca, CA_FILE=ours.file)).startswith("ok")


async def test_a_database_that_asks_for_a_certificate_takes_only_who_shows_one(
    desk: Desk, ours: Authority, database_of: DatabaseOf
) -> None:
    url, own = await database_of("verify-full", demanding=True), ours.pair("adapter")
    shown = {"CERTIFICATE_FILE": own.certificate, "KEY_FILE": own.key}

    assert (await schema_at(desk, url, CA_FILE=ours.file, **shown)).startswith("ok")
    assert (await schema_at(desk, url, CA_FILE=ours.file)).startswith("fault: The database cannot be reached")


async def test_over_tls_to_both_offers_become_orders(
    desk: Desk, ours: Authority, database_of: DatabaseOf, node: PrivateBroker
) -> None:
    own = ours.pair("adapter")
    files = {"ca_file": ours.file, "certificate_file": own.certificate, "key_file": own.key}
    named = {f"{service}_{name}": file for service in ("broker", "database") for name, file in files.items()}
    broker = desk.settings.broker_url.get_secret_value()
    database = await database_of("verify-full", demanding=True)
    of = settings(broker, database, desk.settings.namespace, desk.settings.config_dir, **named)
    async with running(of), await aio_pika.connect(node.url) as connection:
        crm = await Crm.at(await connection.channel(), of.namespace)
        for entry in STANDARD_REGISTRY:
            await crm.register(entry["kind"], entry["key"], entry["entry"])

        assert (await crm.publish(an_accepted_offer()))["outcome"] == "created"
