"""Errors of a validator, told in the words of the file in which somebody has to cure them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from config.faults import Fault
from config.nearest import did_you_mean

Place = tuple[str | int, ...]

_TOLD: Final[dict[str, tuple[str, str]]] = {
    "date_type": ("is not a date", "Write a date without quotes, as 2026-01-01"),
    "bool_type": ("is not a switch", "Write true or false without quotes"),
    "int_type": ("is not a whole number", "Write a whole number without quotes and without a point"),
    "is_instance_of": ("is not a number", "Write a number without quotes"),
    "decimal_type": ("is not a number", "Write a number without quotes"),
    "finite_number": ("is not a finite number", "Write a number"),
    "string_type": ("is not text", "Write text in quotes"),
    "model_type": ("is not a table", "Write a table with keys and values"),
    "model_attributes_type": ("is not a table", "Write a table with keys and values"),
    "too_short": ("is empty", "Add at least one"),
    "string_too_short": ("is empty", "Write at least one character"),
}


def faults_of(error: ValidationError, model: type[BaseModel], file: str, place: Place = ()) -> list[Fault]:
    """Every error as a fault; `place` is where in the file the validated table stands."""
    return list(_faults(error, model, file, place))


def path(place: Place) -> str:
    """A place as people write it: `numbering[0].policy[1].period`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def _faults(error: ValidationError, model: type[BaseModel], file: str, place: Place) -> Iterator[Fault]:
    for details in error.errors(include_url=False):
        if not _is_echo(details):
            message, cure = _told(details, model)
            yield Fault(file, path((*place, *details["loc"])), message, cure)


def _is_echo(details: ErrorDetails) -> bool:
    """A list is called too short as well when one of its entries is faulty; that entry has been told already."""
    return details["type"] == "too_short" and bool(details["input"])


def _told(details: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    kind = details["type"]
    if kind in _SPOKEN:
        return _SPOKEN[kind](details, model)
    if kind in _TOLD:
        message, cure = _TOLD[kind]
        return _shown(details, message), cure
    return _shown(details, "is not allowed"), details["msg"]


def _shown(details: ErrorDetails, message: str) -> str:
    value = details["input"]
    if not isinstance(value, str | int | Decimal) or value == "":
        return message
    written = repr(value[:60]) if isinstance(value, str) else str(value).lower()
    return f"{message} ({written} is written there)"


def _unknown(details: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    return "is not a known key", did_you_mean(str(details["loc"][-1]), _by_key(model, details["loc"][:-1]))


def _missing(details: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    description = _by_key(model, details["loc"][:-1])[str(details["loc"][-1])].description
    return "is missing", f"Add it: {description}" if description else "Add at least one table of this name"


def _literal(details: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    return _shown(details, "is not one of its values"), f"Use {details['ctx']['expected']}"


def _tuple(details: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    if isinstance(details["input"], dict):
        return "is one table where several may stand", "Write its name in double brackets, as [[…]]"
    return _shown(details, "is not a list"), 'Write it in square brackets, as ["…"]'


def _bound(details: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    (kind, bound), *_ = details["ctx"].items()
    return _shown(details, "is out of bounds"), f"Use {_BOUNDS[kind]} {bound}"


def _too_long(details: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    return _shown(details, "is too long"), f"Use at most {details['ctx']['max_length']} characters"


def _pattern(details: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    fields = _by_key(model, details["loc"][:-1])
    return _shown(details, "is not understood"), f"Write {fields[str(details['loc'][-1])].description}"


def _own(details: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    return details["ctx"]["message"], details["ctx"]["cure"]


_BOUNDS: Final = {"ge": "at least", "le": "at most", "lt": "less than"}
_SPOKEN: Final[dict[str, Callable[[ErrorDetails, type[BaseModel]], tuple[str, str]]]] = {
    "extra_forbidden": _unknown,
    "missing": _missing,
    "literal_error": _literal,
    "tuple_type": _tuple,
    "greater_than_equal": _bound,
    "less_than_equal": _bound,
    "less_than": _bound,
    "string_too_long": _too_long,
    "string_pattern_mismatch": _pattern,
    "fault": _own,
}


def _by_key(model: type[BaseModel], place: Place) -> dict[str, FieldInfo]:
    """The fields of the table at that place, by the keys that the file uses for them."""
    fields = _keys_of(model)
    for part in place:
        if part in fields and (inner := _model_in(fields[str(part)].annotation)):
            fields = _keys_of(inner)
    return fields


def _keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)
