"""TLS to the database: what `sslmode` means here, and which certificates are believed."""

from __future__ import annotations

import ssl
from pathlib import Path


def context(mode: str | None, ca: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """How to meet the database under this sslmode; None where the driver's own way for that word is enough.

    `verify-full` checks the certificate and that it is for the host's name, `verify-ca` the certificate alone,
    `require` nothing. Without `ca` the certificates that the machine trusts are believed.

    Raises:
        OSError: a file does not hold what it should (ssl.SSLError).
    """
    if mode not in {"verify-ca", "verify-full"} and not (mode == "require" and certificate):
        return None
    made = ssl.create_default_context(cafile=ca)
    made.check_hostname = mode == "verify-full"
    if mode == "require":
        made.verify_mode = ssl.CERT_NONE
    if certificate:
        made.load_cert_chain(certificate, key)
    return made
