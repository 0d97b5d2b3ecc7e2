"""A municipality confirms the register once a year, or reports what is wrong."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements import parties
from institutions import confirming, lifecycle
from institutions.models import Report
from registry import ledger, periods
from registry.ledger import Actor
from registry.models import Event, User
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR
from tests.reading import read, said

if TYPE_CHECKING:
    from institutions.models import Municipality

pytestmark = pytest.mark.django_db
PAGE = "/kommune/101/bekraeft/"
METTE = Actor("mette", "side")


@pytest.fixture
def mette(client: Client, copenhagen: Municipality) -> Client:
    """Københavns Kommune, signed in."""
    user = User.objects.create_user("mette", "mette@x.example")
    parties.affiliate(user, municipality=copenhagen, actor=ACTOR)
    client.force_login(user)
    return client


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(client: Client) -> int:
    """The position that the page carries."""
    return int(client.get(PAGE).context["position"])


def confirm(client: Client, position: int) -> Any:  # noqa: ANN401 - the test client's own answer
    return client.post(PAGE, {"set": str(position)}, follow=True)


def confirmed_long_ago() -> None:
    """A confirmation of a year ago and a day: the ledger's last line, put there as it would have been then."""
    Event.objects.create(
        seq=ledger.head() + 1, transaction=1, at=timezone.now() - timedelta(days=366), actor="mette", door="side",
        action=confirming.CONFIRM, subject="kommune:101", data={"position": ledger.head()}, correlation=uuid.uuid4(),
    )  # fmt: skip


def test_a_confirmation_is_a_line_in_the_ledger(mette: Client, copenhagen: Municipality) -> None:
    builders.unit(name="Havhuset")
    assert confirming.last(copenhagen) is None
    assert "endnu ikke bekræftet" in read(mette, PAGE)
    position = seen(mette)
    shown = said(confirm(mette, position))
    assert "Tak. Registeret er bekræftet" in shown
    assert "Intet er ændret siden da" in shown
    assert "Bekræft, at det er rigtigt" not in shown
    event = Event.objects.get(action="municipality.confirm")
    assert (event.subject, event.actor, event.on_behalf_of) == ("kommune:101", "mette", "Københavns Kommune")
    assert event.data == {"position": position}
    last = confirming.last(copenhagen)
    assert last is not None
    assert (last.position, last.by, last.stale) == (position, "mette", False)
    assert confirming.latest() == {"101": last}


def test_a_second_click_confirms_nothing_anew(mette: Client) -> None:
    builders.unit()
    position = seen(mette)
    for _click in range(2):
        assert "Tak." in said(confirm(mette, position))
    assert Event.objects.filter(action="municipality.confirm").count() == 1


def test_a_page_that_has_become_old_is_shown_again(mette: Client, copenhagen: Municipality) -> None:
    unit = builders.unit(name="Havhuset")
    confirming.confirm(copenhagen, seen=ledger.head(), actor=METTE)
    position = seen(mette)
    lifecycle.correct(unit, on=periods.today(), actor=ACTOR, reason="", name="Havblik")
    answer = confirm(mette, position)
    assert answer.status_code == 409
    shown = said(answer)
    assert "Registeret er ændret, siden du åbnede siden: 1 hændelser. Intet er bekræftet." in shown
    assert f"ny {unit.number}" in shown
    assert "Havblik" in shown
    assert Event.objects.filter(action="municipality.confirm").count() == 1
    assert "Tak." in said(confirm(mette, answer.context["position"]))


def test_what_happens_elsewhere_is_in_nobodys_way(mette: Client, aarhus: Municipality) -> None:
    builders.unit()
    position = seen(mette)
    builders.unit(kommune=aarhus.code)
    assert "Tak." in said(confirm(mette, position))


@pytest.mark.parametrize("position", ["", "x", "-1", "999999999"])
def test_a_position_that_nobody_was_shown_confirms_nothing(mette: Client, position: str) -> None:
    assert mette.post(PAGE, {"set": position}).status_code in {400, 422}
    assert not Event.objects.filter(action="municipality.confirm").exists()


def test_what_has_changed_since_is_listed(mette: Client, copenhagen: Municipality, aarhus: Municipality) -> None:
    unit = builders.unit(name="Havhuset")
    confirming.confirm(copenhagen, seen=ledger.head(), actor=METTE)
    lifecycle.correct(unit, on=periods.today(), actor=ACTOR, reason="", name="Havblik")
    builders.unit(name="Et andet sted", kommune=aarhus.code)
    events = list(confirming.changes(copenhagen, since=confirming.last(copenhagen).position))  # type: ignore[union-attr]
    assert [(event.action, event.subject) for event in events] == [("lifecycle.correct", unit.number)]
    shown = read(mette, PAGE)
    assert "1 ændring siden da" in shown
    assert "Et andet sted" not in shown


