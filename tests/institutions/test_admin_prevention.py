"""The page that opens an institution: what seems to be there is shown first, and nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from institutions.models import Institution, Verdict
from registry import periods
from tests import builders
from tests.builders import ADDRESS

if TYPE_CHECKING:
    from django.test import Client

    from registry.models import User

pytestmark = pytest.mark.django_db
TYPED = {"name": "LÆRKEREDEN", "institution_type": "6012", "p_number": "1012345678", "reason": "Ny i år",
         **{name: str(ADDRESS[name]) for name in ("street", "house_number", "postcode", "town")}}  # fmt: skip


@pytest.fixture
def unit(client: Client, kirsten: User) -> Institution:
    """Lærkereden, that is there already; Kirsten is signed in."""
    client.force_login(kirsten)
    return builders.unit()


def send(desk: Client, **given: str) -> Any:  # noqa: ANN401
    """Fill in the page that opens a unit under a daginstitution of its own, and send it."""
    top = Institution.objects.filter(level="daginstitution").order_by("-number")[0]
    url = f"/admin/institutions/institution/{top.number}/opret/"
    seen = desk.get(url).context["form"]["seen"].value()
    told = {"parent": top.number, "on": periods.today().isoformat(), "seen": seen}
    return desk.post(url, {**told, **TYPED, **given})


def test_the_likely_one_is_shown_first_and_nothing_is_lost(client: Client, unit: Institution) -> None:
    answer = send(client)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == ["despite"]
    assert [(one.number, one.name, one.address) for one in form.likely] == [
        (unit.number, "Lærkereden", "Lærkevej 7, 2400 København NV"),
    ]  # fmt: skip
    assert {name: form[name].value() for name in TYPED} == TYPED
    page = answer.content.decode()
    assert f'<a href="/admin/institutions/institution/{unit.number}/change/">{unit.number}</a>' in page
    assert f"{form.likely[0].percent} % sandsynlig" in page
    assert page.index('id="likely"') < page.index('name="name"')
    assert page.count('name="despite"') == 1
    assert Institution.objects.filter(level="anvisningsenhed").count() == 1


def test_each_reason_is_shown_with_its_weight(client: Client, unit: Institution) -> None:
    del unit
    answer = send(client)
    page = answer.content.decode()
    reasons = answer.context["form"].likely[0].reasons
    signed = [f"{one['vaegt']:+.2f}".replace(".", ",").replace("-", "−") for one in reasons]  # noqa: RUF001
    assert page.count('<span class="reason">') == len(reasons)
    assert all(f"<b>{one}</b>" in page for one in signed)


def test_who_says_why_opens_it(client: Client, unit: Institution) -> None:
    answer = send(client, despite="To huse på samme grund")
    assert answer.status_code == 302
    verdict = Verdict.objects.get()
    made = Institution.objects.filter(level="anvisningsenhed").exclude(pk=unit.pk).get()
    assert {verdict.first, verdict.second} == {unit, made}
    assert (verdict.by, verdict.reason) == ("kirsten", "To huse på samme grund")


def test_the_field_is_there_only_when_it_is_asked_for(client: Client, unit: Institution) -> None:
    page = client.get(f"/admin/institutions/institution/{builders.daginstitution().number}/opret/").content.decode()
    assert "despite" not in page
    assert send(client, street="Enghavevej", name="Mågereden", p_number="1012345699").status_code == 302
    assert unit.number


def test_what_was_said_is_kept_where_something_else_is_wrong(client: Client, unit: Institution) -> None:
    del unit
    answer = send(client, despite="To huse", p_number="12")
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == ["p_number"]
    assert form["despite"].value() == "To huse"
    assert answer.content.decode().count('name="despite"') == 1


def test_one_that_is_taken_over_is_seen_by_the_owner_it_inherits(client: Client, unit: Institution) -> None:
    top = builders.daginstitution(name="Fonden", ownership="3", legal_ground="13")
    private = builders.unit(top, name="Mågereden", house_number="9", p_number="1012345688")
    builders.daginstitution(name="Klynge Vest")
    answer = send(client, name="Mågereden", house_number="9", p_number="1012345677")
    assert [one.number for one in answer.context["form"].likely] == [private.number]
    assert "inside.owner" in {reason["kode"] for reason in answer.context["form"].likely[0].reasons}
    assert unit.number
