"""Who may sign in: seen and changed by those who run the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from registry import ledger, people
from registry.admin.base import RegistryAdmin
from registry.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# What a person may do follows from what they are, never from Django's groups.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


@admin.register(User)
class PeopleAdmin(RegistryAdmin[User], UserAdmin[User]):
    """People. Nobody is deleted: a person who leaves is made inactive."""

    list_display = ("username", "full_name", "email", "is_staff", "is_superuser", "is_active", "last_login")
    list_filter: ClassVar = ["is_staff", "is_superuser", "is_active"]
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Personen"), {"fields": ("first_name", "last_name", "email")}),
        (_("Rettigheder"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Datoer"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    @admin.display(description=_("navn"), ordering="first_name")
    def full_name(self, user: User) -> str:
        """First and last name."""
        return user.get_full_name()

    def may(self, request: HttpRequest) -> bool:
        """Whether the person runs the register."""
        return self.is_staff(request) and request.user.is_superuser

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Only those who run the register."""
        return self.may(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only those who run the register."""
        del obj
        return self.may(request)

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only those who run the register."""
        del obj
        return self.may(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only those who run the register."""
        del obj
        return self.may(request)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001
        """Through the rule."""
        del form, change
        people.save(obj, actor=ledger.person(request.user, door="admin"))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Django's page, and a line in the ledger where it set a password."""
        with transaction.atomic():
            answer = super().user_change_password(request, id, form_url)
            if request.method == "POST" and answer.status_code == 302:  # noqa: PLR2004 - done, and on to the next page
                user = get_object_or_404(User, pk=id)
                people.password_set(user, actor=ledger.person(request.user, door="admin"))
        return answer

    def subjects(self, obj: User) -> list[str]:
        """The person's name in the ledger."""
        return [people.subject(obj)]
