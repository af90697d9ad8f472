"""A RabbitMQ node of our own, from the distribution's package: own name, ports, cookie and folder."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapter.demo.handshake import answers
from adapter.demo.installation import rabbitmq_server
from adapter.demo.processes import Attended, free_port, run, wait_until

_LOOPBACK = "{127,0,0,1}"


class PrivateBroker:
    """A RabbitMQ node that is ours alone; it can be crashed and started again on the same port and data."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self.folder = folder
        self._port = free_port()
        self._epmd_port = str(free_port())
        self._distribution_port = str(free_port())
        self._password = secrets.token_hex(16)
        self._processes: list[Attended] = []

    @property
    def url(self) -> str:
        """Its `amqp://` URL, as an administrator of the virtual host `/`."""
        return f"amqp://demo:{self._password}@127.0.0.1:{self._port}/"

    @property
    def pid(self) -> int:
        return int((self.folder / "pid").read_text())

    def create(self) -> None:
        """Writes its configuration."""
        (self.folder / "home").mkdir()
        (self.folder / "environment.conf").touch()
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.local = 127.0.0.1:{self._port}\ndefault_user = demo\ndefault_pass = {self._password}\n"
        )

    def start(self) -> None:
        """Starts it and waits until it accepts connections (about five seconds)."""
        (self.folder / "pid").unlink(missing_ok=True)
        # Erlang's name server is started here so that it, too, ends with us.
        if name_server := shutil.which("epmd"):
            self._attend(name_server, "-port", self._epmd_port, "-address", "127.0.0.1")
        node = self._attend(self._program)
        wait_until(lambda: answers(self.url), node, "RabbitMQ")

    def control(self, *words: str | Path) -> str:
        """Runs `rabbitmqctl` with these words on it; gives what it writes."""
        return run([self._program.with_name("rabbitmqctl"), *words], environment=self._environment())

    def crash(self) -> None:
        """Kills the node, as a power failure would.

        A quorum queue declared in the last two seconds before is lost with it (RabbitMQ writes down where a new one
        lies a little later): whoever needs it afterwards stops and starts the node once before crashing it.
        """
        os.kill(self.pid, signal.SIGKILL)
        self._processes[-1].wait()
        self.stop()

    def stop(self) -> None:
        """Stops the node in good order."""
        while self._processes:
            self._processes.pop().stop()

    def _attend(self, *command: str | Path) -> Attended:
        process = Attended(command, self.folder, stop_with="TERM", environment=self._environment())
        self._processes.append(process)
        return process

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        files = {
            "HOME": "home",  # where Erlang makes its cookie
            "RABBITMQ_ADVANCED_CONFIG_FILE": "advanced.config",
            "RABBITMQ_CONFIG_FILE": "rabbitmq.conf",
            "RABBITMQ_CONF_ENV_FILE": "environment.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": "enabled_plugins",
            "RABBITMQ_GENERATED_CONFIG_DIR": "generated",
            "RABBITMQ_LOG_BASE": "log",
            "RABBITMQ_MNESIA_BASE": "mnesia",
            "RABBITMQ_PID_FILE": "pid",
        }
        return (
            inherited
            | {name: str(self.folder / path) for name, path in files.items()}
            | {
                "ERL_EPMD_ADDRESS": "127.0.0.1",
                "ERL_EPMD_PORT": self._epmd_port,
                "RABBITMQ_DIST_PORT": self._distribution_port,
                "RABBITMQ_NODENAME": f"order-adapter-{self._port}@localhost",
                "RABBITMQ_NODE_PORT": str(self._port),
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {_LOOPBACK}",
            }
        )


@contextmanager
def private_broker(folder: Path | None = None) -> Iterator[PrivateBroker]:
    """A running RabbitMQ node of our own, in a new folder inside `folder` (or the temporary one), removed afterwards.

    Raises ServiceMissing where RabbitMQ is not installed and cannot be, or does not start.
    """
    program = rabbitmq_server()
    with tempfile.TemporaryDirectory(prefix="order-adapter-rabbitmq-", dir=folder) as own:
        node = PrivateBroker(program, Path(own))
        node.create()
        try:
            node.start()
            yield node
        finally:
            node.stop()
