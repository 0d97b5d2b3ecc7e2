"""Keys of systems: issued, replaced and ended by STIL's staff. A secret is shown once, on the page that made it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from oauth2_provider.models import (
    get_access_token_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)

from registry import callers, credentials, ledger
from registry.admin.acts import Act, Done, serve
from registry.admin.base import RegistryAdmin
from registry.forms import ActForm
from registry.models import Credential, Scope
from registry.site import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from registry.credentials import Issued

names.ACTIONS.update({"key.issue": gettext_lazy("Nøgle udstedt"), "key.end": gettext_lazy("Nøgle afsluttet")})

# The library's own pages would show and change what rules alone may.
for model in (
    Credential, get_access_token_model(), get_grant_model(), get_id_token_model(), get_refresh_token_model(),
):  # fmt: skip
    if admin.site.is_registered(model):
        admin.site.unregister(model)

OVERLAP = 14  # days for which an old key holds beside the one that takes its place


class IssueForm(ActForm):
    """To whom, and what for."""

    system = forms.ChoiceField(label=gettext_lazy("System"))
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Må bruges til"), choices=Scope.choices, initial=[Scope.READ, Scope.WRITE],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Kaldes"), required=False, max_length=100,
        help_text=gettext_lazy("Fx drift eller test, når systemet har flere nøgler."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        known = [(one.code, f"{one.name} ({one.code}), {one.vendor_name}") for one in callers.every()]
        field: Any = self.fields["system"]
        field.choices = [("", _("Vælg et system")), *known]


class ReplaceForm(ActForm):
    """For how long both hold."""

    days = forms.IntegerField(
        label=gettext_lazy("Dage, hvor begge gælder"), min_value=0, max_value=90, initial=OVERLAP,
        help_text=gettext_lazy("Derefter gælder kun den nye. 0 afslutter den gamle med det samme."),
    )  # fmt: skip


class EndForm(ActForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Begrundelse"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Skrives i hændelsesloggen."),
    )  # fmt: skip


@admin.register(Credential)
class CredentialAdmin(RegistryAdmin[Credential]):
    """Which systems can call, with what, and when they last did."""

    list_display = ("client_id", "known_as", "system", "used_for", "status", "last_used_at", "created", "acts")
    list_display_links = None
    # Not even the hash of a secret is shown.
    fields = ("client_id", "name", "system", "scopes", "made_by", "created", "ends_at", "last_used_at")
    list_filter: ClassVar = ["last_used_at"]
    search_fields: ClassVar = ["client_id", "system", "name"]
    search_help_text = gettext_lazy("Nøgle, systemkode eller det, den kaldes")
    sortable_by = ("system", "last_used_at", "created")
    change_list_template = "admin/keys.html"

    @admin.display(description=gettext_lazy("kaldes"))
    def known_as(self, key: Credential) -> str:
        """What it is called."""
        return key.name

    @admin.display(description=gettext_lazy("må bruges til"))
    def used_for(self, key: Credential) -> str:
        """Its scopes."""
        return ", ".join(key.scopes)

    @admin.display(description=gettext_lazy("tilstand"))
    def status(self, key: Credential) -> SafeString:
        """Whether it holds, and for how long."""
        if not key.holds:
            return format_html('<span class="status status-closed">{}</span>', _("ophørt"))
        if key.ends_at:
            until = timezone.localtime(key.ends_at).strftime("%d.%m.%Y %H:%M")
            return format_html('<span class="status status-waiting">{}</span>', _("gælder til %s") % until)
        return format_html('<span class="status status-open">{}</span>', _("gælder"))

    @admin.display(description=gettext_lazy("handlinger"))
    def acts(self, key: Credential) -> SafeString:
        """Replace and end."""
        if not key.holds:
            return format_html("")
        replace, end = _("Skift"), _("Afslut")
        return format_html(
            '<a href="{}" aria-label="{}">{}</a> · <a href="{}" aria-label="{}">{}</a>',
            reverse("admin:registry_credential_replace", args=[key.pk]), f"{replace} {key.client_id}", replace,
            reverse("admin:registry_credential_end", args=[key.pk]), f"{end} {key.client_id}", end,
        )  # fmt: skip

    def subjects(self, obj: Credential) -> list[str]:
        """The system's name in the ledger."""
        return [callers.find(obj.system).subject]

    def get_urls(self) -> list[URLPattern]:
        """And the three acts."""
        view = self.admin_site.admin_view
        return [
            path("udsted/", view(self.issue_view), name="registry_credential_issue"),
            path("<int:pk>/skift/", view(self.replace_view), name="registry_credential_replace"),
            path("<int:pk>/afslut/", view(self.end_view), name="registry_credential_end"),
            *super().get_urls(),
        ]

    def issue_view(self, request: HttpRequest) -> HttpResponse:
        """A key for a system."""

        def perform(given: Mapping[str, Any]) -> Done:
            made = credentials.issue(
                given["system"], scopes=given["scopes"], name=given["name"],
                actor=ledger.person(request.user, door="admin"),
            )  # fmt: skip
            return self._shown(request, made)

        form = IssueForm(request.POST or None, initial={"system": request.GET.get("system", "")})
        return self._act(request, form, _("Udsted en nøgle"), _("Udsted"), "", perform)

    def replace_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new key, while the old one holds a little longer."""
        old = self._key(pk)

        def perform(given: Mapping[str, Any]) -> Done:
            until = timezone.now() + timedelta(days=given["days"])
            made = credentials.replace(old, until=until, actor=ledger.person(request.user, door="admin"))
            return self._shown(request, made, old)

        title = _("Skift nøglen %s") % old
        return self._act(request, ReplaceForm(request.POST or None), title, _("Skift"), old.client_id, perform)

    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The key holds no longer."""
        key = self._key(pk)

        def perform(given: Mapping[str, Any]) -> Done:
            credentials.end(key, actor=ledger.person(request.user, door="admin"), reason=given["reason"])
            return Done(format_html(_("{} gælder ikke længere."), key.client_id), self._list())

        title = _("Afslut nøglen %s") % key
        return self._act(request, EndForm(request.POST or None), title, _("Afslut"), key.client_id, perform)

    def _key(self, pk: int) -> Credential:
        found = Credential.objects.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def _list(self) -> str:
        return reverse("admin:registry_credential_changelist")

    def _act(
        self, request: HttpRequest, form: ActForm, title: str, button: str, key: str, perform: Any  # noqa: ANN401
    ) -> HttpResponse:  # fmt: skip
        act = Act(
            title=title, button=button, subject=f"nøgle:{key}", back=self._list(), perform=perform,
            latest=lambda: None, template="admin/key_act.html", danger=isinstance(form, EndForm),
        )  # fmt: skip
        return serve(request, act, form, site=self.admin_site)

    def _shown(self, request: HttpRequest, made: Issued, old: Credential | None = None) -> Done:
        """The page with the secret: it is in no message, no session and no cache."""
        context = {
            **self.admin_site.each_context(request), "title": _("Nøgle til %s") % made.credential.system,
            "key": made.credential, "secret": made.secret, "old": old, "opts": self.opts,
            "known": callers.find(made.credential.system),
        }  # fmt: skip
        page = TemplateResponse(request, "admin/key_issued.html", context, headers={"Cache-Control": "no-store"})
        return Done("", "", page)
