"""Certificates made for one test, as an authority of one's own makes them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key, in files."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Authority:
    """Whoever has `file` believes what it has signed."""

    folder: Path
    ca: trustme.CA

    @classmethod
    def in_folder(cls, folder: Path) -> Authority:
        made = cls(folder, trustme.CA())
        folder.mkdir(exist_ok=True)
        made.ca.cert_pem.write_to_path(str(made.file))
        return made

    @property
    def file(self) -> Path:
        return self.folder / "ca.pem"

    def pair(self, name: str) -> Pair:
        """Files of a certificate for this host or user."""
        signed = self.ca.issue_cert(name, common_name=name)
        pair = Pair(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        pair.certificate.write_bytes(b"".join(blob.bytes() for blob in signed.cert_chain_pems))
        signed.private_key_pem.write_to_path(str(pair.key))
        return pair

    def server(self, name: str, *, demanding: bool) -> ssl.SSLContext:
        """How a server of this name meets its clients; `demanding` ones only with a certificate of ours."""
        own, context = self.pair(name), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.file)
        context.load_cert_chain(own.certificate, own.key)
        context.verify_mode = ssl.CERT_REQUIRED if demanding else ssl.CERT_NONE
        return context
