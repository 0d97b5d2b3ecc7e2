# ruff: noqa: N815 - the names that outsiders use
"""A system's webhooks: where it is woken, what was called, and once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiRequest
from rest_framework import serializers
from rest_framework.response import Response

from registry import hooks
from registry.api import links, pages
from registry.api.authentication import caller
from registry.api.bodies import Body
from registry.api.reading import Reading
from registry.api.schema import JSON, calling, listing, single
from registry.models import Hook, HookCall
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

READ = "laes"
SHOWN = 100  # calls of a hook
FRESH = {"Cache-Control": "no-store"}


class WebhookSerializer(serializers.Serializer[Any]):
    """A hook."""

    id = serializers.IntegerField()
    url = serializers.URLField()
    oprettet = serializers.DateTimeField()


class NyWebhookSerializer(WebhookSerializer):
    """A hook that was just made, with its secret."""

    hemmelighed = serializers.CharField(help_text=gettext_lazy("Underskriver kaldene; den fortælles kun her."))


class AdresseSerializer(Body):
    """Where to call."""

    url = serializers.CharField(
        min_length=1, max_length=500, help_text=gettext_lazy("En https-adresse på internettet.")
    )


class WebhookKaldSerializer(serializers.Serializer[Any]):
    """A call that was made, or waits."""

    id = serializers.CharField(help_text=gettext_lazy("Kaldets webhook-id; det samme i hvert forsøg."))
    tilstand = serializers.ChoiceField(HookCall.State.values)
    forsoeg = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("HTTP-status i det seneste svar."))
    fejl = serializers.CharField(allow_null=True)
    skrevet = serializers.DateTimeField()
    naesteForsoeg = serializers.DateTimeField(allow_null=True)


HOOK: dict[str, Any] = {
    "id": 7, "url": "https://boernesoft.example/vaek", "oprettet": "2026-03-27T09:14:02.481516+01:00",
}  # fmt: skip
MADE: dict[str, Any] = {**HOOK, "hemmelighed": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}
CALL: dict[str, Any] = {
    "id": "msg_5b0c9a3e6f0e4b589d8b3c1a7e2f4d60", "tilstand": "modtaget", "forsoeg": 1, "status": 204, "fejl": None,
    "skrevet": "2026-03-27T09:14:02.481516+01:00", "naesteForsoeg": None,
}  # fmt: skip
ONE = {"id": (gettext_lazy("Webhookens nummer."), HOOK["id"])}
ITS_CALL = {**ONE, "kald": (gettext_lazy("Kaldets webhook-id."), CALL["id"])}


class Own(Reading):
    """What a system may do with its own hooks."""

    scopes: ClassVar[Mapping[str, str]] = {"GET": READ, "HEAD": READ, "POST": READ, "DELETE": READ}
    field_names: ClassVar[Mapping[str, str]] = {}

    def hook(self, request: Request, pk: int) -> Hook:
        """The caller's own, in use or not. Raises Refused `ikke_fundet`."""
        found = Hook.objects.filter(pk=pk, system=caller(request).code).first()
        if found is None:
            raise Refused("ikke_fundet", _("Systemet har ingen webhook med det nummer."), field="id", value=pk)
        return found


