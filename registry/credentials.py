"""Keys of systems: issued, replaced without a break, taken back. A secret is told once, to whoever asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import SettingsScopes

from registry import callers, ledger
from registry.callers import Caller
from registry.ledger import Entry
from registry.models import Credential, Scope
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from registry.ledger import Actor

# So often at most is it written down that a key was used.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key, and its secret, which is kept nowhere."""

    credential: Credential
    secret: str


class Scopes(SettingsScopes):
    """What a token may be asked for: what its key is good for, and all of it where nothing is said."""

    def get_available_scopes(self, application: Any = None, *_args: Any, **_options: Any) -> list[str]:  # noqa: ANN401
        """The key's scopes."""
        return list(application.scopes) if application else []

    def get_default_scopes(self, application: Any = None, *_args: Any, **_options: Any) -> list[str]:  # noqa: ANN401
        """The key's scopes."""
        return self.get_available_scopes(application)


class Validator(OAuth2Validator):
    """Knows a client by its id; what can be no id is nobody's."""

    def _load_application(self, client_id: str | None, request: Any) -> Any:  # noqa: ANN401
        """None for an id that the database cannot even be asked for."""
        return None if "\0" in (client_id or "") else super()._load_application(client_id, request)  # type: ignore[no-untyped-call]


@transaction.atomic
def issue(
    system: str,
    *,
    scopes: Iterable[str],
    actor: Actor,
    name: str = "",
    reason: str = "",
    known_as: tuple[str, str] | None = None,
) -> Issued:
    """Give a system a key. `known_as`, its id and secret, is for a demo, which is open to all.

    Raises Refused `ukendt_system`, `ugyldig_vaerdi`.
    """
    known = callers.find(system)
    wanted = [one for one in Scope.values if one in set(scopes)]
    if not wanted:
        raise Refused("ugyldig_vaerdi", _("En nøgle skal kunne bruges til noget."), field="scopes")
    client_id, secret = known_as or (f"{known.code}-{get_random_string(12)}", generate_client_secret())
    made = Credential.objects.create(
        client_id=client_id, client_secret=secret, name=name, system=known.code,
        scopes=wanted, made_by=actor.name, client_type=Credential.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Credential.GRANT_CLIENT_CREDENTIALS,
    )  # fmt: skip
    ledger.record([Entry("key.issue", known.subject, state(made), reason)], actor=actor)
    return Issued(made, secret)


@transaction.atomic
def replace(old: Credential, *, until: datetime, actor: Actor, reason: str = "") -> Issued:
    """Give a system a new key for an old one, which holds until a moment: both are good meanwhile. Raises Refused."""
    held = _hold(old)
    made = issue(held.system, scopes=held.scopes, name=held.name, actor=actor, reason=reason)
    end(held, at=until, actor=actor, reason=reason)
    return made


@transaction.atomic
def end(credential: Credential, *, at: datetime | None = None, actor: Actor, reason: str = "") -> None:
    """Let a key hold until a moment, now where none is given; tokens given for it end with it.

    Raises Refused `noeglen_er_ophoert`.
    """
    held, now = _hold(credential), timezone.now()
    held.ends_at = credential.ends_at = max(at or now, now)
    held.save(update_fields=["ends_at"])
    if held.ends_at <= now:
        get_access_token_model().objects.filter(application=held).delete()
    known = callers.find(held.system)
    ledger.record([Entry("key.end", known.subject, state(held), reason)], actor=actor)


def live(system: str) -> Sequence[Credential]:
    """A system's keys that hold, the newest first."""
    still = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    return list(Credential.objects.filter(still, system=system).order_by("-pk"))


def caller(credential: Credential, scope: str) -> Caller | None:
    """Who calls with a token of a key; None where the key holds no longer."""
    if not credential.holds:
        return None
    _note_use(credential)
    granted = frozenset(scope.split()) & frozenset(credential.scopes)
    return Caller(callers.find(credential.system), credential.client_id, granted)


def state(credential: Credential) -> dict[str, Any]:
    """What the ledger holds of a key: never its secret."""
    return {
        "key": credential.client_id, "name": credential.name, "scopes": list(credential.scopes),
        "ends_at": credential.ends_at.isoformat() if credential.ends_at else None,
    }  # fmt: skip


def _note_use(credential: Credential) -> None:
    now = timezone.now()
    if credential.last_used_at is None or credential.last_used_at < now - NOTED_EVERY:
        Credential.objects.filter(pk=credential.pk).update(last_used_at=now)


def _hold(credential: Credential) -> Credential:
    held = Credential.objects.select_for_update().get(pk=credential.pk)
    if not held.holds:
        raise Refused("noeglen_er_ophoert", _("Nøglen %(key)s gælder ikke længere.") % {"key": held.client_id})
    return held
