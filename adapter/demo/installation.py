"""Finds the distribution's RabbitMQ; as root on Debian, installs it without letting it start."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapter.demo.processes import ServiceMissing, run, say

_PLACES = (Path("/usr/lib/rabbitmq/bin"), Path("/usr/local/lib/rabbitmq/bin"), Path("/opt/rabbitmq/sbin"))
_POLICY = Path("/usr/sbin/policy-rc.d")
_PACKAGE = "rabbitmq-server"


def rabbitmq_server() -> Path:
    """The program that runs a RabbitMQ node. Raises ServiceMissing where there is none and none can be installed."""
    found = _installed()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = _installed()
    if found is None:
        raise ServiceMissing(
            "No message broker: nothing answers at 127.0.0.1:5672 and RabbitMQ is not installed. "
            f"Set ORDER_ADAPTER_BROKER_URL, or run: sudo apt-get install {_PACKAGE}"
        )
    return found


def _installed() -> Path | None:
    # The one in /usr/sbin insists on the system's own node and its user; the one it calls does not.
    for place in _PLACES:
        if (place / _PACKAGE).exists():
            return place / _PACKAGE
    on_path = shutil.which(_PACKAGE)
    return Path(on_path) if on_path else None


def _install() -> None:
    say(f"RabbitMQ: installing the distribution's package {_PACKAGE} (it is not started)")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with _nothing_starts_by_itself():
        run(["apt-get", "update", "-qq"], environment=environment)
        run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", _PACKAGE],
            environment=environment,
        )


@contextmanager
def _nothing_starts_by_itself() -> Iterator[None]:
    """Debian asks policy-rc.d before it starts an installed service; 101 forbids it. What was there is put back."""
    kept = _POLICY.with_name("policy-rc.d.order-adapter")
    if _POLICY.exists():
        _POLICY.rename(kept)
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()
        if kept.exists():
            kept.rename(_POLICY)
