"""Options that several commands of the parking lot share: which messages, who decides, and why."""

from __future__ import annotations

import datetime
import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from adapter.persistence.parked_queries import ParkedFilter

_MOMENTS = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]

CodeOption = Annotated[str | None, typer.Option(help="With this reason, as unknown_item.")]
Source = Annotated[str | None, typer.Option(help="From this source.")]
Since = Annotated[datetime.datetime | None, typer.Option(formats=_MOMENTS, help="Last seen since then (UTC).")]
Until = Annotated[datetime.datetime | None, typer.Option(formats=_MOMENTS, help="Last seen before then (UTC).")]
Refused = Annotated[bool, typer.Option("--refused", help="The refused ones instead.")]
SomeIds = Annotated[list[int] | None, typer.Argument(metavar="ID…", help="As `parked list` shows them.")]
All = Annotated[bool, typer.Option("--all", help="All that are parked, or of the filters.")]


def _account() -> str:
    """The account that the command runs under, where it can be told."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


By = Annotated[str, typer.Option(default_factory=_account, help="Who decides this.", show_default="your account")]
Why = Annotated[str, typer.Option(help="And why.")]


def filter_of(
    code: str | None,
    source: str | None,
    since: datetime.datetime | None,
    until: datetime.datetime | None,
    refused: bool,
    **more: Any,
) -> ParkedFilter:
    from adapter.persistence.parked_queries import ParkedFilter

    state = "refused" if refused else "parked"
    return ParkedFilter(state=state, code=code, source=source, since=_utc(since), until=_utc(until), **more)


def _utc(moment: datetime.datetime | None) -> datetime.datetime | None:
    return moment.replace(tzinfo=datetime.UTC) if moment and moment.tzinfo is None else moment


def named_or_all(ids: list[int] | None, all_: bool, which: ParkedFilter) -> ParkedFilter:
    """The messages that were named, whatever their state, or all of the filters."""
    from dataclasses import replace

    if bool(ids) == all_:
        raise typer.BadParameter("Name messages by their ids, or say --all.")
    return replace(which, state=None, ids=ids) if ids else which
