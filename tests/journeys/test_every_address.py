"""Nobody sees or decides what is not theirs: every address of the site, asked for as each kind of person.

A new address fails here until it has said whose it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from agreements import notices
from agreements import urls as agreements
from agreements.models import Affiliation, Case, ConnectionAgreement, NotificationAddress, Service, System, Vendor
from institutions import checking, confirming, consolidation, mandates
from institutions.duplicates import candidates, verdicts
from institutions.models import (
    Answer,
    Candidate,
    Check,
    CodeValue,
    Delivery,
    LawfulCombination,
    Mandate,
    Municipality,
    Verdict,
)
from registry import credentials, jobs, periods
from registry.jobs import Row
from registry.models import Credential, Event, Hook, HookCall, Message, Reader, User
from tests import builders, calling, working
from tests.agreements import test_theirs
from tests.agreements.people import KINDS, World
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.django_db
LOG_IN = "/admin/login/?next="
# Of those whose it is, some may no more than look.
STAFF, RUNNER = "staff", "runner"

# For everybody, signed in or not: the address, and what it answers.
OPEN: Mapping[str, tuple[str, int]] = {
    "": ("", 200), "institution/<str:nummer>/": ("institution/{unit}/", 200), "kommune/": ("kommune/", 200),
    "kommune/<str:kode>/": ("kommune/101/", 200), "opslag/": ("opslag/", 200), "dubletter/": ("dubletter/", 200),
    **{path: (path, 200) for path in ("hent-data/", "nyheder/", "nyheder/atom.xml", "statistik/",
                                      "statistik/statistik.csv")},
    "api/v1/institutioner/": ("api/v1/institutioner/", 200),
    "api/v1/institutioner/<str:nummer>/": ("api/v1/institutioner/{unit}/", 200),
    "api/v1/institutioner/<str:nummer>/historik/": ("api/v1/institutioner/{unit}/historik/", 200),
    "api/v1/opslag/": ("api/v1/opslag/", 405), "api/v1/opslag/<str:nummer>/": ("api/v1/opslag/{unit}/", 200),
    "api/v1/kommuner/": ("api/v1/kommuner/", 200), "api/v1/kodetabeller/": ("api/v1/kodetabeller/", 200),
    "api/v1/kodetabeller/<str:navn>/": ("api/v1/kodetabeller/ejerformKode/", 200),
    "api/v1/haendelser/": ("api/v1/haendelser/?efter=0", 200), "api/skema/": ("api/skema/", 200),
    "api/dokumentation/": ("api/dokumentation/", 200), "api/": ("api/findes-ikke/", 404),
    "api/dokumentation/kom-i-gang/": ("api/dokumentation/kom-i-gang/", 200),
    "api/dokumentation/klient/<str:name>": ("api/dokumentation/klient/sync.py", 200),
    "problemer/": ("problemer/", 200), "problemer/<str:code>/": ("problemer/ikke_fundet/", 200),
    "post/<str:token>/": ("post/gaettet/", 404), "post/<str:token>/<int:position>/": ("post/gaettet/1/", 404),
    # Without a token nobody is let in, whoever is signed in.
    **{f"api/v1/{path}": (f"api/v1/{path}".replace("<int:id>", "1"), 401) for path in (
        "dataaftaler/", "dataaftaler/institutionsnumre/", "indberetninger/<str:id>/",
        "indberetninger/<str:id>/raekker/", "mig/kald/", "mig/status/",
        "mig/webhooks/", "mig/webhooks/<int:id>/kald/")},
    **{f"api/v1/{path}": (f"api/v1/{path}".replace("<int:id>", "1"), 405) for path in (
        "indberetninger/", "indberetninger/<str:id>/udfoer/", "mig/position/", "match/",
        "mig/webhooks/<int:id>/", "mig/webhooks/<int:id>/kald/<str:kald>/igen/")},
    **{f"api/v1/institutioner/<str:nummer>/{act}/": (f"api/v1/institutioner/{{unit}}/{act}/", 405)
       for act in ("flyt", "nedlaeg", "genaabn")},
    "api/v1/reconcile/": ("api/v1/reconcile/", 200),
    "api/v1/reconcile/egenskaber/": ("api/v1/reconcile/egenskaber/", 200),
    "api/v1/udtraek/seneste/": ("api/v1/udtraek/seneste/", 200),
    "api/v1/udtraek/<int:udtraek>/<str:navn>": ("api/v1/udtraek/1/x.csv", 404),
    "o/token/": ("o/token/", 405), "o/revoke_token/": ("o/revoke_token/", 405),
    "demo/post/": ("demo/post/", 404), "healthz": ("healthz", 200), "readyz": ("readyz", 200),
    "metrics": ("metrics", 404),
}  # fmt: skip
# Not walked, and why.
EXEMPT: Mapping[str, str] = {
    "sprog/": "sets the language of whoever asks, and nothing else",
    "admin/login/": "is where those who are not let in are sent",
    "admin/logout/": "ends the session of whoever asks, and nothing else",
}
# What the admin's pages of each room answer STIL's staff: list, add, change, history. Nothing is ever deleted.
LOOK, KEEP, NEVER = (200, 403, 200, 200), (200, 200, 200, 200), (403, 403, 403, 403)
ROOMS: Mapping[str, tuple[int, int, int, int]] = {
    **dict.fromkeys(("registry/event", "registry/job", "registry/message", "django_tasks_database/dbtaskresult",
                     "registry/credential", "registry/reader", "registry/hookcall"), LOOK),
    "registry/user": NEVER, "institutions/institution": KEEP,
    "institutions/candidate": (200, 403, 302, 200), "institutions/verdict": (200, 403, 302, 200),
    **dict.fromkeys((f"institutions/{name}" for name in ("municipality", "codevalue", "lawfulcombination",
                                                         "consolidation", "report", "mandate", "delivery", "check")),
                    LOOK),
    **dict.fromkeys(("agreements/dataagreement", "agreements/case", "agreements/notice"), LOOK),
    **dict.fromkeys((f"agreements/{name}" for name in ("vendor", "system", "service", "connectionagreement",
                                                       "affiliation", "notificationaddress")), KEEP),
}  # fmt: skip
# The admin's other pages, by what follows the room: the address, and what a look at it answers.
ACTS: Mapping[str, tuple[str, int]] = {
    "": ("", 200), "password_change/": ("password_change/", 200),
    "password_change/done/": ("password_change/done/", 200), "autocomplete/": ("autocomplete/", 403),
    "jsi18n/": ("jsi18n/", 200), "r/<path:content_type_id>/<path:object_id>/": ("r/1/1/", 404),
    "^(?P<app_label>registry|django_tasks_database|institutions|agreements)/$": ("agreements/", 200),
    "(?P<url>.*)$": ("findes-ikke/", 404),
    "registry/job/<int:pk>/stop/": ("registry/job/{key}/stop/", 405),
    "registry/job/<int:pk>/genoptag/": ("registry/job/{key}/genoptag/", 405),
    "django_tasks_database/dbtaskresult/<uuid:pk>/igen/": ("django_tasks_database/dbtaskresult/{key}/igen/", 405),
    "registry/message/proeve/": ("registry/message/proeve/", 405),
    "registry/message/<int:pk>/igen/": ("registry/message/{key}/igen/", 200),
    "registry/message/<int:pk>/afslut/": ("registry/message/{key}/afslut/", 200),
    "registry/user/<id>/password/": ("registry/user/{key}/password/", 403),
    "registry/credential/udsted/": ("registry/credential/udsted/", 200),
    "registry/credential/<int:pk>/skift/": ("registry/credential/{key}/skift/", 200),
    "registry/credential/<int:pk>/afslut/": ("registry/credential/{key}/afslut/", 200),
    "institutions/mandate/giv/": ("institutions/mandate/giv/", 200),
    "institutions/mandate/<int:pk>/afslut/": ("institutions/mandate/{key}/afslut/", 200),
    "institutions/codevalue/ny/": ("institutions/codevalue/ny/", 200),
    "institutions/candidate/opdater/": ("institutions/candidate/opdater/", 405),
    "institutions/candidate/bekraeft/": ("institutions/candidate/bekraeft/", 200),
    "institutions/candidate/par/<str:one>/<str:other>/":
        ("institutions/candidate/par/{absorbed}/{survivor}/", 200),
    "institutions/consolidation/<int:seq>/fortryd/": ("institutions/consolidation/{key}/fortryd/", 200),
    "institutions/institution/foreslag/": ("institutions/institution/foreslag/", 200),
    **{f"institutions/institution/<str:number>/{act}/": (f"institutions/institution/{{key}}/{act}/", 200)
       for act in ("opret", "ret", "flyt", "nedlaeg", "genaabn", "traek-tilbage", "konsolider")},
    **{f"{room}/{act}/": (f"{room}/{act}/", status) for room in ("institutions/institution", "agreements/dataagreement")
       for act, status in (("process_import", 405), ("import", 200), ("export", 200))},
    "institutions/report/<int:pk>/besvar/": ("institutions/report/{key}/besvar/", 200),
    "agreements/dataagreement/afgoer/<slug:verb>/": ("agreements/dataagreement/afgoer/slet/?aftaler={key}", 200),
    **{f"agreements/case/{page}/": (f"agreements/case/{page}/", 200)
       for page in ("tavle", "tavle/aftaler", "opret", "opret-mange")},
    "agreements/case/forhaandsvis/": ("agreements/case/forhaandsvis/?sag={key}", 200),
    "agreements/case/handling/<slug:verb>/": ("agreements/case/handling/klar/?sag={key}", 200),
    **{f"agreements/case/<int:pk>/{act}/": (f"agreements/case/{{key}}/{act}/", 200)
       for act in ("udfoer", "g-nummer", "godkend", "fortryd", "luk-vindue")},
    "agreements/case/<int:pk>/aftale/<int:number>/": ("agreements/case/{key}/aftale/{on_case}/", 200),
}  # fmt: skip


def addresses(patterns: Any = None, before: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Every address of the site as it is written where it is joined, and its name."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        told = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, told)
        else:
            yield told, one.name or ""


class Site(World):
    """The world with a row of everything that the admin shows."""

    def __init__(self) -> None:
        super().__init__()
        self.people[RUNNER] = User.objects.create_user(RUNNER, is_staff=True, is_superuser=True)
        gone, unit = builders.legacy("A10001"), builders.unit()
        builders.agreement(gone)
        verdicts.give(builders.legacy("A10002"), unit, answer=Answer.SAME, actor=ACTOR)
        planned = consolidation.plan(unit, gone)
        done = consolidation.execute(planned, fingerprint=planned.fingerprint, actor=ACTOR)
        one = self.agreements["old"]
        NotificationAddress.objects.create(vendor=one.system.vendor, email="drift@x.example")
        told = notices.tell(builders.municipality("101"), one.system.vendor, contact="Mette", actor=ACTOR)
        report = confirming.report(builders.municipality("101"), text="Forkert", actor=ACTOR)
        job = jobs.start(working.note, what="Prøve", rows=[Row("R1", {"subject": "R1"})], actor=ACTOR)
        case = Case.objects.order_by("pk")[0]
        self.keys: dict[str, Any] = {
            "registry/event": Event.objects.order_by("seq")[0].pk, "registry/job": job.pk,
            "django_tasks_database/dbtaskresult": DBTaskResult.objects.all()[0].pk,
            "registry/message": Message.objects.all()[0].pk, "registry/user": self.people["here"].pk,
            "institutions/institution": unit.number, "institutions/report": report.pk,
            "institutions/consolidation": done.pk, "agreements/dataagreement": one.number,
            "agreements/case": case.pk, "agreements/notice": told.pk,
        }  # fmt: skip
        self._systems(one.system.code)
        # A look at the queue of candidates brings it up to date, and who first asks for a snapshot has it made.
        candidates.catch_up()
        Client().get("/api/v1/udtraek/seneste/")
        first = (Candidate, Municipality, CodeValue, LawfulCombination, Verdict, Vendor, System, Service,
                 ConnectionAgreement, Affiliation, NotificationAddress)  # fmt: skip
        for model in first:
            self.keys[model._meta.label_lower.replace(".", "/")] = model._default_manager.order_by("pk")[0].pk
        self.names = {
            "unit": unit.number, "gone": gone.number, "agreement": one.number, "case": case.pk,
            "absorbed": case.absorbed.number, "survivor": case.survivor.number,
            "on_case": builders.agreement(case.absorbed).number,
        }  # fmt: skip

    def _systems(self, code: str) -> None:
        """What a system has: a key, a mandate, a delivery; and what it is told."""
        today, here = periods.today(), builders.municipality("101")
        mandates.give(code, verbs=["ret"], since=today, municipality=here, actor=ACTOR)
        credentials.issue(code, scopes=["laes"], actor=ACTOR)
        Delivery.objects.create(system=code, mode="validering", on=today, rows_given=[])
        checking.queue()
        Reader.objects.create(system=code, called_at=timezone.now())
        hook = Hook.objects.create(system=code, url="https://x.example/", secret="x", position=0)
        HookCall.objects.create(hook=hook, message_id="x", body="{}")
        for model in (Credential, Mandate, Delivery, Check, Reader, HookCall):
            self.keys[model._meta.label_lower.replace(".", "/")] = model._default_manager.all()[0].pk

    def admin(self) -> dict[str, tuple[str, int]]:
        """Every page of the admin as it is written where it is joined: its address, and what it answers the staff."""
        told = {f"admin/{route}": (self._filled(address), status) for route, (address, status) in ACTS.items()}
        for room, (listed, add, change, history) in ROOMS.items():
            at, one = f"admin/{room}/", f"admin/{room}/{self.keys[room]}/"
            told |= {
                at: (at, listed), f"{at}add/": (f"{at}add/", add), f"{at}<path:object_id>/": (one, 302),
                f"{at}<path:object_id>/change/": (f"{one}change/", change),
                f"{at}<path:object_id>/history/": (f"{one}history/", history),
                f"{at}<path:object_id>/delete/": (f"{one}delete/", 403),
            }  # fmt: skip
        return told

    def _filled(self, address: str) -> str:
        room = next((one for one in ROOMS if address.startswith(f"{one}/")), "")
        return "admin/" + address.format(key=self.keys.get(room), **self.names)


@pytest.fixture
def site() -> Site:
    """The site."""
    return Site()


def test_every_address_has_said_whose_it_is(site: Site) -> None:
    theirs = {told for told, name in addresses(agreements.urlpatterns) if name in test_theirs.PAGES}
    known = [*OPEN, *EXEMPT, *theirs, *site.admin()]
    assert sorted(told for told, _name in addresses()) == sorted(known)


def test_what_is_everybodys_answers_all_alike_and_nobody_changes_it(site: Site) -> None:
    for who in (*KINDS, RUNNER):
        calling.afresh()
        client = site.client(who)
        before = builders.everything()
        for address, status in OPEN.values():
            at = f"/{address.format(**site.names)}"
            assert (who, at, client.get(at).status_code) == (who, at, status)
            client.post(at, {})
        assert builders.everything() == before, who


def test_the_admin_sends_all_but_stils_staff_to_the_log_in(site: Site) -> None:
    for who in set(KINDS) - {STAFF}:
        client = site.client(who)
        before = builders.everything()
        for address, _status in site.admin().values():
            for ask in (client.get, client.post):
                answer = ask(f"/{address}")
                assert (who, address, answer.status_code) == (who, address, 302)
                assert answer["Location"].startswith(LOG_IN), (who, address)
        assert builders.everything() == before, who


def test_stils_staff_look_at_every_page_of_the_admin_and_delete_nothing(site: Site) -> None:
    client = site.client(STAFF)
    before = builders.everything()
    for address, status in site.admin().values():
        assert (address, client.get(f"/{address}").status_code) == (address, status)
        if status == 403:
            assert client.post(f"/{address}", {"post": "yes"}).status_code in {403, 405}, address
    assert builders.everything() == before


def test_who_may_sign_in_is_seen_to_by_those_who_run_the_register(site: Site) -> None:
    client = site.client(RUNNER)
    for address, status in site.admin().values():
        theirs = "registry/user/" in address and status == 403 and not address.endswith("/delete/")
        assert (address, client.get(f"/{address}").status_code) == (address, 200 if theirs else status)
