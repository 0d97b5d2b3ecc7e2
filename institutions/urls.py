"""The public pages. An old link never dies: a number that was ever issued has its page for ever."""

from django.urls import path

from institutions.views import download, institution, lookup, matching, municipality, news, search, start, statistics

app_name = "institutions"
urlpatterns = [
    path("", search.front, name="search"),
    path("institution/<str:nummer>/", institution.institution, name="institution"),
    path("kommune/", municipality.municipalities, name="municipalities"),
    path("kommune/<str:kode>/", municipality.municipality, name="municipality"),
    path("opslag/", lookup.lookup, name="lookup"),
    path("hent-data/", download.download, name="download"),
    path("statistik/", statistics.index, name="statistics"),
    path("statistik/statistik.csv", statistics.table, name="statistics_csv"),
    path("nyheder/", news.index, name="news"),
    path("nyheder/atom.xml", news.feed, name="news_feed"),
    path("dubletter/", matching.matching, name="matching"),
    path("api/dokumentation/kom-i-gang/", start.start, name="start"),
    path("api/dokumentation/klient/<str:name>", start.program, name="program"),
]
