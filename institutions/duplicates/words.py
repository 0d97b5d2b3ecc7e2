# ruff: noqa: SIM905 - words are read, and reviewed, in lines
"""Words that say what a place is, not what it is called: each to the code of its kind. Pure.

Kinds follow the register's instType3 (6010 vuggestue, 6011 and 6014 børnehave, 6012 integreret, 6013 dagpleje, 6020
fritidshjem, 6021 klub, 6022 særligt) with two for what is no type there: a parent's word (dagtilbud, område, klynge)
and a word for what is no day care at all.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from institutions.duplicates.text import skeleton


class Kind(StrEnum):
    """What a place is, by its words or by its type in the register."""

    NURSERY = "vuggestue"
    KINDERGARTEN = "børnehave"
    INTEGRATED = "integreret"
    GENERIC = "institution"
    AFTER_SCHOOL = "fritidshjem"
    CLUB = "klub"
    CHILDMINDING = "dagpleje"
    PARENT = "dagtilbud"
    FOREIGN = "andet end dagtilbud"


_WORDS = {
    Kind.INTEGRATED: """boernehus boernehuset boernehuse bhus bhu dii integreret integrerede
        integrer integr integ int aldersintegreret aldersintegrerede aldersint boernegaard boernegaarden boernecenter
        boernecentret boernecenteret boernecentrum idraetsboernehuset idraetsboernehus
        naturboernehuset naturboernehus skovboernehuset skovboernehus naturbhus skovbhus""",
    Kind.KINDERGARTEN: """boernehave boernehaven boernehaver boernehavens bh bhv bhave naturboernehave
        naturboernehaven naturbh naturbhv skovbhv udebhv privatbhv boernehv skovboernehave
        skovboernehaven privatboernehave privatboernehaven halvdagsboernehave
        halvdagsboernehaven idraetsboernehaven idraetsboernehave friboernehave friboernehaven specialboernehave
        specialboernehaven landsbyboernehave udeboernehaven udeboernehave skovbh boerneasyl""",
    Kind.NURSERY: """vuggestue vuggestuen vuggestuer vuggestuens vuggest vugges vugge vugg vug vst vs naturvuggestuen
        naturvuggestue""",
    Kind.GENERIC: """institution institutionen inst daginstitution daginstitutionen daginst boerneinstitution
        boerneinstitutionen boerneinst institutioner privatinstitution privatinstitutionen friluftsinstitutionen
        naturinstitutionen naturinstitution naturinst idraetsinstitutionen idraetsinstitution idraetsinst motorikinst
        motorikinstitutionen daghus daghuset asyl kindergarten kinderg boernegruppe puljeordning""",
    Kind.AFTER_SCHOOL: "sfo sfoen fritidshjem fritidshjemmet fritidsordning skolefritidsordning fritidsordningen fh",
    Kind.CLUB: """klub klubben fritidsklub fritidsklubben fritidskl ungdomsklub ungdomsklubben fritidscenter
        fritidscentret fk kl juniorklub juniorklubben fritidsog klubberne ungeklub""",
    Kind.CHILDMINDING: """dagpleje dagplejen dagplejer dagplejens gaestedagplejen gaestedagpleje legestue legestuen
        pasning dagplejerne dagplejekontor""",
    Kind.PARENT: """dagtilbud dagtilbuddet dagtilbuds dagtilbudet dagt omraadeinstitution omraadeinstitutionen klynge
        klyngen omraade omraadet boernehusene distrikt distriktet boernedistrikt""",
    Kind.FOREIGN: """skole skolen friskole friskolen privatskole privatskolen efterskole efterskolen ungdomsskole
        ungdomsskolen produktionsskole bibliotek biblioteket musikskole musikskolen sprogcenter vuc uu ppr plejecenter
        plejecentret aeldrecentret aeldrecenter bofaellesskabet bofaellesskab forlag forlaget museum museet boldklub
        idraetsforening idraetsforeningen foreningen forening kulturhuset kulturhus tandplejen tandpleje
        sundhedsplejen sundhedspleje cfu pladsanvisningen pladsanvisning forvaltning forvaltningen aps ivs
        gymnasium gymnasiet hoejskole hoejskolen lilleskole realskole realskolen hospital kirken menighedsraad
        jobcenter konsulenter bookinsystem konsulent""",
}
_KINDS = {word: frozenset({kind}) for kind, words in _WORDS.items() for word in words.split()}
# `Børneh.` is as often a børnehave as a børnehus.
_KINDS |= dict.fromkeys(("boerneh", "borneh"), frozenset({Kind.KINDERGARTEN, Kind.INTEGRATED}))
_NONE: frozenset[Kind] = frozenset()
_SHORTEST_SOUND = 6
_SHORTEST_SLIP = 8
_SOUNDING: dict[str, frozenset[Kind]] = {}
for _word, _kind in _KINDS.items():
    if len(_word) >= _SHORTEST_SOUND:
        _SOUNDING.setdefault(skeleton(_word), _kind)
# Names of their own that lie a letter from a kind (børnegården, børnehuset, børnehaven).
_NAMES = frozenset(
    """bondegaarden bondegaard bjoernehuset bjoernehus bjoernehulen bjoernehaven bjoernegaarden bondehuset
    bjornehuset bjornehaven bjornehulen""".split()
)
_LONG = [(sound, kind) for sound, kind in _SOUNDING.items() if len(sound) >= _SHORTEST_SLIP]
# What a compound may end on: `Kastaniehuset` is a name, `Kantorparkbørnehaven` is a name and a kind.
_LAST_PARTS = tuple(
    sorted(
        """boernehuset boernehus boernehaven boernehave vuggestuen vuggestue boernegaarden fritidsklubben fritidsklub
        klubben skolen skole daginstitutionen daginstitution""".split(),
        key=len, reverse=True,
    )
)  # fmt: skip
_SHORTEST_FIRST_PART = 3
# The same endings with a letter or two wrong (`-børnhuset`, `-børnehavn`): the first part has to be a word, then.
_MISSPELT_LAST_PART = re.compile(r"(.{4,}?)b(?:oe|o)r?n+e*h(?:(u)[st]{1,2}e?t?|ave?n?e?)$")
# Words that tell neither what a place is nor what it is called.
FILLING = frozenset(
    """og i ved paa af for til fra den det de en et the and afd afdl afdeling afdelingen afs hus afsnit selvejende
    selv selvej si privat private fonden kommune kommunes kommunal kommunale tidl tidligere fhv nu lukket nedlagt test
    inst nr m samt under filial matrikel boern unge aars aar dag""".split()
)


@lru_cache(1 << 16)
def kinds_of(word: str) -> frozenset[Kind]:
    """The kinds that a folded word says, also misspelt by a letter; none where it is a part of a name."""
    known = _KINDS.get(word, _NONE)
    if known or len(word) < _SHORTEST_SOUND or word in _NAMES:
        return known
    sound = skeleton(word)
    if sound in _SOUNDING or len(sound) < _SHORTEST_SLIP - 1:
        return _SOUNDING.get(sound, _NONE)
    return next((kinds for long, kinds in _LONG if long[0] == sound[0] and _slipped(long, sound)), _NONE)


def _slipped(long: str, sound: str) -> bool:
    return abs(len(long) - len(sound)) <= 1 and OSA.distance(long, sound, score_cutoff=1) <= 1


@lru_cache(1 << 16)
def split(word: str) -> tuple[str, frozenset[Kind]] | None:
    """The first part of a compound and the kind that its last part says; None where it is no such compound."""
    for last in _LAST_PARTS:
        if word.endswith(last) and len(word) - len(last) >= _SHORTEST_FIRST_PART:
            return word[: -len(last)], kinds_of(last)
    if slipped := _MISSPELT_LAST_PART.match(word):
        return slipped[1], frozenset({Kind.INTEGRATED if slipped[2] else Kind.KINDERGARTEN})
    return None


OF_TYPE = {
    "6010": Kind.NURSERY, "6011": Kind.KINDERGARTEN, "6014": Kind.KINDERGARTEN, "6012": Kind.INTEGRATED,
    "6013": Kind.CHILDMINDING, "6020": Kind.AFTER_SCHOOL, "6021": Kind.CLUB,
}  # fmt: skip