def test_what_the_municipality_has_done_stands_on_its_page_for_its_people_and_stil(
    mette: Client, copenhagen: Municipality, kirsten: User
) -> None:
    builders.unit()
    public = "/kommune/101/"
    other = User.objects.create_user("other")
    parties.affiliate(other, municipality=builders.municipality("751"), actor=ACTOR)
    told = "endnu ikke bekræftet"
    assert [told in read(who, public) for who in (mette, signed_in(kirsten))] == [True, True]
    assert ["bekræft" in read(who, public) for who in (Client(), signed_in(other))] == [False, False]
    confirming.confirm(copenhagen, seen=ledger.head(), actor=METTE)
    assert "næste gang senest" in read(mette, public)


def test_a_year_later_it_is_stale(mette: Client, kirsten: User) -> None:
    builders.unit()
    confirmed_long_ago()
    assert "Det skal ske hvert år." in read(mette, "/kommune/101/")
    assert "Det er over et år siden." in read(mette, PAGE)
    staff = signed_in(kirsten)
    assert "Det skal ske hvert år." in read(staff, "/kommune/101/")
    listed = staff.get("/admin/institutions/municipality/?bekraeftet=forældet")
    assert [one.code for one in listed.context["cl"].result_list] == ["101"]
    assert "Tak." in said(confirm(mette, seen(mette)))
    assert "Det er over et år siden." not in read(mette, PAGE)


def test_stil_sees_who_has_confirmed(copenhagen: Municipality, kirsten: User) -> None:
    confirming.confirm(copenhagen, seen=ledger.head(), actor=METTE)
    staff = signed_in(kirsten)
    start = staff.get("/admin/").content.decode()
    assert "Kommunernes bekræftelser" in start
    names = "/admin/institutions/municipality/?bekraeftet="
    assert [one.code for one in staff.get(f"{names}gælder").context["cl"].result_list] == ["101"]
    assert len(staff.get(f"{names}aldrig").context["cl"].result_list) == 97
    assert list(staff.get(f"{names}forældet").context["cl"].result_list) == []
    assert "Københavns Kommune" in read(staff, PAGE)


def test_stil_does_not_confirm_for_a_municipality(kirsten: User) -> None:
    staff = signed_in(kirsten)
    assert "Bekræft, at det er rigtigt" not in read(staff, PAGE)
    assert staff.post(PAGE, {"set": "0"}).status_code == 403
    assert staff.post(PAGE, {"meld": "1", "tekst": "Forkert"}).status_code == 403


def test_what_is_wrong_becomes_a_task_for_stil_and_its_answer_comes_back(mette: Client, kirsten: User) -> None:
    unit = builders.unit(name="Havhuset")
    wrong = {"meld": "1", "nummer": unit.number, "tekst": "Havhuset lukkede i maj"}
    for _click in range(2):
        assert "STIL ser på det" in said(mette.post(PAGE, wrong, follow=True))
    (report,) = Report.objects.all()
    told = Event.objects.get(action="report.add")
    assert (told.subject, told.reason, told.on_behalf_of) == (
        report.subject, "Havhuset lukkede i maj", "Københavns Kommune",
    )  # fmt: skip
    staff = signed_in(kirsten)
    panel = "Fejl, som kommuner har meldt"
    assert panel in staff.get("/admin/").content.decode()
    page = f"/admin/institutions/report/{report.pk}/besvar/"
    asked = staff.get(page)
    given = {"seen": asked.context["form"].initial["seen"], "answer": "Den er nedlagt nu."}
    assert staff.post(page, given).status_code == 302
    report.refresh_from_db()
    assert (report.answer, report.answered_by) == ("Den er nedlagt nu.", "kirsten")
    assert "Den er nedlagt nu." in read(mette, PAGE)
    assert panel not in staff.get("/admin/").content.decode()
    assert staff.post(page, given).status_code == 422
    assert Event.objects.filter(action="report.answer").count() == 1
    with pytest.raises(Refused) as refused:
        confirming.answer(report, text="Igen", actor=ACTOR)
    assert refused.value.code == "er_besvaret"


def test_a_report_that_cannot_be_read_is_refused_on_its_field(mette: Client) -> None:
    for wrong in ({"tekst": ""}, {"tekst": "x", "nummer": "G99999"}, {"tekst": "x" * 2001}):
        answer = mette.post(PAGE, {"meld": "1", **wrong})
        assert answer.status_code == 422
        assert answer.context["report_form"].errors
    assert not Report.objects.exists()


def test_the_page_takes_as_many_queries_for_many_as_for_few(mette: Client, copenhagen: Municipality) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert mette.get(PAGE).status_code == 200
        return len(captured)

    builders.tree()
    confirming.confirm(copenhagen, seen=ledger.head(), actor=METTE)
    builders.tree()
    confirming.report(copenhagen, text="Forkert", actor=METTE)
    asked()
    one = asked()
    for number in range(3):
        builders.tree(on=date(2026, 2, 1))
        confirming.report(copenhagen, text=f"Forkert {number}", institution=builders.unit(), actor=METTE)
    assert asked() <= one + 1