@calling(
    "mig_webhooks", scope=READ, method="get", summary=gettext_lazy("Egne webhooks"),
    description=gettext_lazy("De adresser, hvor systemet vækkes, når der er nyt i hændelserne."),
    links=links.every(["mig_webhook_kald", "mig_webhook_afslut"], id=links.first("id")),
    answer={(200, JSON): listing(WebhookSerializer, HOOK)},
)  # fmt: skip
@calling(
    "mig_webhooks_opret", scope=READ, summary=gettext_lazy("Bliv vækket"),
    description=gettext_lazy(
        "Registeret kalder adressen med POST inden for ti sekunder, når der er nye hændelser; flere bliver til ét. "
        "Kaldet siger kun, at der er nyt: læs så hændelserne. Det er underskrevet som Standard Webhooks (`webhook-id`, "
        "`webhook-timestamp`, `webhook-signature` med v1) og prøves igen i halvandet døgn, til svaret er 2xx. 410 "
        "opgiver kaldet."
    ),
    body={JSON: OpenApiRequest(AdresseSerializer, examples=[OpenApiExample("JSON", value={"url": HOOK["url"]})])},
    links=links.every(["mig_webhook_kald", "mig_webhook_afslut"], id=links.ID),
    answer={(201, JSON): single(NyWebhookSerializer, MADE)},
    refuses=["ugyldig_adresse", "webhook_findes", "for_mange_webhooks"],
)  # fmt: skip
class Hooks(Own):
    """The hooks of the system that calls."""

    http_method_names = ("get", "head", "post")

    def get(self, request: Request) -> HttpResponseBase:
        """Those in use."""
        self.asked(request)
        found = Hook.objects.filter(system=caller(request).code, ended_at=None)
        return Response(pages.envelope(request, [_hook(one) for one in found]), headers=FRESH)

    def post(self, request: Request) -> HttpResponseBase:
        """One more; 201 with its secret."""
        self.asked(request)
        sent = AdresseSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        by = caller(request)
        made = hooks.add(by.code, sent.validated_data["url"], subject=by.system.subject, actor=by.actor())
        return Response({**_hook(made), "hemmelighed": made.secret}, status=201, headers=FRESH)


@calling(
    "mig_webhook_afslut", scope=READ, method="delete", summary=gettext_lazy("Afslut en webhook"),
    description=gettext_lazy("Der kaldes ikke mere; at afslutte to gange er uden skade."), path=ONE,
    answer={(200, JSON): single(WebhookSerializer, HOOK)}, refuses=["ikke_fundet"],
)  # fmt: skip
class HookDetail(Own):
    """One hook."""

    http_method_names = ("delete",)

    def delete(self, request: Request, id: int) -> HttpResponseBase:  # noqa: A002 - the address's own name
        """It is called no more."""
        self.asked(request)
        found, by = self.hook(request, id), caller(request)
        hooks.end(found, subject=by.system.subject, actor=by.actor())
        return Response(_hook(found), headers=FRESH)


@calling(
    "mig_webhook_kald", scope=READ, method="get", summary=gettext_lazy("En webhooks kald"),
    description=gettext_lazy("De seneste 100 kald, nyeste først, med svar og fejl."), path=ONE,
    links={"mig_webhook_igen": {"id": "$request.path.id", "kald": links.first("id")}},
    answer={(200, JSON): listing(WebhookKaldSerializer, CALL)}, refuses=["ikke_fundet"],
)  # fmt: skip
class HookCalls(Own):
    """The calls of a hook."""

    def get(self, request: Request, id: int) -> HttpResponseBase:  # noqa: A002
        """Newest first."""
        self.asked(request)
        found = self.hook(request, id).calls.all()[:SHOWN]
        return Response(pages.envelope(request, [_call(one) for one in found]), headers=FRESH)


@calling(
    "mig_webhook_igen", scope=READ, summary=gettext_lazy("Kald igen"),
    description=gettext_lazy("Gentager et kald, der er afgjort, under et nyt id."), path=ITS_CALL,
    answer={(202, JSON): single(WebhookKaldSerializer, {**CALL, "tilstand": "venter", "forsoeg": 0, "status": None})},
    refuses=["ikke_fundet", "webhook_venter"],
)  # fmt: skip
class Replay(Own):
    """A call once more."""

    http_method_names = ("post",)

    def post(self, request: Request, id: int, kald: str) -> HttpResponseBase:  # noqa: A002
        """202 with the new call."""
        self.asked(request)
        past = self.hook(request, id).calls.filter(message_id=kald).first()
        if past is None:
            raise Refused("ikke_fundet", _("Webhooken har intet kald med det id."), field="kald", value=kald)
        return Response(_call(hooks.replay(past)), status=202, headers=FRESH)


def _hook(one: Hook) -> dict[str, Any]:
    return {"id": one.pk, "url": one.url, "oprettet": _when(one.made_at)}


def _call(one: HookCall) -> dict[str, Any]:
    return {
        "id": one.message_id, "tilstand": one.state, "forsoeg": one.attempts, "status": one.status,
        "fejl": one.error or None, "skrevet": _when(one.made_at), "naesteForsoeg": _when(one.next_at),
    }  # fmt: skip


def _when(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat() if moment else None
