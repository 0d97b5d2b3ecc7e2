"""Search for people: one field for a name, a number, an address, a municipality, a CVR- or P-number.

All words must be found, in what holds now or held once; where nothing has them all, what is spelled
nearly so is shown instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import add, and_, or_
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, Count, FloatField, Q, Value, When

from institutions import fates
from institutions.models import Level, Municipality, Version
from institutions.numbers import SHAPE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

PAGE = 25  # rows
# The least share of a word's trigrams that must be found: »solstarlen« is 0.5 like »solstrålen«.
SIMILAR = 0.4
SHORTEST_MUNICIPALITY = 3  # letters of its name, so that »bo« is not Bornholm
ACTIVE, CLOSED, ALL = "", "lukkede", "alle"

_ACCENTS = str.maketrans("äöüéèáÄÖÜÉÈÁ", "æøyeeaæøyeea")
_LETTERS = {"å": "aa", "æ": "ae", "ø": "oe"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for: a text, and what the filters leave in. Empty asks nothing."""

    text: str = ""
    municipality: str = ""
    institution_type: str = ""
    ownership: str = ""
    level: str = ""
    status: str = ACTIVE

    @property
    def nothing(self) -> bool:
        """Whether neither a text nor a filter is given."""
        return self == Asked()


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, best first. `elsewhere` are the hits that the status leaves out.

    `former` holds, by institution, the former name by which it was found.
    """

    asked: Asked
    rows: Sequence[Version]
    total: int
    elsewhere: int
    page: int
    similar: bool
    former: dict[int, str]

    @property
    def pages(self) -> int:
        """How many pages there are: one at least."""
        return max(1, -(-self.total // PAGE))


def fold(text: str) -> str:
    """Text as it is searched in: small letters, æ ø å as ae oe aa. The twin of `models._folded`."""
    small = text.translate(_ACCENTS).lower()
    return re.sub("[æøå]", lambda letter: _LETTERS[letter[0]], small)


def number(text: str) -> str:
    """The institution number that a text is; empty where it is none."""
    one = re.sub(r"[\s\-.]", "", text).upper()
    return one if SHAPE.fullmatch(one) else ""


def find(asked: Asked, *, on: date, page: int = 1) -> Found:
    """What is searched for as it stands on a day. Five queries; three more where spelling has to be guessed."""
    places = list(Municipality.objects.all())
    found = _find(asked, on=on, page=page, places=places)
    if found.total or found.elsewhere or not _words(asked.text) or digits(asked.text):
        return found
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(SIMILAR)])
        return _find(asked, on=on, page=page, places=places, similar=True)


def matching(text: str, places: Sequence[Municipality], *, similar: bool = False) -> Q:
    """The condition on a version, of now or of once, that it has every word of a text."""
    if one := digits(text):
        return Q(cvr_number=one) | Q(p_number=one)
    return reduce(and_, (_word(word, places, similar=similar) for word in _words(text)), Q())


def digits(text: str) -> str:
    """The CVR- or P-number that a text is, however it is spaced; empty where it is none."""
    bare = re.sub(r"(?i)^\s*(?:cvr|dk|p)?(?:[-. ]*(?:nr|nummer))?[.: -]*", "", text)
    one = re.sub(r"[\s.\-]", "", bare)
    return one if re.fullmatch(r"[0-9]{8}|[0-9]{10}", one) else ""


def _word(word: str, places: Sequence[Municipality], *, similar: bool) -> Q:
    condition = Q(search_text__contains=word)
    if similar:
        condition |= Q(search_text__trigram_word_similar=word)
    if lies_in := _lies_in(word, places):
        condition |= Q(administrative_municipality__in=lies_in)
    if re.fullmatch(r"[0-9]{5}", word):
        condition |= Q(institution__number__in=[f"{letter}{word}" for letter in "DGA"])
    if re.fullmatch(r"[dga][0-9]{1,5}", word):
        condition |= Q(institution__number__startswith=word.upper())
    return condition


def _lies_in(word: str, places: Sequence[Municipality]) -> list[int]:
    """The municipalities whose name begins with a word."""
    return [one.pk for one in places if len(word) >= SHORTEST_MUNICIPALITY and fold(one.name).startswith(word)]


def _words(text: str) -> list[str]:
    """The words to look for. »kommune« says only that the word before it is one."""
    words = [word for word in re.split(r"[\s,;]+", fold(text)) if word]
    return [word for word in words if word != "kommune"] or words


def _find(asked: Asked, *, on: date, page: int, places: Sequence[Municipality], similar: bool = False) -> Found:
    stands = fates.standing(on)
    statuses = {ACTIVE: ("open", "coming"), CLOSED: ("closed",), ALL: ("open", "coming", "closed")}
    wanted = reduce(or_, (stands[name] for name in statuses[asked.status]))
    everything = _filtered(asked).filter(reduce(or_, stands.values()))
    if asked.text.strip():
        held = Version.objects.filter(matching(asked.text, places, similar=similar))
        everything = everything.filter(institution__in=held.values("institution"))
    counts = everything.aggregate(all=Count("pk"), wanted=Count("pk", filter=wanted))
    last = max(1, -(-counts["wanted"] // PAGE))
    page = min(max(page, 1), last)
    rows = _ranked(everything.filter(wanted), on=on, rank=_likeness(asked, places) if similar else _rank(asked))
    rows = rows.select_related("institution__absorbed_into", "administrative_municipality", "parent")
    shown = list(rows[(page - 1) * PAGE : page * PAGE]) if counts["wanted"] else []
    former = _former(shown, asked.text) if not similar else {}
    return Found(asked, shown, counts["wanted"], counts["all"] - counts["wanted"], page, similar, former)


def _filtered(asked: Asked) -> QuerySet[Version]:
    filters: dict[str, Any] = {
        "administrative_municipality__code": asked.municipality,
        "institution_type": asked.institution_type,
        "ownership": asked.ownership,
        "institution__level": asked.level,
    }
    return Version.objects.filter(**{name: value for name, value in filters.items() if value})


def _rank(asked: Asked) -> Any:  # noqa: ANN401 - an expression
    """The name is so, begins so, the words stand together, the words are all there; the rest."""
    words = _words(asked.text)
    if not words:
        return Value(0)
    phrase = " ".join(words)
    return Case(
        When(name__iexact=asked.text.strip(), then=Value(5)),
        When(search_text__startswith=f"{phrase} ", then=Value(4)),
        When(search_text__startswith=phrase, then=Value(3)),
        When(search_text__contains=f" {phrase}", then=Value(2)),
        When(reduce(and_, (Q(search_text__contains=word) for word in words)), then=Value(1)),
        default=Value(0),
    )


def _likeness(asked: Asked, places: Sequence[Municipality]) -> Any:  # noqa: ANN401 - an expression
    """The sum of how like each word is to what stands there: 1 where it is the same, or names the municipality."""
    return reduce(
        add,
        (
            Case(
                When(administrative_municipality__in=_lies_in(word, places), then=Value(1.0)),
                default=TrigramWordSimilarity(word, "search_text"),
                output_field=FloatField(),
            )
            for word in _words(asked.text)
        ),
    )


def _ranked(rows: QuerySet[Version], *, on: date, rank: Any) -> QuerySet[Version]:  # noqa: ANN401
    """Best first; then the open before the closed, the register before what lies outside it, and Danish order.

    Of one name the unit, to which children are assigned, comes before what stands above and below it.
    """
    return rows.annotate(
        rank=rank,
        gone=Case(When(period__endswith__lte=on, then=Value(1)), default=Value(0)),
        outside=Case(When(institution__level=Level.UDENFOR, then=Value(1)), default=Value(0)),
        beside=Case(When(institution__level=Level.ANVISNINGSENHED, then=Value(0)), default=Value(1)),
    ).order_by("-rank", "gone", "outside", "sort_key", "beside", "institution__number")


def _former(rows: Sequence[Version], text: str) -> dict[int, str]:
    """The former names that a text found, by institution, where today's name has not all its words."""
    words = _words(text)
    unlike = {one.institution_id: one.name for one in rows if not _holds(one.search_text, words)}
    if not unlike or not words:
        return {}
    held = Version.objects.filter(institution__in=unlike).order_by("period")
    return {
        key: name
        for key, name, searched in held.values_list("institution", "name", "search_text")
        if name != unlike[key] and any(word in fold(name) for word in words) and _holds(searched, words)
    }


def _holds(searched: str, words: Sequence[str]) -> bool:
    return all(word in searched for word in words)
