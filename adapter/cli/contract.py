"""`order-adapter contract`: schemas, examples and AsyncAPI, without broker or database (contract 8)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapter.cli.frame import REFUSED, AsJson, app_of, fail, print_json, print_json_lines, settings, tell

if TYPE_CHECKING:
    from adapter.domain.reasons import Reason
    from adapter.messaging.decoding import Limits

app = app_of("What messages look like: schemas, examples, AsyncAPI.")


@app.command()
def asyncapi() -> None:
    """Everything that is taken and sent as AsyncAPI 3.0, in JSON."""
    from importlib.metadata import version

    from adapter.messaging.asyncapi import asyncapi as generated
    from adapter.parts import topology_of

    chosen = settings(database_required=False)
    print_json(generated(topology_of(chosen), version("customer-order-adapter"), chosen.broker_address))


@app.command()
def schemas(folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", file_okay=False)] = None) -> None:
    """The JSON Schema of every type: one file a type in DIR, or all of them in one object."""
    from schemas.catalog import EVENTS, MESSAGES, json_schema

    found = {name: json_schema(name) for name in (*MESSAGES, *EVENTS)}
    if folder is None:
        print_json(found)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in found.items():
        _write(folder / f"{name}.json", schema)
    tell(f"{len(found)} schemas written to {folder}")


@app.command()
def example(message_type: Annotated[str, typer.Argument(metavar="TYPE")]) -> None:
    """A valid message of a type, such as offer.accepted.v1."""
    from schemas.catalog import EVENTS, MESSAGES
    from schemas.catalog import example as made

    if message_type not in {*MESSAGES, *EVENTS}:
        fail(f"There is no type {message_type}; types are {', '.join((*MESSAGES, *EVENTS))}.")
    print_json(made(message_type), as_sent=True)


@app.command()
def validate(
    files: Annotated[list[str], typer.Argument(help="CloudEvents as JSON Lines or JSON; - is standard input.")],
    as_json: AsJson = False,
) -> None:
    """Whether messages are well formed, with every fault; exit code 1 if one is not."""
    from adapter.cli.bodies import batches, opened
    from adapter.parts import limits_of

    limits = limits_of(settings(database_required=False))
    failed = False
    for file in files:
        with opened(file) as stream:
            bodies = (body for batch in batches(stream, 100) for body in batch)
            for found in _validated(file, bodies, limits):
                failed |= bool(found["reasons"])
                print_json_lines([found]) if as_json else typer.echo(_line(found))
    if failed:
        raise typer.Exit(REFUSED)


def _validated(file: str, bodies: Iterator[bytes], limits: Limits) -> Iterator[dict[str, Any]]:
    from adapter.intake.answers import reason_documents

    for number, body in enumerate(bodies, 1):
        reasons = _reasons(body, limits)
        yield {"file": file, "message": number, "valid": not reasons, "reasons": reason_documents(reasons)}


def _reasons(body: bytes, limits: Limits) -> list[Reason]:
    from adapter.domain.reasons import Reason
    from adapter.messaging.decoding import read
    from adapter.messaging.envelope import CONTENT_TYPE, RawMessage, Unreadable, read_envelope
    from schemas.catalog import EVENTS, MESSAGES

    tree, reasons = read(body, limits)
    message_type = (tree or {}).get("type")
    if tree is None:
        return reasons
    if message_type not in {*MESSAGES, *EVENTS}:
        return [Reason("unknown_type", "", f"Its type is none of {', '.join((*MESSAGES, *EVENTS))}.")]
    raw = RawMessage(body=body, content_type=CONTENT_TYPE, queue="")
    envelope = read_envelope(raw, message_type, limits)
    return envelope.reasons if isinstance(envelope, Unreadable) else _of_data(message_type, envelope.data, limits)


def _of_data(message_type: str, data: dict[str, Any], limits: Limits) -> list[Reason]:
    from pydantic import ValidationError

    from adapter.messaging.validation import validate as validated
    from schemas.catalog import EVENTS, MESSAGES

    if message_type in MESSAGES:
        found = validated(MESSAGES[message_type], data, limits)
        return found if isinstance(found, list) else []
    try:
        EVENTS[message_type].model_validate(data)
    except ValidationError as error:
        return [_reason(fault["loc"], fault["msg"]) for fault in error.errors(include_url=False)]
    return []


def _reason(place: tuple[str | int, ...], message: str) -> Reason:
    from adapter.domain.reasons import Reason

    return Reason("invalid", "".join(f"/{part}" for part in place), message)


def _line(found: dict[str, Any]) -> str:
    place = f"{found['file']}: message {found['message']}"
    if found["valid"]:
        return f"{place}: valid"
    return "\n".join(f"{place}: {one['code']} {one['path']} {one['message']}" for one in found["reasons"])


def _write(path: Path, schema: dict[str, Any]) -> None:
    import orjson

    path.write_bytes(orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
