"""What went wrong, told to the person at the keyboard, and the exit code it ends with (contract 8).

0 done; 1 refused, not found or a fault shown; 2 wrong usage; 3 broker or database not reachable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NoReturn

REFUSED: Final = 1
WRONG_USAGE: Final = 2
NOT_REACHABLE: Final = 3

# The server answers, but not to us: the password or the user is wrong, or there is no such database.
_LOCKED_OUT: Final = ("28", "3D000")
_NOT_PERMITTED: Final = "42501"
_RIGHTS_CURE: Final = (
    "Grant them as docs/operating/install.md says ('With the least rights'); "
    "`migrate`, pg_dump and pg_restore are for the owner of the tables."
)


class Failed(Exception):
    """A command ends here with this message and exit code."""

    def __init__(self, message: str, code: int = REFUSED) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Fault:
    """An expected failure: the line(s) to print, the exit code, and the name that the log has for it."""

    message: str
    code: int = REFUSED
    event: str = ""
    what: str = ""
    expected: str = ""
    found: str = ""
    cure: str = ""


def fail(message: str, code: int = REFUSED) -> NoReturn:
    """End the command: the message goes to standard error, `code` becomes the exit code."""
    raise Failed(message, code)


def fault_of(error: BaseException) -> Fault | None:
    """What an exception means to a person; None for one that nobody expected."""
    if isinstance(error, Failed):
        return Fault(str(error), error.code)
    return _set_up_wrongly(error) or _file(error) or _broker(error) or _database(error)


def _set_up_wrongly(error: BaseException) -> Fault | None:
    from config.faults import ConfigurationFaults, SettingsFaults

    if isinstance(error, ConfigurationFaults | SettingsFaults):
        cure = "Change what each of them names, then start again."
        return Fault(str(error), REFUSED, "configuration_fault", "configuration", "no faults", str(error), cure)
    return _topology(error) or _schema(error)


def _topology(error: BaseException) -> Fault | None:
    from adapter.messaging.tolerance import DecoderChanged
    from adapter.messaging.topology import TopologyMismatch

    if isinstance(error, DecoderChanged):
        return Fault(str(error), REFUSED, "configuration_fault", error.what, error.expected, error.found, error.cure)
    if not isinstance(error, TopologyMismatch):
        return None
    message = f"The broker does not agree. {error}"
    return Fault(message, REFUSED, "topology_mismatch", error.what, error.expected, error.found, error.cure)


def _schema(error: BaseException) -> Fault | None:
    from adapter.parts import SchemaBehind

    if not isinstance(error, SchemaBehind):
        return _rights(error)
    found = error.found or "none"
    message = f"{error} {error.cure}"
    return Fault(message, REFUSED, "schema_behind", "database schema", error.expected, found, error.cure)


def _rights(error: BaseException) -> Fault | None:
    from adapter.parts import RightsLacking
    from adapter.persistence.database import sqlstate
    from adapter.persistence.schema import RIGHTS

    if not isinstance(error, RightsLacking) and sqlstate(error) != _NOT_PERMITTED:
        return None
    found = error.found if isinstance(error, RightsLacking) else _told(error)
    expected = f"{', '.join(RIGHTS)} on every table"
    message = f"The user of the database lacks rights: {found}. {_RIGHTS_CURE}"
    return Fault(message, REFUSED, "configuration_fault", "rights in the database", expected, found, _RIGHTS_CURE)


def _file(error: BaseException) -> Fault | None:
    if isinstance(error, OSError) and error.filename:
        return Fault(f"{error.filename}: {error.strerror}.")
    return None


def _broker(error: BaseException) -> Fault | None:
    from aiormq.exceptions import AMQPError

    if not isinstance(error, AMQPError):
        return None
    told = _told(error)
    if "Connection.OpenOk" in told:  # The library says no more of an unknown virtual host.
        told = "it has no such virtual host, or this user may not enter it"
    return Fault(f"The broker cannot be reached: {told}. {_cure(told, 'BROKER', 'RabbitMQ')}", NOT_REACHABLE)


def _database(error: BaseException) -> Fault | None:
    from adapter.persistence.database import is_down, sqlstate

    if not is_down(error) and not sqlstate(error).startswith(_LOCKED_OUT):
        return None
    told = _told(error)
    return Fault(f"The database cannot be reached: {told}. {_cure(told, 'DATABASE', 'PostgreSQL')}", NOT_REACHABLE)


# What a refusal says, and what helps; {0} is how the service's settings begin, {1} its product.
_CURES: Final = (
    ("certificate has expired", "Its certificate has to be renewed there."),
    (
        "certificate verify failed",
        "{0}_CA_FILE must hold the CA of its certificate, {0}_URL name the host as that does.",
    ),
    ("SSL", "It may ask for a certificate ({0}_CERTIFICATE_FILE, {0}_KEY_FILE), or not speak TLS here."),
    ("refused for user", "Give this user the right to it: docs/operating/install.md, 'With the least rights'."),
    ("ACCESS_REFUSED", "Check user and password in {0}_URL."),
    ("password authentication", "Check user and password in {0}_URL."),
    ("does not exist", "Check the names in {0}_URL."),
    (
        "connection reset",
        "Check {0}_URL, and that {1} is running; it may speak TLS, or want another {0}_CERTIFICATE_FILE.",
    ),
    ("virtual host", "Check the end of {0}_URL, and that the user has permissions there."),
)


def _cure(told: str, service: str, product: str) -> str:
    name = f"ORDER_ADAPTER_{service}"
    meant = next((cure.format(name, product) for said, cure in _CURES if said in told), None)
    return meant or f"Check {name}_URL, and that {product} is running."


def _told(error: BaseException) -> str:
    """The first line of what the driver says, or else the name of what happened."""
    beneath = getattr(error, "orig", None)
    told = (beneath.__cause__ or beneath) if beneath else error
    return (str(told).strip().splitlines() or [type(told).__name__])[0].rstrip(".")
