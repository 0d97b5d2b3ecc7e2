"""The courses that `conformance.py` plays: registers in memory, what happens to them, and how they misbehave."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LEVELS = {"A": "uden for registeret", "D": "daginstitution", "G": "anvisningsenhed"}
AT = "2026-03-27T09:14:02.481516+01:00"
FEED = "/api/v1/haendelser/"
TOO_MANY, PAUSE = 429, 2  # a status, and the seconds for which it asks


class Register:
    """What each number is, and all that has happened to it."""

    def __init__(self, head: int = 0) -> None:
        self.states: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self.head, self.position, self.packed = head, 0, b""

    def tell(self, kind: str, number: str, *versions: dict[str, Any], to: str | None = None, **more: Any) -> None:
        """Something happens: the number has these versions from now on."""
        self.head += 1
        after = {
            "institutionsNummer": number, "niveau": LEVELS.get(number[0], "samarbejde"), "konsolideretTil": to,
            "efterfoelgere": [], "versioner": list(versions),
        }  # fmt: skip
        self.events.append({
            "nummer": self.head, "tidspunkt": AT, "haendelse": kind, "institutionsNummer": number,
            "gaelderFra": versions[-1]["gyldigFra"] or AT[:10], "nytNummer": None, "andetNummer": None,
            "fortryder": None,
            "sammenhaeng": f"00000000-0000-4000-8000-{self.head:012}", "foer": self.states.get(number), "efter": after,
            **more,
        })  # fmt: skip
        self.states[number] = after

    def snapshot(self) -> None:
        """The night's snapshot is of now."""
        lines = "".join(f"{json.dumps(state, ensure_ascii=False)}\n" for state in self.states.values())
        self.position, self.packed = self.head, gzip.compress(lines.encode())

    def page(self, after: int, most: int, *, window: int, again: int) -> dict[str, Any]:
        """An answer of the feed; `again` events before the position are told once more."""
        last = min(self.head, after + window)
        found = [one for one in self.events if after < one["nummer"] <= last]
        end = most
        while end < len(found) and found[end]["sammenhaeng"] == found[end - 1]["sammenhaeng"]:
            end += 1
        if end < len(found):
            found = found[:end]
            last = found[-1]["nummer"]
        twice = [one for one in self.events if after - again < one["nummer"] <= after]
        return {
            "fra": after, "til": last, "hoved": self.head, "ajour": last >= self.head, "haendelser": twice + found,
        }  # fmt: skip


@dataclass
class Stage:
    """A register as it behaves during one run of the reader. Mischief is done call by call, until there is no more."""

    register: Register
    on_feed: list[str] = field(default_factory=list)
    on_file: list[str] = field(default_factory=list)
    other: Register | None = None
    window: int = 1000
    again: int = 0
    calls: list[tuple[float, str, int]] = field(default_factory=list)

    def complaint(self) -> str:
        """What the reader did that no reader may."""
        for (then, _path, status), (now, _next, _status) in zip(self.calls, self.calls[1:], strict=False):
            if status == TOO_MANY and now - then < PAUSE - 0.1:
                return f"spurgte igen efter {now - then:.1f} s; Retry-After sagde {PAUSE}"
        return "" if any(path == FEED for _when, path, _status in self.calls) else "læste aldrig hændelserne"


def version(name: str, *, since: str | None = "2019-08-01", until: str | None = None, **more: Any) -> dict[str, Any]:
    """What holds in a period; what is empty is left out, as the register does."""
    return {"gyldigFra": since, "gyldigTil": until, "navn": name, **more}


def unit(name: str, parent: str = "D10001", kind: str = "6012", **more: Any) -> dict[str, Any]:
    """A unit's version."""
    return version(name, overordnetNummer=parent, instType3=kind, ejerformKode="1", **more)


def opened(head: int = 0) -> Register:
    """Two daginstitutioner, two units and two A-numbers, and a snapshot of them."""
    made = Register(head)
    for number, told in {
        "D10001": version("Område Øst"), "D10002": version("Område Vest"), "G10001": unit("Mågereden"),
        "G10002": unit("Ærenprisen", "D10002"), "A10001": version("Mågereden", since=None),
        "A10002": version("Svalereden", since=None),
    }.items():  # fmt: skip
        made.tell("oprettet", number, told)
    made.snapshot()
    return made


def consolidate(made: Register, absorbed: str, survivor: str) -> int:
    """One transaction. Gives the number of its first event, by which an undo names it."""
    kept, first = made.states[survivor]["versioner"], made.head + 1
    one: dict[str, Any] = {"sammenhaeng": f"00000000-0000-4000-9000-{first:012}", "gaelderFra": "2026-03-01"}
    ended = {**made.states[absorbed]["versioner"][-1], "gyldigTil": "2026-03-01", "aarsag": "konsolideret"}
    made.tell("konsolideret", absorbed, ended, to=survivor, nytNummer=survivor, andetNummer=survivor, **one)
    made.tell("har optaget", survivor, *kept, andetNummer=absorbed, **one)
    return first


