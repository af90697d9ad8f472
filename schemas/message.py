"""What every model of the wire shares: nothing is guessed, nothing unknown is let through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict

from schemas.values import Name


class Fault(NamedTuple):
    """A rule between fields that data breaks: where, as names and positions from the data down, and what to do."""

    path: tuple[str | int, ...]
    message: str


class Shape(BaseModel):
    """An object of a message."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    stand_in: ClassVar[Mapping[str, Any]] = {}
    """What may stand, as sent, for fields that cannot be left out but are faulty, so that the rest can be judged.

    Alone it is a whole object, for an entry of a list that cannot be read at all. Codes in it are nobody's.
    """

    @classmethod
    def names(cls) -> dict[str, Any]:
        """What the fields hold, by their names on the wire."""
        return {field.alias or name: field.annotation for name, field in cls.model_fields.items()}

    @classmethod
    def part(cls, name: str, data: Mapping[str, Any]) -> list[type[Shape]]:
        """Of which forms the objects under a field are, given the object that it stands in."""
        return list(_shapes(cls.names().get(name)))


def _shapes(annotation: Any) -> Iterator[type[Shape]]:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
    for part in get_args(annotation):
        yield from _shapes(part)


class Message(Shape):
    """The data of a message; `by` says who sent it, for approvals and history."""

    by: Name | None = None

    @classmethod
    def faults(cls, data: Mapping[str, Any]) -> Iterator[Fault]:
        """What rules between fields find wrong. They look at the data as sent, so they are told beside other faults."""
        yield from ()
