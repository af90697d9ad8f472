"""`order-adapter`: the commands (contract 8)."""

from __future__ import annotations

from adapter.cli import events, numbers, orders, parked
from adapter.cli.demoing import demo
from adapter.cli.frame import app_of
from adapter.cli.simulating import simulate

__all__ = ["app", "main"]

app = app_of("Turns accepted offers and supplier orders into customer orders, over RabbitMQ.", guarded=True)
app.command()(demo)
app.command()(simulate)
app.add_typer(orders.app, name="orders")
app.add_typer(events.app, name="events")
app.add_typer(numbers.app, name="numbers")
app.add_typer(parked.app, name="parked")


def main() -> None:
    """The command `order-adapter`."""
    app(prog_name="order-adapter")
