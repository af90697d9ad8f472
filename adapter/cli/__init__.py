"""`order-adapter`: the commands (contract 8)."""

from __future__ import annotations

from adapter.cli.frame import app_of

__all__ = ["app", "main"]

app = app_of("Turns accepted offers and supplier orders into customer orders, over RabbitMQ.", guarded=True)


def main() -> None:
    """The command `order-adapter`."""
    app(prog_name="order-adapter")
