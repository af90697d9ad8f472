"""Settings as people see them: listed with value, default, meaning and source, or with what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple, get_args, get_origin

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings

from config import urls
from config.environment import variable
from config.faults import SettingsFault


class Described(NamedTuple):
    """One setting; `value` and `default` are masked, `source` is `default`, `environment`, `file …` or `given`."""

    name: str
    value: str
    default: str
    meaning: str
    source: str


def described(settings: BaseSettings, sources: Mapping[str, str]) -> list[Described]:
    return [_one(settings, name, field, sources) for name, field in type(settings).model_fields.items()]


def _one(settings: BaseSettings, name: str, field: FieldInfo, sources: Mapping[str, str]) -> Described:
    source = sources.get(name, "given") if name in settings.model_fields_set else "default"
    default = "" if field.default_factory else shown(field.default)
    return Described(variable(name), shown(getattr(settings, name)), default, field.description or "", source)


def shown(value: object) -> str:
    """A value as text: passwords of addresses masked, other secrets whole."""
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return _masked(value.get_secret_value())
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _masked(secret: str) -> str:
    return urls.masked(secret) if "://" in secret else "***"


def _hidden(secret: str) -> str:
    """A faulty value: where in it the password is, nobody can tell."""
    scheme, separator, _ = secret.partition("://")
    return f"{scheme}://***" if separator and scheme.isalpha() else "***"


def faults_of(
    error: ValidationError, settings: type[BaseSettings], given: Mapping[str, str]
) -> Iterator[SettingsFault]:
    """Every error as a fault that says what the setting may be."""
    for details in error.errors(include_url=False, include_input=False):
        name = str(details["loc"][0])
        yield _fault(details, name, settings.model_fields[name], given.get(name))


def _fault(details: ErrorDetails, name: str, field: FieldInfo, text: str | None) -> SettingsFault:
    secret = SecretStr in _types(field.annotation)
    value = text and (_hidden(text) if secret else urls.masked(text)[:100])
    if details["type"] == "fault":
        return SettingsFault(variable(name), value, details["ctx"]["message"], details["ctx"]["cure"])
    return SettingsFault(variable(name), value, f"is not {_WHAT.get(name, 'allowed')}", _expected(field))


_WHAT: Final = {"namespace": "a name", "instance": "a name"}


def _expected(field: FieldInfo) -> str:
    kinds = _types(field.annotation)
    if bool in kinds:
        return "Write true or false"
    if values := _literals(field.annotation):
        return f"Write one of {', '.join(values)}"
    if int in kinds or float in kinds:
        return f"Write a {'whole number' if int in kinds else 'number'}{_bounds(field)}"
    return "Write letters, digits, points and dashes, at most 100 characters"


def _bounds(field: FieldInfo) -> str:
    words = {"ge": "from", "gt": "above", "le": "to"}
    found = {name: getattr(each, name) for each in field.metadata for name in words if hasattr(each, name)}
    return "".join(f" {words[name]} {bound}" for name, bound in sorted(found.items()))


def _types(annotation: Any) -> set[Any]:
    inner = {kind for each in get_args(annotation) for kind in _types(each)}
    return inner | {annotation} if isinstance(annotation, type) else inner


def _literals(annotation: Any) -> tuple[str, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()
