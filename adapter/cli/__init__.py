"""`order-adapter`: the commands (contract 8)."""

from __future__ import annotations

from adapter.cli import contract, credit, events, numbers, orders, parked, registry
from adapter.cli.administration import migrate, serve, settings, topology
from adapter.cli.checking import check
from adapter.cli.demoing import demo
from adapter.cli.erasing import erase
from adapter.cli.frame import app_of
from adapter.cli.housekeeping import cleanup
from adapter.cli.publishing import publish
from adapter.cli.simulating import simulate

__all__ = ["app", "main"]

app = app_of("Turns accepted offers and supplier orders into customer orders, over RabbitMQ.", guarded=True)

for command in (serve, migrate, check, settings, topology, publish, simulate, cleanup, erase, demo):
    app.command()(command)
for name, group in {
    "registry": registry.app,
    "orders": orders.app,
    "events": events.app,
    "numbers": numbers.app,
    "parked": parked.app,
    "credit": credit.app,
    "contract": contract.app,
}.items():
    app.add_typer(group, name=name)


def main() -> None:
    """The command `order-adapter`."""
    app(prog_name="order-adapter")
