"""The demo: a believable register through the rules, the same for the same seed, never over another."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Q

from agreements import demo
from agreements.models import DataAgreement, Service, System, Vendor
from institutions import timelines
from institutions.demo import sources
from institutions.demo.draws import stream
from institutions.demo.opening import Opening
from institutions.demo.systems import KEY, READERS
from institutions.models import (
    Candidate,
    Cause,
    Check,
    Consolidation,
    Delivery,
    Institution,
    Level,
    Succession,
    Version,
)
from registry import calls, ledger, periods
from registry.models import Event, User
from tests.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoDbBlocker
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.slow

DAY = date(2026, 3, 27)
SEQUENCES = {"institutions_d_number": 10_000, "institutions_g_number": 10_431, "agreements_number": 100_000}


def run(**options: Any) -> str:  # noqa: ANN401
    out = io.StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def as_new() -> None:
    """Sequences as in a new database: they do not follow a rollback."""
    with connection.cursor() as cursor:
        for name, last in SEQUENCES.items():
            cursor.execute("SELECT setval(%s, %s)", [name, last])


def told() -> dict[str, Any]:
    """The whole register in the words of the ledger, and every agreement."""
    states = timelines.states(timelines.load(Institution.objects.all()).values())
    agreements = DataAgreement.objects.order_by("number").values_list(
        "number", "system__code", "service__code", "institution__number", "status", "created_on", "ended_on"
    )
    # Subjects by primary key: they do not follow a rollback.
    by_key = ("bruger:", "system:", "tilknytning:", "modtager:", "varsel:", "melding:")
    keyed = reduce(or_, (Q(subject__startswith=kind) for kind in by_key))
    acts = Event.objects.exclude(keyed).values_list("action", "subject", "reason", "actor")
    return {
        "states": {one["number"]: one for one in states.values()},
        "agreements": list(agreements),
        "acts": list(acts),
        "people": list(User.objects.order_by("pk").values_list("username", "email", "is_superuser")),
    }


@pytest.fixture(scope="module")
def output(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """What the command printed. Its register is there for all tests of this file, and gone afterwards."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic():
        as_new()
        yield run()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_register() -> None:
    built = []
    for _each in range(2):
        with transaction.atomic():
            as_new()
            demo.build(seed=7, today=DAY, tell=io.StringIO().write)
            built.append(told())
            transaction.set_rollback(True)
    assert built[0] == built[1]


