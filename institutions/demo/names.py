"""Invented names, in the fashions that such institutions are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from institutions.demo.draws import chance

if TYPE_CHECKING:
    from random import Random

_FIRST = (
    "Alfe", "Ble", "Bjørne", "Boble", "Eventyr", "Elver", "Frø", "Guldsmede", "Gynge", "Hasle", "Havkat", "Hoppe",
    "Humle", "Kaste", "Kilde", "Krudt", "Krumme", "Kæmpe", "Løvspring", "Muld", "Myre", "Måne", "Nisse", "Pinde",
    "Pile", "Ravne", "Rumle", "Rødkælk", "Sol", "Spire", "Stjerne", "Sten", "Storke", "Tinder", "Trolde", "Tumle",
    "Tusind", "Ugle", "Vejr", "Vilje", "Vulkan", "Ælle", "Ærte", "Ørne",
)  # fmt: skip
_LAST = (
    "bo", "bakken", "borgen", "dalen", "gården", "haven", "hulen", "huset", "høj", "kæret", "lunden", "reden",
    "skoven", "stuen", "toppen", "engen",
)  # fmt: skip
_ALONE = (
    "Mælkebøtten", "Regnormen", "Sneglehuset", "Paddehatten", "Firkløveret", "Kragefødderne", "Sommerfuglen",
    "Kastanjen", "Grønærten", "Delfinen", "Vandpytten", "Klatretræet", "Skorstenen", "Blæksprutten", "Hønsehuset",
    "Globen", "Karussellen", "Legestuen", "Myretuen", "Nattergalen", "Oasen", "Påfuglen", "Rutsjebanen",
    "Savannen", "Søstjernen", "Tordenvejret", "Uroen", "Vadestedet", "Væksthuset", "Zebraen", "Æblelunden", "Åkanden",
)  # fmt: skip
_FASHIONS: dict[str, tuple[str, ...]] = {
    "6010": ("Vuggestuen {}", "Vuggestuen {}", "{}"),
    "6011": ("Børnehaven {}", "Børnehaven {}", "{}", "Naturbørnehaven {}", "Skovbørnehaven {}"),
    "6012": ("Børnehuset {}", "Børnehuset {}", "{}", "Daginstitutionen {}", "Den integrerede institution {}",
             "Børneuniverset {}"),
    "6014": ("Børnehaven {}", "Børnegården {}"),
    "6020": ("Fritidshjemmet {}",),
    "6021": ("Klub {}", "Fritidsklubben {}", "Ungdomsklubben {}"),
    "6022": ("Specialbørnehaven {}", "Børnecenter {}"),
}  # fmt: skip
_OWNED: dict[str, tuple[str, ...]] = {
    "2": ("Den selvejende institution {}", "Menighedsbørnehaven {}", "Foreningsbørnehaven {}"),
    "3": ("Privatinstitutionen {}", "Privatbørnehaven {}", "Privatskolens børnehave {}"),
    "4": ("Børnehuset {}",),
}
CLUSTERS = ("Klynge {}", "Område {}", "Børnebyen {}", "Dagtilbud {}", "Distrikt {}")
SIDES = ("Nord", "Syd", "Øst", "Vest", "Midt", "Nordøst", "Sydvest", "Nordvest", "Sydøst")
# What a name goes by in everyday writing.
SHORT = {
    "Vuggestuen": "Vst.", "Børnehaven": "Bh.", "Børnehuset": "Bhs.", "Daginstitutionen": "Daginst.",
    "Den selvejende institution": "DSI", "Den integrerede institution": "Int. inst.", "Fritidshjemmet": "FH",
    "Fritidsklubben": "Fr.klub", "Menighedsbørnehaven": "Menighedsbh.", "Dagplejen": "Dagpl.",
}  # fmt: skip


class Names:
    """Gives each name once in a municipality; two municipalities may well share one."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._taken: set[str] = set()

    def fresh(self) -> str:
        """A proper name that nothing here has yet."""
        while True:
            alone = chance(self._random, 0.16)
            name = self._random.choice(_ALONE) if alone else self._compound()
            if name not in self._taken:
                self._taken.add(name)
                return name

    def unit(self, kind: str, ownership: str) -> str:
        """A unit's whole name, after its type and owner."""
        own = _OWNED.get(ownership, ()) if kind in {"6011", "6012"} and chance(self._random, 0.5) else ()
        return self._random.choice(own or _FASHIONS[kind]).format(self.fresh())

    def _compound(self) -> str:
        return self._random.choice(_FIRST) + self._random.choice(_LAST)
