"""An institution's page: how it stands, what holds, its place in the tree, its history."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from institutions import access, fates, numbers, stories, timeline, wording
from institutions.fates import Status
from institutions.models import Cause, Level, Succession, Version
from institutions.views import tree
from institutions.views.pages import asked_day, public
from institutions.wording import CONTACT, LABELS
from registry import ledger, periods

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from institutions.fates import Fate, Named
    from institutions.models import Institution
    from institutions.stories import Story
    from institutions.wording import Words


@public
def institution(request: HttpRequest, nummer: str) -> HttpResponse:
    """Any number that was ever issued answers, saying what became of it: 410 where it was issued in error."""
    number = numbers.clean(nummer)
    if number != nummer:
        return redirect("institutions:institution", nummer=number, permanent=True)
    one = access.institution(number)
    day, day_form = asked_day(request)
    fate = fates.tell([one], on=day)[number]
    on = _day_of(fate)
    words = wording.load(_numbers(fate))
    root = tree.around(one, fate.version, on=on)
    gone = fate.status is Status.IN_ERROR
    shown = {
        "institution": one, "fate": fate, "version": fate.version, "on": on, "day": day, "day_form": day_form,
        "is_today": day == periods.today(), "is_ahead": day > periods.today(),
        "facts": _facts(fate, words, on=on), "ahead": list(_ahead(fate, words)),
        "roots": [root] if root else [], "path": tree.path_to(root, number) if root else [], "history": _history(one),
        "absorbed": _absorbed(one, on=day), "predecessors": _predecessors(one, on=day), "gone": gone,
    }  # fmt: skip
    return render(request, "institutions/institution.html", shown, status=410 if gone else 200)


def _day_of(fate: Fate) -> date:
    """The day for which facts are told: the one that is asked for, or the nearest on which it was open."""
    if fate.ended:
        return fate.ended - timedelta(days=1)
    begins: date | None = fate.version.period.lower if fate.version and fate.status is Status.COMING else None
    return begins or fate.on


def _told(fate: Fate) -> dict[Any, Mapping[str, Any]]:
    """What each version says, as the ledger says it."""
    told = timeline.state(fate.institution, fate.line.versions)["versions"]
    hidden = CONTACT if fate.institution.level == Level.UDENFOR else frozenset()
    return {
        version.pk: {name: value for name, value in facts.items() if name not in hidden}
        for version, facts in zip(fate.line.versions, told, strict=True)
    }


def _numbers(fate: Fate) -> set[str]:
    return {one.parent.number for one in fate.line.versions if one.parent}


def _facts(fate: Fate, words: Words, *, on: date) -> list[Mapping[str, Any]]:
    """The facts to list, each with its code where it has one."""
    if fate.version is None:
        return []
    texts = words.texts(_told(fate)[fate.version.pk], on=on)
    if texts.get("municipality") == texts.get("administrative_municipality"):
        texts.pop("municipality", None)
    for name in ("name", "closing_cause"):
        texts.pop(name, None)
    return [{"name": name, "label": LABELS[name], "text": text} for name, text in texts.items()]


def _ahead(fate: Fate, words: Words) -> Iterator[str]:
    """What is to change after the day, a sentence each."""
    told = _told(fate)
    versions = fate.line.versions
    for before, after in zip([None, *versions], [*versions, None], strict=True):
        day = after.period.lower if after else before.period.upper if before else None
        if day and day > fate.on:
            yield from _change_ahead(before, after, told, words, fate.on)


def _change_ahead(
    before: Version | None, after: Version | None, told: Mapping[Any, Mapping[str, Any]], words: Words, on: date
) -> Iterator[str]:
    end = before.period.upper if before else None
    begins = after.period.lower if after else None
    if before and end and end != begins and end > on:
        yield _ending(before, end)
    if after is None or begins is None or begins <= on:
        return
    if before is None or end != begins:
        yield (_("Genåbner den %(day)s.") if before else _("Åbner den %(day)s.")) % {"day": date_format(begins)}
        return
    old, new = (words.texts(told[one.pk], on=begins) for one in (before, after))
    for name, label in LABELS.items():
        if old.get(name) != new.get(name) and name != "closing_cause":
            yield _changing(name, label, new.get(name, ""), begins)


def _changing(name: str, label: Any, text: str, day: date) -> str:  # noqa: ANN401
    sentences = {
        "name": _("Skifter navn til »%(text)s« den %(day)s."),
        "parent": _("Flytter til %(text)s den %(day)s."),
        "address": _("Flytter til %(text)s den %(day)s."),
    }
    sentence = sentences.get(name, _("%(label)s bliver %(text)s den %(day)s."))
    return sentence % {"label": label, "text": text or _("tom"), "day": date_format(day)}


def _ending(version: Version, end: date) -> str:
    sentences = {
        "": _("Nedlægges pr. %(day)s."),
        Cause.CLOSED.value: _("Nedlægges pr. %(day)s."),
        Cause.CONSOLIDATED.value: _("Konsolideres pr. %(day)s."),
    }
    cause = version.get_closing_cause_display()
    return sentences.get(version.closing_cause, _("Nedlægges pr. %(day)s: %(cause)s.")) % {
        "day": date_format(end), "cause": cause,
    }  # fmt: skip


def _history(institution: Institution) -> Sequence[Story]:
    """Newest first. Neither persons, nor their reasons, nor agreements are in it."""
    return stories.for_all(ledger.history(institution.number).order_by("-seq"))


def _absorbed(institution: Institution, *, on: date) -> list[Version]:
    """The last versions of the numbers that live on in an institution."""
    ended = Version.objects.filter(institution__absorbed_into=institution, closing_cause=Cause.CONSOLIDATED)
    return list(ended.filter(period__endswith__lte=on).select_related("institution").order_by("institution__number"))


def _predecessors(institution: Institution, *, on: date) -> list[Named]:
    """The institutions that this one has taken over from."""
    rows = Succession.objects.filter(successor=institution, on__lte=on).select_related("institution")
    return list(fates.named((one.institution for one in rows), on=on).values())
