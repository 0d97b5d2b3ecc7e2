"""Mail: what was sent to whom, whether it came there; again, and settling what did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Count
from django.db.models.functions import Length
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from registry import ledger, mail
from registry.admin.acts import Act, Done, serve
from registry.admin.base import RegistryAdmin
from registry.forms import ActForm
from registry.mail import Letter
from registry.mail.acts import MISSED
from registry.models import Message
from registry.site import names, panels
from registry.site.panels import Panel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

names.ACTIONS.update({
    "mail.write": gettext_lazy("Besked skrevet"), "mail.resend": gettext_lazy("Besked sendt igen"),
    "mail.failed": gettext_lazy("Besked kunne ikke sendes"), "mail.bounced": gettext_lazy("Besked kom retur"),
    "mail.settle": gettext_lazy("Mislykket besked afsluttet"),
})  # fmt: skip

STATUS = {"venter": "waiting", "sendt": "open", "fejlet": "refused", "returneret": "refused"}


class ResendForm(ActForm):
    """To whom."""

    to = forms.EmailField(label=gettext_lazy("Til"), help_text=gettext_lazy("Ret adressen, hvis den var forkert."))


class SettleForm(ActForm):
    """How it was settled."""

    reason = forms.CharField(
        label=gettext_lazy("Hvordan er sagen løst?"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Fx ringet op, eller ikke længere nødvendig. Skrives i hændelsesloggen."),
    )  # fmt: skip


@admin.register(Message)
class MessageAdmin(RegistryAdmin[Message]):
    """Read here, sent and settled by the rules."""

    list_display = ("title", "to", "about", "status", "attempts", "created_at", "sent_at", "opened_at")
    list_filter: ClassVar = ["state", "created_at"]
    search_fields: ClassVar = ["title", "to", "about"]
    search_help_text = gettext_lazy("Emne, modtager eller det, den handler om (fx aftale:100001)")
    sortable_by = ("created_at", "sent_at")
    change_list_template = "admin/mails.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """All; the list does not need what they say."""
        return super().get_queryset(request).defer("text", "text_en")

    @admin.display(description=gettext_lazy("tilstand"))
    def status(self, message: Message) -> SafeString:
        """How far it is."""
        told = _("afsluttet") if message.settled else message.get_state_display()
        css = "closed" if message.settled else STATUS[message.state]
        return format_html('<span class="status status-{}">{}</span>', css, told)

    def subjects(self, obj: Message) -> list[str]:
        """What it is about: the ledger knows it under that."""
        return [obj.about]

    def get_urls(self) -> list[URLPattern]:
        """And the three acts."""
        view = self.admin_site.admin_view
        return [
            path("proeve/", view(require_POST(self.try_view)), name="registry_message_try"),
            path("<int:pk>/igen/", view(self.resend_view), name="registry_message_resend"),
            path("<int:pk>/afslut/", view(self.settle_view), name="registry_message_settle"),
            *super().get_urls(),
        ]

    def _message(self, pk: int | str) -> Message:
        found = Message.objects.filter(pk=pk).first() if str(pk).isdecimal() else None
        if found is None:
            raise Http404
        return found

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What it said, to whom, and what became of it."""
        del form_url
        message = self._message(object_id)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": message.title, "message": message,
            "files": message.files.annotate(size=Length("content")).defer("content"), "status": self.status(message),
            "is_missed": message.state in MISSED and not message.settled,
            "may_resend": message.state != Message.State.WAITING, **(extra_context or {}),
        }  # fmt: skip
        return TemplateResponse(request, "admin/mail.html", context)

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """A mail to oneself: does mail work?"""
        user = request.user
        letter = Letter(
            to=getattr(user, "email", ""), to_name=user.get_full_name() if user.is_authenticated else "",
            title=_("Prøvemail fra Dagtilbudsregisteret"), about=f"bruger:{user.get_username()}"[:40],
            text=_("Når du læser dette, kan registeret sende post."),
            text_en="When you read this, the register can send mail.",
        )  # fmt: skip
        made = mail.write(letter, actor=ledger.person(user, door="admin"))
        messages.success(request, _("En prøvemail er på vej til %s.") % letter.to)
        return HttpResponseRedirect(reverse("admin:registry_message_change", args=[made.pk if made else 0]))

    def resend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Once more, perhaps to another address."""
        message = self._message(pk)
        form = ResendForm(request.POST or None, initial={"to": message.to})

        def perform(given: Mapping[str, Any]) -> str:
            mail.resend(message, to=given["to"], actor=ledger.person(request.user, door="admin"))
            return format_html(_("Beskeden sendes igen til {}."), given["to"])

        return self._act(request, message, form, _("Send igen"), perform)

    def settle_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It needs nothing more."""
        message = self._message(pk)

        def perform(given: Mapping[str, Any]) -> str:
            mail.settle(message, reason=given["reason"], actor=ledger.person(request.user, door="admin"))
            return _("Beskeden er afsluttet.")

        return self._act(request, message, SettleForm(request.POST or None), _("Afslut"), perform)

    def _act(
        self, request: HttpRequest, message: Message, form: ActForm, button: str,
        perform: Callable[[Mapping[str, Any]], str],
    ) -> HttpResponse:  # fmt: skip
        back = reverse("admin:registry_message_change", args=[message.pk])
        act = Act(
            title=f"{button}: {message.title}", button=button, subject=f"post:{message.pk}", back=back,
            perform=lambda given: Done(perform(given), back), latest=lambda: None, template="admin/mail_act.html",
        )  # fmt: skip
        return serve(request, act, form, site=self.admin_site)


@panels.add(order=45)
def missed_mail(request: HttpRequest) -> Panel | None:
    """Mail that did not arrive and that nobody has seen to."""
    del request
    rows = list(Message.objects.filter(state__in=MISSED, settled="").defer("text", "text_en")[:8])
    if not rows:
        return None
    total = Message.objects.filter(state__in=MISSED, settled="").aggregate(total=Count("pk"))["total"]
    return Panel(
        title=gettext_lazy("Post, der ikke nåede frem"), template="admin/panels/mail.html",
        context={"rows": rows, "total": total}, link="admin:registry_message_changelist",
        link_text=gettext_lazy("Al post"),
    )  # fmt: skip
