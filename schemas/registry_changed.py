"""`registry.changed.v1`: a registry entry is new, changed or retired (contract §3, §7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import GetJsonSchemaHandler, PlainValidator, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from schemas import registry_rules
from schemas.message import Fault, Message, Shape
from schemas.registry_entries import ENTRIES
from schemas.values import Integer, Name

Kind = Literal[
    "customer",
    "item",
    "price_list",
    "price",
    "payment_type",
    "payment_solution",
    "discount_type",
    "expense_type",
    "discount_policy",
    "vat_code",
    "currency",
    "uom",
    "exchange_rate",
    "project",
]


def _entry(value: Any, info: ValidationInfo) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise PydanticCustomError("entry", "must be an object, or null to retire the entry")
    kind = info.data.get("kind")
    return value if kind is None else on_wire(ENTRIES[kind].model_validate(value))


def on_wire(entry: Shape) -> dict[str, Any]:
    """An entry in the contract's own form: codes trimmed, decimals as text, what was not given left out."""
    return entry.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _of_kind(kind: str, entry: JsonSchemaValue) -> JsonSchemaValue:
    """If it is of this kind, its entry has this form."""
    form = {"properties": {"entry": {"anyOf": [entry, {"type": "null"}]}}}
    return {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": form}


class RegistryChanged(Message):
    """`entry` is as on the wire, in the form of its kind; null retires it."""

    kind: Kind
    key: Name
    revision: Integer
    entry: Annotated[dict[str, Any] | None, PlainValidator(_entry, json_schema_input_type=dict[str, Any] | None)]

    @classmethod
    def faults(cls, data: Mapping[str, Any]) -> Iterator[Fault]:
        kind, entry = data.get("kind"), data.get("entry")
        yield from registry_rules.key_faults(kind, data.get("key"), entry)
        yield from registry_rules.entry_faults(kind, entry)
        if kind == "customer" and isinstance(entry, dict):
            yield from registry_rules.grouping_faults(entry)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core_schema))
        return schema | {"allOf": [_of_kind(kind, handler(ENTRIES[kind].__pydantic_core_schema__)) for kind in ENTRIES]}

    @classmethod
    def part(cls, name: str, data: Mapping[str, Any]) -> list[type[Shape]]:
        kind = data.get("kind")
        if name == "entry" and isinstance(kind, str) and kind in ENTRIES:
            return [ENTRIES[kind]]
        return super().part(name, data)
