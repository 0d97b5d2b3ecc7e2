"""Those who change the register, each in its own way and at random: what is refused has changed nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from institutions import consolidation, lifecycle
from institutions.models import Consolidation, Institution, Level
from registry import periods
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from random import Random

ROOT = "/api/v1"
AHEAD = 4  # days that a change may be dated ahead
REFUSED = range(400, 500)


class Writer:
    """One who writes: by the rules, or over HTTP as a system."""

    def __init__(self, chance: Random, *, address: str = "", headers: Mapping[str, str] | None = None) -> None:
        self.chance, self.address, self.headers = chance, address, headers or {}
        self.done = 0

    def work(self, day: date, *, acts: int) -> None:
        """So many acts on a day, dated then or a little ahead."""
        for _each in range(acts):
            try:
                self.done += self.act(day + timedelta(days=self.chance.choice([0, 0, *range(1, AHEAD)])))
            except Refused:
                continue

    def act(self, on: date) -> bool:
        """One act; says whether it has changed anything."""
        raise NotImplementedError

    def pick(self, *levels: str) -> Institution:
        """Any institution, of these levels."""
        found = Institution.objects.order_by("number")
        return self.chance.choice(
            list(found.filter(level__in=levels) if levels else found.exclude(level=Level.UDENFOR))
        )

    def name(self) -> str:
        """A name that says nothing."""
        return "".join(self.chance.choices("abdefgiklmnorstu", k=10)).title()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, str]:  # noqa: ANN401
        """Status, content and ETag of an answer; a refusal is one too."""
        sent = None if body is None else json.dumps(body).encode()
        asked = {"Content-Type": "application/json", **self.headers, **headers}
        try:
            with urlopen(Request(self.address + path, sent, asked, method=method), timeout=60) as answer:  # noqa: S310
                return answer.status, json.load(answer), answer.headers.get("ETag", "")
        except HTTPError as error:
            told = json.load(error)
            if error.code not in REFUSED:
                raise AssertionError(told) from error
            return error.code, told, ""


class ByRules(Writer):
    """As people in the admin do."""

    def act(self, on: date) -> bool:
        """Correct, move, close, reopen, open or take back."""
        one, under = self.pick(), self.pick(Level.DAGINSTITUTION)
        acts: list[Callable[[], Any]] = [
            lambda: lifecycle.correct(one, on=on, actor=ACTOR, name=self.name()),
            lambda: lifecycle.move(self.pick(Level.ANVISNINGSENHED), to=under, on=on, actor=ACTOR),
            lambda: lifecycle.close(self.pick(Level.ALTERNATIV_ADRESSE), on=on, actor=ACTOR, reason=""),
            lambda: lifecycle.close(one, on=on, actor=ACTOR, reason="", successors=[under]),
            lambda: lifecycle.reopen(one, on=on, actor=ACTOR, reason=""),
            lambda: builders.unit(under, on=on, name=self.name()),
            lambda: lifecycle.withdraw(one, on=on, actor=ACTOR, reason=""),
        ]
        return self.chance.choice(acts)() is not False


class Consolidating(Writer):
    """As STIL does with A-numbers, and takes back."""

    def act(self, on: date) -> bool:
        """Consolidate, or undo any that there is."""
        made = list(Consolidation.objects.order_by("pk"))
        if made and self.chance.random() < 0.4:
            consolidation.undo(self.chance.choice(made), actor=ACTOR, reason="en anden")
            return True
        planned = consolidation.plan(
            self.pick(Level.ANVISNINGSENHED), self.pick(Level.UDENFOR), on=min(on, periods.today())
        )
        consolidation.execute(planned, fingerprint=planned.fingerprint, actor=ACTOR)
        return True


class ByVerbs(Writer):
    """A system's single acts."""

    def act(self, on: date) -> bool:
        """Correct, move, close, reopen or open over HTTP."""
        one, under = self.pick(), self.pick(Level.DAGINSTITUTION)
        place, dated = f"{ROOT}/institutioner/{one.number}/", {"gaelderFra": on.isoformat()}
        new = {
            "niveau": "anvisningsenhed", "overordnetNummer": under.number, "navn": self.name(), "instType3": "6012",
            "vejNavn": f"{self.name()}vej", "husNummer": "3", "postNummer": "2400", "byNavn": "København NV",
            "pNummer": str(self.chance.randrange(10**9, 10**10)),
        }  # fmt: skip
        acts: list[Callable[[], tuple[int, Any, str]]] = [
            lambda: self.ask("PATCH", place, {"navn": self.name(), **dated}, **{"If-Match": self.ask("GET", place)[2]}),
            lambda: self.ask("POST", f"{place}flyt/", {"til": under.number, **dated}),
            lambda: self.ask("POST", f"{place}nedlaeg/", dated),
            lambda: self.ask("POST", f"{place}genaabn/", dated),
            lambda: self.ask("POST", f"{ROOT}/institutioner/", {**new, **dated}),
        ]
        return self.chance.choice(acts)()[0] not in REFUSED


class Delivering(Writer):
    """A system's deliveries: some rows, planned and applied."""

    def act(self, on: date) -> bool:
        """Correct, move, close and open in one delivery."""
        under = self.pick(Level.DAGINSTITUTION)
        units = {self.pick(Level.ANVISNINGSENHED).number for _each in range(3)}
        new = f"ny-{self.chance.randrange(10**9)}"
        rows: list[dict[str, str]] = [
            *({"institutionsNummer": number, "navn": self.name()} for number in sorted(units)),
            {"institutionsNummer": self.pick(Level.ALTERNATIV_ADRESSE).number, "niveau": "alternativ adresse",
             "status": "Nedlagt"},
            {"niveau": "anvisningsenhed", "eksternId": new, "overordnetNummer": under.number, "navn": self.name(),
             "instType3": "6012", "vejNavn": f"{self.name()}vej", "husNummer": "7", "postNummer": "2400",
             "byNavn": "København NV", "pNummer": str(self.chance.randrange(10**9, 10**10))},
        ]  # fmt: skip
        if self.chance.random() < 0.5:
            rows[0] |= {"niveau": "anvisningsenhed", "overordnetNummer": under.number}
        sent = {"tilstand": "raekkevis", "gaelderFra": on.isoformat(), "raekker": rows}
        status, told, etag = self.ask("POST", f"{ROOT}/indberetninger/", sent)
        return status not in REFUSED and self.ask("POST", told["udfoer"], **{"If-Match": etag})[0] not in REFUSED
