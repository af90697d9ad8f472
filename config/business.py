"""The configuration of the business, read whole and checked whole (contract 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from config import checks
from config.faults import ConfigurationFaults, Fault
from config.models import Grouping, GroupingFile, Numbering, OrderType, Parameters, Sender, SupplierOrders
from config.nearest import nearest
from config.reading import FILES, M, Tables, tables, whole
from config.workflow_checks import workflow_faults
from config.workflows import Workflow


@dataclass(frozen=True, slots=True)
class Business:
    """What the files of one folder say; in the order in which they say it."""

    parameters: Parameters
    numberings: tuple[Numbering, ...] = ()
    order_types: tuple[OrderType, ...] = ()
    grouping_offers: Grouping = field(default_factory=Grouping)
    grouping_supplier_orders: SupplierOrders = field(default_factory=SupplierOrders)
    workflows: tuple[Workflow, ...] = ()
    senders: tuple[Sender, ...] = ()


NumberingFaults = Callable[[str, Numbering], Iterable[Fault]]
"""What only the numbering knows to be wrong with one, whose key is told: overlaps, formulas, collisions."""


def _none(_key: str, _numbering: Numbering) -> Iterable[Fault]:
    return ()


def load_business(folder: Path, of_numbering: NumberingFaults = _none) -> Business:
    """The configuration in `folder`; a missing file means its defaults.

    Raises ConfigurationFaults with every fault of every file, those that `of_numbering` finds too.
    """
    faults = list(_misplaced(folder))
    numberings = tables(folder, "numbering.toml", "numbering", Numbering, faults)
    order_types = tables(folder, "order_types.toml", "order_type", OrderType, faults)
    workflows = tables(folder, "workflows.toml", "workflow", Workflow, faults)
    senders = tables(folder, "senders.toml", "sender", Sender, faults)
    parameters = whole(folder, "parameters.toml", Parameters, faults)
    grouping = whole(folder, "grouping.toml", GroupingFile, faults)
    faults += _crossed(numberings, order_types, workflows)
    faults += (fault for key, numbering in numberings.sound for fault in of_numbering(key, numbering))
    faults += checks.parameter_faults(parameters) if parameters else ()
    faults += checks.grouping_faults(grouping) if grouping else ()
    if faults or parameters is None or grouping is None:
        raise ConfigurationFaults(faults)
    return Business(
        parameters,
        _entries(numberings),
        _entries(order_types),
        grouping.offers,
        grouping.supplier_orders,
        _entries(workflows),
        _entries(senders),
    )


def _entries(of: Tables[M]) -> tuple[M, ...]:
    return tuple(entry for _, entry in of.sound)


def _crossed(
    numberings: Tables[Numbering], order_types: Tables[OrderType], workflows: Tables[Workflow]
) -> Iterator[Fault]:
    yield from checks.duplicates(numberings.file, numberings.codes)
    yield from checks.duplicates(order_types.file, order_types.codes)
    yield from checks.duplicates(workflows.file, workflows.codes)
    yield from checks.claims(order_types)
    yield from checks.numberings_of(order_types, numberings)
    yield from checks.workflows_of(order_types, workflows)
    for key, workflow in workflows.sound:
        yield from workflow_faults(key, workflow)
        yield checks.not_run(workflows.file, key, "Remove its tables")


def _misplaced(folder: Path) -> Iterator[Fault]:
    """No folder, or a file whose name was probably meant to be one of ours: its defaults would hold in silence."""
    if not folder.is_dir():
        raise ConfigurationFaults([Fault(str(folder), "", "is not a folder", "Set ORDER_ADAPTER_CONFIG_DIR to one")])
    for file in sorted(folder.glob("*.toml")):
        near = nearest(file.name, FILES)
        if file.name not in FILES and near and not (folder / near).exists():
            yield Fault(file.name, "", "is not read", f"Did you mean {near}?")
