"""Whether the files of TLS hold what they should, before anything is met with them."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from config.environment import variable
from config.faults import SettingsFault

_CA_CURE: Final = "Name a file with certificates in PEM (-----BEGIN CERTIFICATE-----)"
_PAIR_CURE: Final = "Name a certificate in PEM and its own private key, without a password"


def unusable(service: str, ca: Path | None, certificate: Path | None, key: Path | None) -> Iterator[SettingsFault]:
    """The files of a service (`broker`, `database`) that cannot be used, each with its cure."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        made.load_verify_locations(ca) if ca else None
    except (ssl.SSLError, OSError) as error:
        yield SettingsFault(variable(f"{service}_ca_file"), str(ca), _why("holds no certificates", error), _CA_CURE)
    try:
        made.load_cert_chain(certificate, key, password=lambda: "") if certificate and key else None
    except (ssl.SSLError, OSError) as error:
        why = _why(f"cannot be used with {variable(f'{service}_key_file')}", error)
        yield SettingsFault(variable(f"{service}_certificate_file"), str(certificate), why, _PAIR_CURE)


def _why(told: str, error: OSError) -> str:
    reason = error.reason.replace("_", " ").lower() if isinstance(error, ssl.SSLError) and error.reason else ""
    return f"{told}: {reason}" if reason else told
