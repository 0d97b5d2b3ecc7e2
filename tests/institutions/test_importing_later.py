"""A later file is the state that is wanted: only what differs changes, through the rules, and leaf first."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from institutions import importing, lifecycle
from institutions.duplicates import candidates
from institutions.models import Institution, Level, Version
from registry import ledger
from registry.models import Event
from tests import builders, sheets
from tests.sheets import alternative, top, unit

if TYPE_CHECKING:
    from registry.ledger import Actor

pytestmark = pytest.mark.django_db

OPENED, LATER = date(2019, 8, 1), date(2021, 3, 1)
TREE = (top(), top("D10002", dagtilbudsNavn="Klynge Syd"), unit(), unit("G10501"), alternative())
CLOSED = {"aktivitetsstatus": "Nedlagt"}


@pytest.fixture(autouse=True)
def opened(actor: Actor) -> int:
    """Two daginstitutioner, two units under one of them, an alternative address. Gives the ledger's head."""
    importing.register(sheets.register(*TREE), actor=actor, on=OPENED)
    return ledger.head()


def one(number: str) -> Institution:
    return Institution.objects.get(number=number)


def acts_since(head: int) -> list[tuple[str, str]]:
    return list(Event.objects.filter(seq__gt=head).values_list("action", "subject"))


def test_the_same_file_changes_nothing_and_tells_nothing(opened: int, actor: Actor) -> None:
    before = builders.dump(), builders.sequences()
    report = importing.register(sheets.register(*TREE), actor=actor)
    assert {verdict for _number, verdict in sheets.verdicts(report)} == {"uændret"}
    assert (builders.dump(), builders.sequences()) == before
    assert ledger.head() == opened


def test_an_old_code_that_no_table_has_any_more_may_stay(actor: Actor) -> None:
    old = {"ejerformKode": "1", "lovgrundlagKode": "50", "instType3": "6022"}
    kept = [top("D10003", lovgrundlagKode="50"), unit("G10503", parent="D10003", **old)]
    Version.objects.filter(institution__number="G10501").update(legal_ground="50", institution_type="6022")
    same = unit("G10501", **old)
    assert sheets.verdicts(importing.register(sheets.register(same), actor=actor)) == [("G10501", "uændret")]
    renamed = importing.register(sheets.register(same | {"dagtilbudsNavn": "Troldhøj"}), actor=actor)
    assert sheets.verdicts(renamed) == [("G10501", "ændret")]
    closed = importing.register(sheets.register(same | CLOSED), actor=actor, on=date(2099, 1, 1))
    assert sheets.verdicts(closed) == [("G10501", "nedlagt")]
    refused = importing.register(sheets.register(unit(lovgrundlagKode="50"), *kept), actor=actor)
    assert {verdict for _number, verdict in sheets.verdicts(refused)} == {"afvist"}


def test_what_differs_changes_from_the_day(opened: int, actor: Actor) -> None:
    rows = [unit(dagtilbudsNavn="Troldhøj", vejNavn="Ahornsgade"), unit("G10501")]
    report = importing.register(sheets.register(*rows), actor=actor, on=LATER)
    assert sheets.verdicts(report) == [("G10500", "ændret"), ("G10501", "uændret")]
    assert report.decisions[0].changes == {"navn": ("Lærkereden", "Troldhøj"), "vejNavn": ("Lærkevej", "Ahornsgade")}
    assert builders.told(one("G10500"), "name") == [
        ("2019-08-01", "2021-03-01", "Lærkereden"), ("2021-03-01", "", "Troldhøj"),
    ]  # fmt: skip
    assert acts_since(opened) == [("lifecycle.correct", "G10500")]


def test_a_status_that_nobody_knows_is_refused_and_not_taken_for_open(opened: int, actor: Actor) -> None:
    report = importing.register(sheets.register(unit(aktivitetsstatus="Nedlagd")), actor=actor)
    assert sheets.verdicts(report) == [("G10500", "afvist")]
    assert [(one.code, one.suggestions) for one in report.decisions[0].problems] == [
        ("ukendt_kode", ("Aktiv", "Nedlagt")),
    ]  # fmt: skip
    assert acts_since(opened) == []


def test_a_column_that_is_not_there_says_nothing(opened: int, actor: Actor) -> None:
    content = sheets.lines(["anvisningsenhedsNummer", "dagtilbudsNavn"], ["G10500", "Lærkereden"])
    assert sheets.verdicts(importing.register(content, actor=actor)) == [("G10500", "uændret")]
    assert acts_since(opened) == []


