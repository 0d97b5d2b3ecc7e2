"""Which municipality has told which vendor of its A-numbers, when, and whether the vendor has opened it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import CharField, Min, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements import access
from agreements.models import Notice
from agreements.notices import REMIND, TELL, digests
from registry.admin.base import RegistryAdmin
from registry.models import Message
from registry.site import names

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

names.ACTIONS.update({
    TELL: _("Udbyder varslet om A-numre"), REMIND: _("Udbyder mindet om A-numre"),
    digests.TURN: _("Dagens post skrevet"),
})  # fmt: skip


@admin.register(Notice)
class NoticeAdmin(RegistryAdmin[Notice]):
    """Varsler til udbydere om A-numre: read here, sent by the municipalities."""

    list_display = ("at", "municipality", "vendor", "by", "kind", "opened", "overview")
    list_filter: ClassVar = [("municipality", admin.RelatedOnlyFieldListFilter), "vendor"]
    list_select_related = ("municipality", "vendor")
    search_fields: ClassVar = ["municipality__name", "vendor__name"]
    sortable_by = ("at",)
    fields = ("municipality", "vendor", "at", "by", "reminds", "opened", "mail")
    readonly_fields = ("opened", "mail")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Every notice, with when one of its mails was first opened."""
        about = Concat(Value("varsel:"), Cast(OuterRef("pk"), CharField()))
        mails = Message.objects.filter(about=about).order_by().values("about")
        return access.notices(request.user).annotate(
            first_opened=Subquery(mails.annotate(first=Min("opened_at")).values("first")),
        )

    def subjects(self, obj: Notice) -> list[str]:
        """Its name in the ledger."""
        return [obj.subject]

    @admin.display(description=_("slags"))
    def kind(self, notice: Notice) -> str:
        """Whether the vendor had been told before."""
        return gettext("påmindelse") if notice.reminds_id else gettext("første")

    @admin.display(description=_("åbnet af udbyderen"))
    def opened(self, notice: Any) -> datetime | None:  # noqa: ANN401
        """When."""
        opened: datetime | None = notice.first_opened
        return opened

    @admin.display(description=_("kommunens overblik"))
    def overview(self, notice: Notice) -> SafeString:
        """What has become of it."""
        page = reverse("agreements:phasing", args=[notice.municipality.code])
        return format_html('<a href="{}#udbyder-{}">{}</a>', page, notice.vendor.cvr_number, gettext("Vis"))

    @admin.display(description=_("post"))
    def mail(self, notice: Notice) -> SafeString:
        """The mails that it went out as."""
        page = reverse("admin:registry_message_changelist")
        return format_html('<a href="{}?q={}">{}</a>', page, notice.subject, gettext("Vis"))