def undo(made: Register, absorbed: str, survivor: str, *, undoes: int) -> None:
    """All of it as it was before."""
    one: dict[str, Any] = {
        "sammenhaeng": f"00000000-0000-4000-9000-{undoes:012}",
        "fortryder": undoes,
        "gaelderFra": None,
    }
    before = next(event["foer"] for event in made.events if event["nummer"] == undoes)
    made.tell("konsolidering fortrudt", absorbed, *before["versioner"], andetNummer=survivor, **one)
    made.tell("har afgivet", survivor, *made.states[survivor]["versioner"], andetNummer=absorbed, **one)


def busy(made: Register) -> Register:
    """A day's changes: a rename, a new unit, a move, a closing."""
    made.tell("rettet", "G10001", unit("Mågereden", until="2026-02-01"), unit("Tejstereden", since="2026-02-01"))
    made.tell("oprettet", "G10003", unit("Stormsvalen", since="2026-02-15"))
    made.tell("flyttet", "G10002", unit("Ærenprisen", "D10002", until="2026-03-01"),
              unit("Ærenprisen", "D10001", since="2026-03-01"))  # fmt: skip
    made.tell("nedlagt", "D10002", version("Område Vest", until="2026-03-15", aarsag="nedlagt"))
    return made


def plain() -> list[Stage]:
    """The snapshot, and what has happened since."""
    return [Stage(busy(opened()))]


def late() -> list[Stage]:
    """After a consolidation come changes that hold from an earlier day: the order is that of the feed."""
    made = opened()
    consolidate(made, "A10001", "G10001")
    made.tell("rettet", "G10001", unit("Mågereden", until="2020-01-01"), unit("Havørnen", since="2020-01-01"))
    ended = version("Mågereden (gammel)", since=None, until="2026-03-01", aarsag="konsolideret")
    made.tell("rettet", "A10001", ended, to="G10001")
    return [Stage(made)]


def undone() -> list[Stage]:
    """A consolidation is read in one run, its undo in the next."""
    first, second = opened(), opened()
    done = [consolidate(made, "A10001", "G10001") for made in (first, second)]
    for made in (first, second):
        consolidate(made, "A10002", "G10002")
    undo(second, "A10001", "G10001", undoes=done[1])
    return [Stage(first), Stage(second)]


def twice() -> list[Stage]:
    """Each answer repeats the last two events of the one before."""
    return [Stage(busy(opened()), again=2)]


def throttled() -> list[Stage]:
    """429 with Retry-After, then 500, between two pages."""
    return [Stage(busy(opened()), on_feed=["", "429", "500"])]


def set_back() -> list[Stage]:
    """The register knows the reader's position no longer: 400, `#/efter`. The copy begins anew from the snapshot."""
    first, second = busy(opened(head=100)), opened()
    second.tell("rettet", "G10002", unit("Blåklokken", "D10002"))
    return [Stage(first), Stage(second)]


def cut_off() -> list[Stage]:
    """The snapshot's file breaks off half-way, twice."""
    return [Stage(busy(opened()), on_file=["halvt", "halvt"])]


def wrong_file() -> list[Stage]:
    """The snapshot's file is whole, but not the one that the manifest's sha256 is of."""
    other = opened()
    other.tell("oprettet", "G99998", unit("Den forkerte"))
    other.snapshot()
    return [Stage(busy(opened()), on_file=["andet"], other=other)]


def unknown() -> list[Stage]:
    """A kind of event, a level, a code and a field that no reader has heard of."""
    made = opened()
    made.tell("sammenflettet", "G10001", unit("Mågereden", kind="6099", helligdage=["2026-12-24"]))
    made.tell("oprettet", "S10001", version("Samarbejdet", since="2026-01-01"), nytFelt={"a": 1})
    return [Stage(made)]


def silent() -> list[Stage]:
    """Most of what happens is not public: pages without events, and more to come (`ajour` false)."""
    made = opened()
    made.head += 9
    busy(made)
    made.head += 5
    return [Stage(made, window=2)]


COURSES: dict[str, tuple[str, Callable[[], Sequence[Stage]]]] = {
    "begyndelse": ("udtrækket, og hvad der er sket siden", plain),
    "sen-ankomst": ("ændringer fra en tidligere dag efter en konsolidering", late),
    "fortrudt": ("en konsolidering, der fortrydes i næste kørsel", undone),
    "to-gange": ("hændelser, der kommer to gange", twice),
    "for-mange-kald": ("429 med Retry-After og 500 midt i det hele", throttled),
    "ukendt-position": ("registeret er sat tilbage: begynd forfra", set_back),
    "afbrudt-udtraek": ("udtrækkets fil kommer kun halvt frem", cut_off),
    "forkert-sha256": ("udtrækkets fil er en anden end manifestets", wrong_file),
    "ukendt-slags": ("slags, niveau, kode og felt, som ingen kender", unknown),
    "tom-side": ("sider uden hændelser, før der kommer flere", silent),
}