def test_an_empty_field_takes_away(actor: Actor) -> None:
    importing.register(sheets.register(unit(email="post@koebenhavn.example")), actor=actor, on=LATER)
    importing.register(sheets.register(unit(email="")), actor=actor, on=date(2021, 4, 1))
    assert [mail for *_days, mail in builders.told(one("G10500"), "email")] == ["", "post@koebenhavn.example", ""]


def test_another_parent_is_a_move_and_alternative_addresses_follow(opened: int, actor: Actor) -> None:
    report = importing.register(sheets.register(unit(parent="D10002")), actor=actor, on=LATER)
    assert report.decisions[0].changes == {"overordnet": ("D10001", "D10002")}
    assert acts_since(opened) == [("lifecycle.move", "G10500")]
    parents = Version.objects.filter(period__contains=LATER, parent__isnull=False).order_by("institution__number")
    assert list(parents.values_list("institution__number", "parent__number")) == [
        ("G10500", "D10002"), ("G10501", "D10001"), ("G10600", "G10500"),
    ]  # fmt: skip


def test_a_daginstitution_and_all_under_it_close_leaf_first_whatever_the_order_of_rows(
    opened: int, actor: Actor
) -> None:
    rows = [top(**CLOSED), unit(**CLOSED), unit("G10501", **CLOSED), alternative(**CLOSED)]
    report = importing.register(sheets.register(*rows), actor=actor, on=LATER)
    assert {verdict for _number, verdict in sheets.verdicts(report)} == {"nedlagt"}
    assert sorted(acts_since(opened)) == [
        ("lifecycle.close", number) for number in ("D10001", "G10500", "G10501", "G10600")
    ]
    assert {end for number in ("D10001", "G10600") for _start, end, _name in builders.told(one(number), "name")} == {
        "2021-03-01"
    }


def test_a_parent_with_an_open_child_is_not_closed(actor: Actor) -> None:
    report = importing.register(sheets.register(top(**CLOSED), unit(**CLOSED)), actor=actor, on=LATER)
    assert sheets.verdicts(report) == [("D10001", "afvist"), ("G10500", "afvist")]
    assert sheets.wrong(report) == [("har_aabne_underenheder", "on"), ("har_aabne_underenheder", "on")]


def test_a_unit_may_move_out_before_its_daginstitution_closes(actor: Actor) -> None:
    rows = [top(**CLOSED), unit(parent="D10002"), unit("G10501", parent="D10002")]
    report = importing.register(sheets.register(*rows), actor=actor, on=LATER)
    assert sheets.verdicts(report) == [("D10001", "nedlagt"), ("G10500", "ændret"), ("G10501", "ændret")]


def test_a_closed_row_that_is_closed_is_unchanged(opened: int, actor: Actor) -> None:
    content = sheets.register(alternative(**CLOSED))
    importing.register(content, actor=actor, on=LATER)
    head = ledger.head()
    assert sheets.verdicts(importing.register(content, actor=actor)) == [("G10600", "uændret")]
    assert (opened + 1, ledger.head()) == (head, head)


def test_a_closed_number_is_not_opened_by_a_file(actor: Actor) -> None:
    lifecycle.close(one("G10600"), on=LATER, actor=actor, reason="Fraflyttet")
    report = importing.register(sheets.register(alternative(), unit()), actor=actor, on=date(2021, 4, 1))
    assert sheets.verdicts(report) == [("G10600", "afvist"), ("G10500", "uændret")]
    assert sheets.wrong(report) == [("ikke_aaben", "on")]


def test_a_row_without_a_number_gets_one_and_can_be_a_parents_first_child(opened: int, actor: Actor) -> None:
    rows = [unit("", parent="D10002", dagtilbudsNavn="Troldhøj"),
            alternative("", parent="G10501", dagtilbudsNavn="Skovgruppen", vejNavn="Skovvej")]  # fmt: skip
    report = importing.register(sheets.register(*rows), actor=actor, on=LATER)
    numbers = [number for number, _verdict in sheets.verdicts(report)]
    assert sheets.verdicts(report) == [(numbers[0], "ny"), (numbers[1], "ny")]
    assert [number > "G10600" for number in numbers] == [True, True]
    assert acts_since(opened) == [("lifecycle.open", numbers[0]), ("lifecycle.open", numbers[1])]
    assert [parent and parent.number for *_days, parent in builders.told(one(numbers[0]), "parent")] == ["D10002"]


def test_a_new_unit_without_a_parent_gets_a_daginstitution_of_its_own(actor: Actor) -> None:
    report = importing.register(sheets.register(unit("", parent="", dagtilbudsNavn="Troldhøj")), actor=actor, on=LATER)
    ((number, verdict),) = sheets.verdicts(report)
    own = Version.objects.get(institution__number=number).parent
    assert verdict == "ny"
    assert own
    assert builders.told(own, "name") == [("2021-03-01", "", "Troldhøj")]
    assert own.level == Level.DAGINSTITUTION


