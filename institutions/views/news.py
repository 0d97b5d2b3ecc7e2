"""What has happened in the register, as a page and as an Atom feed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import condition

from institutions import facts, news
from institutions.forms.news import NewsForm
from institutions.views.pages import public, shortened
from registry import ledger, periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from institutions.news import News

KEPT = ("kommune", "haendelse", "dato")  # by the feed and by the pages before and after


@public
def index(request: HttpRequest) -> HttpResponse:
    """A page of events by the day on which they were written down, newest first."""
    if shorter := shortened(request):
        return shorter
    form = NewsForm(request.GET)
    if not form.is_valid():
        return render(request, "institutions/news.html", {"form": form}, status=400)
    found = news.page(form.asked(), before=form.cleaned_data["foer"], after=form.cleaned_data["efter"])
    shown = {
        "form": form, "found": found, "feed": _address("institutions:news_feed", form),
        "days": [(day, list(those)) for day, those in groupby(found.news, key=lambda one: one.day)],
        "newest": _address("institutions:news", form), "today": periods.today(),
    }  # fmt: skip
    return render(request, "institutions/news.html", shown)


def _address(name: str, form: NewsForm) -> str:
    """The address of a page or a feed with the same filters, from its newest event on."""
    asked = urlencode([(one, form.data[one]) for one in KEPT if form.data.get(one)])
    return f"{reverse(name)}?{asked}" if asked else reverse(name)


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed is about."""

    form: NewsForm
    news: Sequence[News]


class NewsFeed(Feed[Any, Any]):
    """The newest events of what the form asks for."""

    feed_type = Atom1Feed
    author_name = "Dagtilbudsregisteret"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Channel:  # noqa: ANN401
        """The channel that the address names. Raises Refused `ugyldig_forespoergsel`."""
        del args, kwargs
        form = NewsForm(request.GET)
        if not form.is_valid():
            field, errors = next(iter(form.errors.items()))
            raise Refused("ugyldig_forespoergsel", str(errors[0]), field=field, value=request.GET.get(field))
        return Channel(form, news.page(form.asked()).news)

    def title(self, obj: Channel) -> str:
        """Of the channel."""
        place = obj.form.place
        return (
            _("Nyt i Dagtilbudsregisteret: %(place)s") % {"place": place} if place else _("Nyt i Dagtilbudsregisteret")
        )

    def link(self, obj: Channel) -> str:
        """The page that shows the same."""
        return _address("institutions:news", obj.form)

    def feed_url(self, obj: Channel) -> str:
        """Its own address."""
        return _address("institutions:news_feed", obj.form)

    def items(self, obj: Channel) -> Sequence[News]:
        """The events."""
        return obj.news

    def item_title(self, item: News) -> str:
        """Whom it is about, and what happened."""
        return _said(f"{item.name} ({item.story.subject}): {item.story.title}")

    def item_description(self, item: News) -> str:
        """From when it holds, and what it changed."""
        # A reader takes it for HTML, and names are what anybody typed.
        return escape(_said(" ".join(_sentences(item))))

    def item_link(self, item: News) -> str:
        """The institution."""
        return reverse("institutions:institution", args=[item.story.subject])

    def item_guid(self, item: News) -> str:
        """The same for ever, wherever it is read."""
        return f"{settings.SITE_URL}{reverse('institutions:news')}?foer={item.story.seq + 1}"

    def item_updateddate(self, item: News) -> datetime:
        """When it was written down: it never changes."""
        return item.story.at

    item_pubdate = item_updateddate


def _said(text: str) -> str:
    """Without what XML cannot say: old names may hold it, and one would take the feed from everybody."""
    return facts.UNSTORABLE.sub("", text)


def _sentences(item: News) -> Iterator[str]:
    if item.story.on and item.story.on != item.day:
        yield _("Gælder fra den %(day)s.") % {"day": date_format(item.story.on)}
    yield f"{', '.join(filter(None, (item.level.capitalize(), item.municipality)))}."
    for change in () if item.story.opening else item.story.changes:
        yield f"{change.label}: {' → '.join(filter(None, (change.before, change.after)))}."


def _mark(request: HttpRequest) -> str:
    """Changes when anything has happened, and with the day."""
    del request
    return f'"{ledger.mark()}-{periods.today()}"'


FEED = NewsFeed()


@public
@condition(etag_func=_mark)
def feed(request: HttpRequest) -> HttpResponse:
    """The feed; 304 for a reader who has it already."""
    return FEED(request)
