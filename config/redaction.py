"""Keeps secrets out of logs: passwords in addresses, and the secrets of the settings wherever they turn up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson

from config.urls import masked

_SHORTEST: Final = 6  # a shorter secret is a word like any other: hiding it would spoil lines and protect nothing


class Redaction:
    """Hides secrets in texts, at any depth of lists and tables."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self._secrets = sorted((each for each in secrets if len(each) >= _SHORTEST), key=len, reverse=True)
        self._in_json = (b"://", b"=", *(orjson.dumps(secret)[1:-1] for secret in self._secrets))

    def is_needless(self, line: bytes) -> bool:
        """Nothing in a line of JSON looks like a secret."""
        return not any(each in line for each in self._in_json)

    def __call__(self, value: Any) -> Any:
        """The value as it may be logged; what is not plain data becomes its text first."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {self(key): self(each) for key, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self(each) for each in value]
        plain = value is None or isinstance(value, bool | int | float)
        return value if plain else self._text(str(value))

    def _text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return masked(text)
