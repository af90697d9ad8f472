"""Server processes of our own: ports, commands, and a process that ends when we do."""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Command = Sequence[str | Path]

_POLL_SECONDS = 0.05
_PORTS_OF_CLIENTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
_FIRST_PORT = 10_000
_TRIES = 100

# The server runs under a shell that reads its standard input, our end of a pipe. The pipe closes when this
# process ends, however it ends, so a server never outlives us; only then is its folder removed by the shell.
_ATTEND = """
folder=$1 signal=$2; shift 2
exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ read -r _ <&3 || : >"$folder/abandoned"; kill -s "$signal" $server; } 2>/dev/null & reader=$!
exec 3<&-
wait $server; status=$?
kill $reader 2>/dev/null
if [ -e "$folder/abandoned" ]; then rm -rf "$folder"; fi
exit $status
"""


class ServiceMissing(Exception):
    """A broker or database that is needed cannot be found or started; the text tells the one command that cures it."""


class Attended:
    """A server process that ends with this one, even when this one is killed.

    `stop_with` is the signal that asks the server to stop in good order; its output goes to `folder`/output.
    """

    def __init__(
        self,
        command: Command,
        folder: Path,
        *,
        stop_with: str,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        self._folder = folder
        self._output = folder / f"output-{Path(command[0]).name}"
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - the command is ours
                ["/bin/sh", "-c", _ATTEND, "attend", folder, stop_with, *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=environment,
                cwd=folder,
                start_new_session=True,
                user=user,
                group=_group_of(user),
                extra_groups=[] if user else None,
            )

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def output(self) -> str:
        """The last of what the server wrote, to explain why it did not start."""
        return self._output.read_text(errors="replace")[-2000:]

    def wait(self, seconds: float = 30) -> None:
        """Waits until the server has ended; one that does not is killed with everything it started."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """Asks the server to stop and waits for it. Does nothing when it has ended already."""
        pipe = self._process.stdin
        if pipe is None or pipe.closed:
            return
        with contextlib.suppress(BrokenPipeError):
            pipe.write(b"stop\n")
            pipe.flush()
        with contextlib.suppress(BrokenPipeError):
            pipe.close()
        self.wait()


def run(command: Command, *, user: str | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Runs a command to its end and returns its output. Raises ServiceMissing with that output when it fails."""
    done = subprocess.run(  # noqa: S603 - the command is ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=environment,
        user=user,
        group=_group_of(user),
        extra_groups=[] if user else None,
    )
    if done.returncode:
        raise ServiceMissing(f"{Path(command[0]).name} failed ({done.returncode}):\n{done.stdout[-2000:]}")
    return done.stdout


def succeeds(command: Command, *, user: str | None = None) -> bool:
    """True when the command can be run and ends well."""
    try:
        run(command, user=user)
    except (ServiceMissing, OSError):
        return False
    return True


def _group_of(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on.

    Not one that the system gives to clients: while a server is down, its port could go to one of those that look for it
    there, which then finds itself, and the server would not come up again.
    """
    for _ in range(_TRIES):
        port = _below_those_of_clients()
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise ServiceMissing("No free port: something listens on every one that was tried.")


def _below_those_of_clients() -> int:
    """A port at random; 0, any that is free, where the system leaves no room below those of clients."""
    first = 32_768
    with contextlib.suppress(OSError, ValueError):
        first = int(_PORTS_OF_CLIENTS.read_text().split()[0])
    return random.randrange(_FIRST_PORT, first) if first > 2 * _FIRST_PORT else 0  # noqa: S311 -- guards nothing


def wait_until(ready: Callable[[], bool], server: Attended, what: str, seconds: float = 90) -> None:
    """Waits until a server is ready. Raises ServiceMissing with its own words when it ends or is too slow."""
    deadline = time.monotonic() + seconds
    while not ready():
        if server.ended or time.monotonic() > deadline:
            raise ServiceMissing(f"{what} did not start. It wrote:\n{server.output()}")
        time.sleep(_POLL_SECONDS)


def say(text: str) -> None:
    """Tells on standard error which service is used."""
    print(f"services: {text}", file=sys.stderr, flush=True)