def test_a_number_that_was_never_issued_is_refused(actor: Actor) -> None:
    report = importing.register(sheets.register(unit("G99998"), unit()), actor=actor)
    assert sheets.verdicts(report) == [("G99998", "afvist"), ("G10500", "uændret")]
    assert sheets.wrong(report) == [("ukendt_nummer", "number")]


def test_a_number_stays_on_its_level(actor: Actor) -> None:
    report = importing.register(sheets.register(unit("G10600")), actor=actor)
    assert sheets.wrong(report) == [("felt_paa_forkert_niveau", "level")]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"pNummer": ""}, "mangler", "p_number"),
        ({"lovgrundlagKode": "13"}, "ulovlig_kombination", "legal_ground"),
        ({"email": "ved lederen"}, "ugyldig_vaerdi", "email"),
        ({"postNummer": "24000"}, "ugyldig_vaerdi", "postcode"),
    ],
)
def test_what_a_first_load_would_keep_is_now_refused(
    opened: int, given: sheets.Row, code: str, field: str, actor: Actor
) -> None:
    rows = [unit(**given), unit("", **given)]
    report = importing.register(sheets.register(*rows), actor=actor, on=LATER)
    assert [verdict for _number, verdict in sheets.verdicts(report)] == ["afvist", "afvist"]
    assert sheets.wrong(report) == [(code, field), (code, field)]
    assert acts_since(opened) == []


def test_a_daginstitution_takes_what_is_under_it_to_another_municipality(opened: int, actor: Actor) -> None:
    report = importing.register(sheets.register(top(admKommuneKode="751")), actor=actor, on=LATER)
    assert report.decisions[0].changes == {"admKommuneKode": ("101", "751")}
    now = Version.objects.filter(period__contains=LATER, administrative_municipality__code="751")
    assert sorted(now.values_list("institution__number", flat=True)) == ["D10001", "G10500", "G10501", "G10600"]
    assert len(acts_since(opened)) == 4


def test_it_takes_along_what_opens_under_it_later_too(actor: Actor) -> None:
    above = one("D10001")
    late = builders.unit(above, on=date(2022, 1, 1))
    report = importing.register(
        sheets.register(top(admKommuneKode="751", admKommuneKode_Tekst="Aarhus")), actor=actor, on=LATER
    )
    assert sheets.verdicts(report) == [("D10001", "ændret")]
    assert [str(kommune) for *_days, kommune in builders.told(late, "administrative_municipality")] == ["Aarhus"]


def test_what_the_file_does_not_name_closes_only_when_asked(actor: Actor) -> None:
    content = sheets.register(top(), unit("G10501"))
    assert len(importing.register(content, actor=actor, on=LATER).decisions) == 2
    report = importing.register(content, actor=actor, on=LATER, close_missing=True)
    assert sorted(sheets.verdicts(report)) == [
        ("D10001", "uændret"), ("D10002", "nedlagt"), ("G10500", "nedlagt"), ("G10501", "uændret"),
        ("G10600", "nedlagt"),
    ]  # fmt: skip


def test_what_is_missing_under_a_named_one_refuses_its_closing_and_a_numbers_are_left_alone(actor: Actor) -> None:
    importing.legacy(sheets.legacy(sheets.outside()), actor=actor)
    content = sheets.register(top(), top("D10002"), unit("G10501"), alternative(parent=""))
    report = importing.register(content, actor=actor, on=LATER, close_missing=True)
    assert sheets.verdicts(report)[4:] == [("G10500", "afvist")]
    assert sheets.wrong(report) == [("har_aabne_underenheder", "on")]


def test_a_trial_of_a_later_file_writes_nothing_and_spends_no_number(actor: Actor) -> None:
    candidates.catch_up()  # what a look-up would do first, and no more than derived
    before = builders.dump(), builders.sequences(), builders.events()
    new = unit("", parent="", dagtilbudsNavn="Mågereden", vejNavn="Enghavevej", pNummer="1990000099")
    rows = [unit(dagtilbudsNavn="Troldhøj"), new, alternative(**CLOSED), unit("G99998")]
    report = importing.register(sheets.register(*rows), actor=actor, trial=True)
    assert [verdict for _number, verdict in sheets.verdicts(report)] == ["ændret", "ny", "nedlagt", "afvist"]
    assert (builders.dump(), builders.sequences(), builders.events()) == before
