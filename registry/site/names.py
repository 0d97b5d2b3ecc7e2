"""What things are called in Danish: the ledger's actions, and what a package has English names for.

Each app adds the names of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

ACTIONS: dict[str, str | Promise] = {
    "user.add": _("Bruger oprettet"),
    "user.change": _("Bruger rettet"),
    "user.password": _("Ny adgangskode"),
}
# By an app's label, and by a model's.
ROOMS: dict[str, str | Promise] = {}
PAGES: dict[str, str | Promise] = {}


def of(action: str) -> str:
    """The action in a word or two; its own name where nobody has given it another."""
    return str(ACTIONS.get(action, action))
