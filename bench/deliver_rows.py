"""A system's delivery of 5,000 rows, planned and applied, against django-import-export taking in the same rows.

Ours reads JSON, checks each row against codes, law, hierarchy and mandate, keeps the plan with every row of it, decides
all anew under the lock, and writes versions and an event for each; new ones are held up against the register and each
other first.

Theirs is a ModelResource of a plain model with the same columns and the vendor's own key, indexed, in the same
database, in default mode: in one transaction each row is looked up by its key, compared field by field, saved by itself
and told of with its differences. It checks nothing and keeps no history. »Preview and import« is what its own admin
does: `import_data` as a dry run, rolled back, and then once more for good, as ours is planned and then applied. »Import
alone« leaves the preview out on their side only; it is told and not judged. Nor are new rows judged, which ours looks
up: theirs takes in every double.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date

import tablib
from django.db import connection, models
from import_export.resources import ModelResource, modelresource_factory

from agreements.models import System, Vendor
from bench.material import flat, population
from bench.runner import Case, seconds
from institutions import deliveries, importing, mandates
from institutions.columns import COLUMNS
from institutions.deliveries import fields
from institutions.demo.sheets import sheet
from institutions.duplicates import candidates
from institutions.models import Delivery, Municipality, Verb
from registry import callers, periods
from registry.callers import Caller
from registry.ledger import Actor

ROWS, TOPS = 5_000, 250
BOUND = 0.5
BEGUN = date(2026, 1, 1)
ACTOR = Actor("maaling", "kommando")
SYSTEM = "AB000001"
STREETS = ("Kong Valdemars Vej", "Skovbrynet", "Nørregade", "Ved Stadion", "Lindealle", "Havnepladsen", "Møllestien")
SAID = ("navn", "instType3", "vejNavn", "husNummer", "postNummer", "byNavn", "pNummer", "telefonNummer")

KEY = "eksternId"
FIRST = (
    "Lærke", "Måge", "Solsikke", "Ahorn", "Bøge", "Ege", "Myre", "Ræve", "Ugle", "Pile", "Fasan", "Stær", "Spurve",
    "Humle", "Hassel", "Kløver", "Valmue", "Abild", "Kastanje", "Svale",
)  # fmt: skip
LAST = (
    "reden", "huset", "gården", "boet", "tuen", "bakken", "haven", "skoven", "engen", "krogen", "dalen", "toppen",
    "vangen", "stien", "marken", "hytten",
)  # fmt: skip

type Row = dict[str, str]


def cases() -> Iterator[Case]:
    """All corrected, and all new."""
    model = flat.table((KEY, *SAID))
    try:
        with flat.there(model), connection.cursor() as cursor:
            cursor.execute(f'CREATE UNIQUE INDEX ON {flat.TABLE} ("{KEY}")')
            corrected, again = f"{ROWS} corrected, to preview and import", f"{ROWS} corrected, to import alone"
            yield Case(corrected, _ours(new=False), _theirs(model, new=False, preview=True), BOUND)
            yield Case(again, _ours(new=False), _theirs(model, new=False), None)
            yield Case(
                f"{ROWS} new, to preview and import", _ours(new=True), _theirs(model, new=True, preview=True), None
            )
    finally:
        Delivery.objects.all().delete()
        population.restore()


def rows(turn: int) -> list[Row]:
    """The units as they are said to be at a turn: name and telephone are others each time."""
    return [
        {
            KEY: f"enhed-{place}", "navn": f"{FIRST[place % 20]}{LAST[place // 20 % 16]} {'ABC'[turn % 3]}",
            "instType3": "6012", "vejNavn": STREETS[place % 7], "husNummer": str(place % 300 + 1),
            "postNummer": str(8000 + 10 * (place % 31)), "byNavn": "Aarhus", "pNummer": f"{1_900_000_000 + place}",
            "telefonNummer": f"{10_000_000 * (turn % 9 + 1) + place}",
        } for place in range(ROWS)
    ]  # fmt: skip


def _ours(*, new: bool) -> Callable[[], float]:
    turns = iter(range(99))

    def work() -> float:
        turn = next(turns)
        if new or not turn:
            _lay_out()
        if not new and not turn:
            _deliver(_sent(turn, new=True))
            turn = next(turns)
        sent = _sent(turn, new=new)
        return seconds(lambda: _deliver(sent))

    return work


def _sent(turn: int, *, new: bool) -> str:
    told = rows(turn)
    if new:
        told = [
            {**row, "niveau": "anvisningsenhed", "overordnetNummer": f"D{10_001 + place % TOPS}"}
            for place, row in enumerate(told)
        ]
    return json.dumps(told)


def _deliver(sent: str) -> None:
    caller = Caller(callers.find(SYSTEM), "", frozenset({"skriv"}))
    asked = deliveries.Request(Delivery.Mode.WHOLE, periods.today(), fields.of_json(json.loads(sent)), "")
    planned = deliveries.receive(asked, caller=caller)
    deliveries.perform(planned, fingerprint=planned.fingerprint, caller=caller)
    if sum(planned.counts[one] for one in ("oprettet", "rettet")) != ROWS:
        raise RuntimeError(planned.counts)


def _lay_out() -> None:
    """A municipality with daginstitutioner only, whose mandate a system has."""
    population.empty()
    vendor, _made = Vendor.objects.get_or_create(name="Børnesoft", cvr_number="10000001")
    System.objects.get_or_create(vendor=vendor, code=SYSTEM, defaults={"name": "Komme og gå"})
    tops = [
        {"dagtilbudsType": "daginstitution", "daginstitutionsNummer": f"D{10_001 + place}", "aktivitetsstatus": "Aktiv",
         "dagtilbudsNavn": f"Klynge {place}", "admKommuneKode": "751", "ejerformKode": "1", "lovgrundlagKode": "10"}
        for place in range(TOPS)
    ]  # fmt: skip
    importing.register(sheet(COLUMNS, tops), actor=ACTOR, on=BEGUN)
    mandates.give(
        SYSTEM, verbs=Verb.values, since=BEGUN, municipality=Municipality.objects.get(code="751"), actor=ACTOR
    )
    candidates.catch_up()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _theirs(model: type[models.Model], *, new: bool, preview: bool = False) -> Callable[[], float]:
    meta = {"exclude": ["id"], "import_id_fields": [KEY]}
    resource: ModelResource = modelresource_factory(model, meta_options=meta)()
    turns = iter(range(99))

    def take_in(sent: str) -> None:
        dataset = tablib.Dataset().load(sent, format="json")
        if preview:
            resource.import_data(dataset, dry_run=True, raise_errors=True)
        done = resource.import_data(dataset, raise_errors=True)
        if done.totals["new" if new else "update"] != ROWS:
            raise RuntimeError(done.totals)

    def work() -> float:
        turn = next(turns)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {flat.TABLE}")
        if not new:
            model._default_manager.bulk_create([model(**row) for row in rows(turn)])
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {flat.TABLE}")
        sent = json.dumps(rows(turn + 1))
        return seconds(lambda: take_in(sent))

    return work
