"""Where the register may call: the world, by HTTPS; never into its own house.

A name is looked up once for each call, every address of it is judged, and the call goes to the address that was
judged: a name that changes its mind in between (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from registry.problems import Refused

LONGEST = 500
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # NAT64: any IPv4 address, in other clothes


@dataclass(frozen=True, slots=True)
class Place:
    """An address that may be called: its parts, and the IP address to call."""

    url: SplitResult
    ip: str
    port: int

    @property
    def target(self) -> str:
        """What is asked for at the host."""
        return f"{self.url.path or '/'}{f'?{self.url.query}' if self.url.query else ''}"


def find(text: str) -> Place:
    """The place that an address names. Raises Refused `ugyldig_adresse`."""
    try:
        url = urlsplit(text)
        port = url.port or (443 if url.scheme == "https" else 80)
    except ValueError as error:
        raise _refused(text, _("Adressen kan ikke læses.")) from error
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise _refused(text, _("Adressen må kun have ASCII-tegn, højst 500."))
    if url.scheme not in ({"https", "http"} if _at_home() else {"https"}) or not url.hostname:
        raise _refused(text, _("Adressen skal begynde med https:// og have et værtsnavn."))
    if url.username or url.password or url.fragment:
        raise _refused(text, _("Adressen må ikke have brugernavn, adgangskode eller »#«."))
    if port != 443 and not _at_home():  # noqa: PLR2004 - HTTPS
        raise _refused(text, _("Adressen skal være på port 443."))
    return Place(url, _looked_up(text, url.hostname, port), port)


def _looked_up(text: str, host: str, port: int) -> str:
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise _refused(text, _("Værtsnavnet findes ikke.")) from error
    if not _at_home() and not all(_is_of_the_world(one) for one in found):
        raise _refused(text, _("Adressen fører ind i et lukket net."))
    return min(found, key=lambda one: (":" in one, one))


def _is_of_the_world(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if address in TRANSLATED:
        return False
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


def _at_home() -> bool:
    """Whether this is somebody's own machine: development, or the demo, whose mail stays there too."""
    return bool(settings.DEBUG or settings.MAILBOX)


def _refused(text: str, detail: str) -> Refused:
    return Refused("ugyldig_adresse", detail, field="url", value=text[:200])
