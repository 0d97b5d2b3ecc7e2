"""Who calls: a system, known by its code. What a code stands for another app says, so that this one need not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from registry.ledger import Actor
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Known:
    """A system that there is: its code and name, its vendor, and the names of both in the ledger."""

    code: str
    name: str
    subject: str
    vendor: str
    vendor_name: str


class Directory(Protocol):
    """Says which systems there are."""

    def find(self, code: str) -> Known | None:
        """The system of a code."""

    def every(self) -> Sequence[Known]:
        """All that may be given a key, in the order in which a person looks for them."""


_directories: list[Directory] = []


def use(directory: Directory) -> None:
    """Let systems be looked up here. There is one directory."""
    _directories[:] = [directory]


def find(code: str) -> Known:
    """The system of a code. Raises Refused `ukendt_system`."""
    found = next((known for one in _directories if (known := one.find(code))), None)
    if found is None:
        raise Refused("ukendt_system", _("Der er intet system med koden »%(code)s«.") % {"code": code[:40]},
                      field="system", value=code)  # fmt: skip
    return found


def every() -> list[Known]:
    """All systems that may be given a key."""
    return [known for one in _directories for known in one.every()]


@dataclass(frozen=True, slots=True)
class Caller:
    """A system that calls now: who it is, and what its token may be used for. Takes the place of a signed-in person."""

    system: Known
    key: str
    scopes: frozenset[str]

    is_authenticated = True
    is_active = True

    @property
    def pk(self) -> str:
        """By which calls are counted."""
        return self.system.code

    @property
    def code(self) -> str:
        """The system's code."""
        return self.system.code

    @property
    def vendor(self) -> str:
        """The vendor's name in the ledger: what is the vendor's own is kept under it."""
        return self.system.vendor

    def actor(self, *, on_behalf_of: str = "") -> Actor:
        """The system as an actor, perhaps for a municipality."""
        return Actor(self.system.code, "api", on_behalf_of)