def test_another_seed_gives_another_register() -> None:
    drawn = [Opening(stream(seed, "åbning")).draw() for seed in (7, 7, 8)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_the_command_says_what_it_built_and_how_to_sign_in(output: str) -> None:
    said = re.sub(r"på [0-9]+,?[.]?[0-9]* sekunder", "på N sekunder", output)
    assert said.splitlines() == [
        (
            "Bygget på N sekunder: 1211 institutioner i 12 kommuner, 150 A-numre, 2000 dataaftaler,"
            " 142 begivenheder siden 2019 og 6 konsolideringer, hvoraf én er fortrudt."
        ),
        "Log ind på /admin/ som:",
        "  stil / stil-demo (STIL, må alt)",
        "  jonas / jonas-demo (STIL, medarbejder)",
        "Log ind på /aftaler/ som:",
        "  mette / mette-demo (Aarhus Kommune)",
        "  per / per-demo (G10481)",
        "  vera / vera-demo (Strandhejren IT A/S)",
        "Hent et token på /o/token/ med:",
        "  SH000101-demo / kun-til-demoen (Strandhejren Pladsanvisning)",
    ]


@pytest.mark.usefixtures("output")
def test_a_register_that_is_there_is_kept() -> None:
    before = ledger.head(), told()
    assert run(seed=8).splitlines()[0] == "Registeret er ikke tomt: 1361 institutioner er beholdt, og intet er ændret."
    assert (ledger.head(), told()) == before


@pytest.mark.usefixtures("output")
def test_a_changed_password_is_not_told() -> None:
    with transaction.atomic():
        User.objects.filter(username="stil").update(password="!")
        assert run().splitlines()[1:3] == ["Log ind på /admin/ som:", "  jonas / jonas-demo (STIL, medarbejder)"]
        transaction.set_rollback(True)


@pytest.mark.usefixtures("output")
def test_it_holds_what_a_register_holds() -> None:
    assert Counter(Institution.objects.values_list("level", flat=True)) == {
        Level.DAGINSTITUTION: 407, Level.ANVISNINGSENHED: 712, Level.ALTERNATIV_ADRESSE: 92, Level.UDENFOR: 150,
    }  # fmt: skip
    now = Version.objects.filter(period__contains=periods.today())
    assert now.exclude(administrative_municipality=None).values("administrative_municipality").distinct().count() == 12
    kinds = {"", "6010", "6011", "6012", "6013", "6014", "6020", "6021", "6022"}
    assert set(now.values_list("institution_type", flat=True)) == kinds
    assert set(now.values_list("ownership", flat=True)) == {"", "1", "2", "3", "4"}
    assert set(Version.objects.values_list("closing_cause", flat=True)) == {"", *Cause.values}


@pytest.mark.usefixtures("output")
def test_some_of_it_lies_ahead_and_some_has_successors() -> None:
    ahead = Version.objects.filter(period__startswith__gt=periods.today()).count()
    closing = Version.objects.filter(period__endswith__gt=periods.today()).exclude(closing_cause="").count()
    assert (ahead > 10, closing > 4) == (True, True)
    assert set(Succession.objects.values_list("kind", flat=True)) == {Cause.MERGED, Cause.SPLIT, Cause.TAKEN_OVER}


@pytest.mark.usefixtures("output")
def test_five_consolidations_stand_and_one_is_undone() -> None:
    assert Consolidation.objects.count() == 6
    assert Institution.objects.exclude(absorbed_into=None).count() == 5
    assert Event.objects.filter(action="consolidation.undo", subject__startswith="A").count() == 1


@pytest.mark.usefixtures("output")
def test_pairs_are_proposed() -> None:
    assert Candidate.objects.exists()


@pytest.mark.usefixtures("output")
def test_owners_of_some_special_institutions_have_not_noticed_barnets_lov() -> None:
    special = Version.objects.filter(period__contains=periods.today(), institution_type="6022")
    assert Counter(special.values_list("legal_ground", flat=True)) == {"50": 3, "60": 7, "": 2}


@pytest.mark.usefixtures("output")
def test_agreements_are_in_every_state_and_some_are_on_a_numbers() -> None:
    assert (Vendor.objects.count(), System.objects.count(), Service.objects.count()) == (8, 12, 5)
    assert set(DataAgreement.objects.values_list("status", flat=True)) == {"VENTER", "GODKENDT", "AFVIST", "SLETTET"}
    changed = Event.objects.filter(action="consolidation.execute", subject__startswith="aftale:")
    moved = changed.filter(data__before__has_key="institution_id").count()
    assert DataAgreement.objects.filter(institution__level=Level.UDENFOR).count() == 300 - moved
    assert not DataAgreement.objects.filter(created_on__gt=periods.today()).exists()


@pytest.mark.usefixtures("output")
def test_nobody_can_be_reached() -> None:
    mails = Version.objects.exclude(email="").values_list("email", flat=True)
    assert {one.rsplit(".", 1)[-1] for one in mails} == {"example"}


@pytest.mark.usefixtures("output")
def test_the_ledger_holds() -> None:
    assert [one for one in ledger.verify() if isinstance(one, ledger.Break)] == []
    # What systems have reported came in by their own door.
    assert set(Event.objects.values_list("door", flat=True)) == {"demo", "api"}
    assert set(Event.objects.filter(door="api").values_list("actor", flat=True)) == {"SH000101"}


@pytest.mark.usefixtures("output")
def test_systems_have_reported_in_every_way() -> None:
    told = Delivery.objects.order_by("created_at").values_list("system", "mode", "state", "counts__afvist")
    assert list(told) == [
        ("SH000101", "alt-eller-intet", "udfoert", 0), ("SH000101", "raekkevis", "udfoert", 2),
        ("SH000101", "alt-eller-intet", "planlagt", 0), ("PK000101", "validering", "planlagt", 2),
    ]  # fmt: skip
    standing = {system: calls.standing(system).health for system in READERS}
    assert standing == {
        "SH000101": "ok", "PK000101": "ok", "GK000101": "ok", "FI000101": "afvist", "RL000101": "tavs",
    }  # fmt: skip


@pytest.mark.usefixtures("output")
def test_the_demos_key_is_good_for_a_token(client: Client) -> None:
    answer = client.post(
        "/o/token/",
        {"grant_type": "client_credentials", "client_id": KEY[0], "client_secret": KEY[1]},
    )
    assert (answer.status_code, answer.json()["scope"]) == (200, "laes skriv aftaler")


@pytest.mark.usefixtures("output")
def test_every_public_page_has_something_to_show(client: Client) -> None:
    assert "tilstand.ndjson.gz" in read(client, "/hent-data/")
    assert "Intet at vise" not in read(client, "/nyheder/?haendelse=konsolideret")
    assert "5 af 150 A-numre er ude af brug: 5 er konsolideret ind i registeret" in read(client, "/statistik/")


@pytest.mark.usefixtures("output")
def test_dar_and_cvr_know_most_of_it(settings: Settings, tmp_path: Path) -> None:
    with transaction.atomic():
        settings.DAR_FILE, settings.CVR_FILE = str(tmp_path / "x" / "dar.csv"), str(tmp_path / "x" / "cvr.csv")
        sources.know(Opening(stream(demo.SEED, "åbning")).draw())
        found = {(one["source"], one["state"]) for one in Check.objects.values("source", "state")}
        assert found == {
            (source, state) for source in Check.Source.values for state in Check.State.values if state != "venter"
        }
        transaction.set_rollback(True)
