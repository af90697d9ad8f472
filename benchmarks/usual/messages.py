"""The inbound message and its answer, typed."""

from __future__ import annotations

import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from schemas.offer_accepted import OfferAccepted


class OfferAcceptedEvent(BaseModel):
    """The CloudEvent around the accepted offers."""

    model_config = ConfigDict(extra="ignore")

    specversion: str
    id: str
    source: str
    type: str
    time: datetime.datetime | None = None
    subject: str | None = None
    data: OfferAccepted


class Answer(BaseModel):
    """What became of a message."""

    outcome: str
    orders: list[dict[str, Any]] = []
    reasons: list[dict[str, Any]] = []
