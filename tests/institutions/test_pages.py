"""An institution's page: how it stands, what held when, what became of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.utils.formats import date_format

from agreements.models import DataAgreement
from institutions import consolidation, lifecycle
from registry import periods
from tests import builders
from tests.builders import ACTOR
from tests.reading import read

if TYPE_CHECKING:
    from django.test import Client

    from institutions.models import Institution

pytestmark = pytest.mark.django_db
SPRING, LATER = date(2026, 4, 1), date(2099, 1, 1)


def page(client: Client, institution: Institution, query: str = "") -> str:
    return read(client, f"/institution/{institution.number}/{query}")


def absorb(into: Institution, on: date = SPRING) -> Institution:
    absorbed = builders.legacy(email="hemmelig@vuggestue.example", phone="88776655")
    plan = consolidation.plan(into, absorbed, on=on)
    consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR, reason="Kirsten ved det")
    return absorbed


def test_an_open_unit_shows_its_facts_and_its_place(client: Client) -> None:
    top, middle, below = builders.tree()
    text = page(client, middle)
    assert f"Lærkereden {middle.number} Anvisningsenhed Åben" in text
    assert "Institutionstype Aldersintegreret institution (0-5 år) Ejerform Kommunal" in text
    assert "Adresse Lærkevej 7, 2400 København NV Koordinater 55,70000° N, 12,53000° Ø" in text
    assert (
        f"Klynge Nord {top.number} · daginstitution Lærkereden {middle.number} · anvisningsenhed"
        f" Lærkereden, udflytter {below.number} · alternativ adresse"
    ) in text
    assert f"Klynge Nord {top.number} · daginstitution Lærkereden {middle.number}" in page(client, below)


def test_what_is_dated_ahead_is_told(client: Client) -> None:
    top = builders.daginstitution()
    one, other = builders.unit(top), builders.unit(top, name="Ternen")
    lifecycle.correct(one, on=LATER, actor=ACTOR, name="Mågen", p_number="1087654321")
    lifecycle.close(other, on=LATER, actor=ACTOR, reason="", cause="opdelt")
    assert "Skifter navn til »Mågen« den 1. januar 2099. P-nummer bliver 1087654321 den 1. januar 2099." in page(
        client, one
    )
    assert "Nedlægges pr. 1. januar 2099: opdelt i flere." in page(client, other)


def test_one_that_is_to_open_is_coming(client: Client) -> None:
    one = builders.unit(builders.daginstitution(), on=LATER)
    text = page(client, one)
    assert f"Lærkereden {one.number} Anvisningsenhed Kommende" in text
    assert "Åbner den 1. januar 2099." in text
    assert "Det gælder fra den 1. januar 2099" in text


def test_a_day_in_the_past_shows_what_held_then(client: Client) -> None:
    one = builders.unit()
    lifecycle.correct(one, on=SPRING, actor=ACTOR, name="Mågen")
    text = page(client, one, "?dato=2026-03-31")
    assert text.startswith(
        f"Lærkereden {one.number} Anvisningsenhed Åben Siden viser, hvad der gælder den 31. marts 2026."
    )
    assert "Skifter navn til »Mågen« den 1. april 2026." in text
    assert page(client, one, "?dato=2026-04-01").startswith("Mågen")
    assert "»dato« er en dag, skrevet ÅÅÅÅ-MM-DD, fx 2026-08-01." in read(
        client, f"/institution/{one.number}/?dato=i+går", 400
    )


def test_a_closed_one_tells_why_and_who_took_over(client: Client) -> None:
    top = builders.daginstitution()
    one, other = builders.unit(top), builders.unit(top, name="Ternen")
    lifecycle.close(one, on=SPRING, actor=ACTOR, reason="", cause="sammenlagt", successors=[other])
    text = page(client, one)
    assert (
        f"Nedlagt pr. 1. april 2026 Årsag: sammenlagt med en anden. Det blev videreført af: {other.number} Ternen"
        in text
    )
    assert "Det gjaldt til og med den 31. marts 2026" in text
    assert f"Har overtaget fra {one.number} Lærkereden" in page(client, other)


def test_a_consolidated_number_says_what_happened_and_where_it_lives_on(client: Client) -> None:
    survivor = builders.unit()
    absorbed = absorb(survivor)
    text = page(client, absorbed)
    assert f"Brug {survivor.number} i stedet A10001 blev konsolideret pr. 1. april 2026" in text
    assert f"Konsolideret ind i {survivor.number} Lærkereden" in text
    assert "Har optaget A10001 LÆRKEREDEN pr. 1. april 2026" in page(client, survivor)
    lifecycle.correct(survivor, on=SPRING, actor=ACTOR, name="Mågen")
    undo = consolidation.standing(type(absorbed).objects.get(pk=absorbed.pk))
    assert undo is not None
    consolidation.undo(undo, actor=ACTOR, reason="")
    assert "Brug" not in page(client, absorbed).split("Historik")[0]
    assert f"Konsolideringen ind i {survivor.number} Mågen er fortrudt" in page(client, absorbed)


def test_one_that_was_issued_in_error_is_gone(client: Client) -> None:
    one = builders.unit()
    lifecycle.close(one, on=SPRING, actor=ACTOR, reason="", cause="fejloprettet")
    text = read(client, f"/institution/{one.number}/", 410)
    assert f"Nummeret {one.number} blev trukket tilbage pr. 1. april 2026 og bruges ikke igen." in text


@pytest.mark.parametrize(
    ("number", "status", "sentence"),
    [("G99999", 404, "G99999 er aldrig udstedt af registeret."), ("hest", 400, "»hest« er ikke et institutionsnummer")],
)
def test_what_is_no_number_or_never_was_gets_help(client: Client, number: str, status: int, sentence: str) -> None:
    assert sentence in read(client, f"/institution/{number}/", status)


def test_a_number_written_otherwise_moves_to_its_own_address(client: Client) -> None:
    one = builders.unit()
    response = client.get(f"/institution/{one.number.lower()}/")
    assert (response.status_code, response["Location"]) == (301, f"/institution/{one.number}/")


def test_history_is_told_in_words_without_persons_reasons_and_agreements(client: Client) -> None:
    survivor = builders.unit()
    absorbed = absorb(survivor)
    builders.agreement(survivor)
    lifecycle.correct(survivor, on=SPRING, actor=ACTOR, reason="Kirsten rettede", name="Mågen")
    text = page(client, survivor)
    today = date_format(periods.today())
    assert f"Navn ændret Gælder fra den 1. april 2026. Registreret den {today}. Navn fra Lærkereden → til Mågen" in text
    assert DataAgreement.objects.count() == 1
    for secret in ("kirsten", "Kirsten", "agreement", "Børnesoft", "hemmelig@vuggestue.example", "88776655"):
        assert secret not in page(client, absorbed) + text


def test_what_was_typed_freely_stays_inside_its_link(client: Client) -> None:
    unit = builders.unit(email="a?bcc=b%40c.dk&q@vuggestue.example")
    shown = client.get(f"/institution/{unit.number}/").content.decode()
    assert 'href="mailto:a%3Fbcc%3Db%2540c.dk%26q@vuggestue.example"' in shown
    old = builders.legacy(cvr_number="12#&x=1")
    shown = client.get(f"/institution/{old.number}/").content.decode()
    assert 'href="/?q=12%23%26x%3D1"' in shown
