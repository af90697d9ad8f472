"""From the configuration files to what the domain works with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from adapter.domain import numbering
from adapter.domain.business import Business
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.registry import GroupingRow
from adapter.messaging.senders import Right, Senders
from config import business as files
from config import models
from config.faults import Fault


def load(folder: Path) -> Business:
    """How the company works, as configured in `folder`.

    Raises:
        ConfigurationFaults: every fault of every file, those of the numberings too.
    """
    read = files.load_business(folder, _faults_of)
    numberings = [_numbering(one) for one in read.numberings]
    return Business(
        Parameters(**_fields(read.parameters)),
        {one.code: OrderType(**_without(_fields(one), "description")) for one in read.order_types},
        {one.code: one for one in numberings},
        GroupingRow(**_fields(read.grouping_offers)),
        GroupingRow(**_without(_fields(read.grouping_supplier_orders), "on_divergence")),
        orders_follow=read.grouping_supplier_orders.on_divergence == "follow",
    )


def senders(folder: Path) -> Senders:
    """Which user of the broker may send what; everybody everything where senders.toml says nothing.

    Raises:
        ConfigurationFaults: as `load` does.
    """
    rights: dict[str, list[Right]] = {}
    for one in files.load_business(folder).senders:
        rights.setdefault(one.user, []).append(Right(one.sources, one.types))
    return Senders(rights)


def _faults_of(key: str, read: models.Numbering) -> Iterator[Fault]:
    for one in numbering.faults(_numbering(read), key):
        yield Fault("numbering.toml", one.key, one.message, one.cure)


def _fields(model: models.Table) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in model}


def _without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


def _numbering(read: models.Numbering) -> numbering.Numbering:
    return numbering.Numbering(**_fields(read) | {"policies": tuple(_policy(one) for one in read.policies)})


def _policy(read: models.Policy) -> numbering.Policy:
    ranges = tuple(numbering.Range(**_fields(one)) for one in read.ranges)
    return numbering.Policy(**_fields(read) | {"ranges": ranges})
