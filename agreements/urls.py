"""Tilslutning's pages, for those who are signed in."""

from django.urls import path

from agreements.views import cases, confirming, coverage, deciding, entrance, listing, phasing, requests

app_name = "agreements"
urlpatterns = [
    path("log-ind/", entrance.log_in, name="log_in"),
    path("log-ud/", entrance.log_out, name="log_out"),
    path("aftaler/", listing.agreements, name="list"),
    path("aftaler/<int:nummer>/", listing.agreement, name="agreement"),
    path("aftaler/udtraek/", listing.sheet, name="extract"),
    path("aftaler/afgoer/", deciding.chosen, name="decide"),
    path("aftaler/afgoer/udfoer/", deciding.done, name="done"),
    path("aftaler/regneark/", deciding.sheet, name="sheet"),
    path("aftaler/sager/", cases.overview, name="cases"),
    path("aftaler/daekning/", coverage.cover, name="coverage"),
    path("aftaler/systemer/", requests.systems, name="systems"),
    path("aftaler/anmod/", requests.request_form, name="request"),
    path("kommune/<str:kode>/a-numre/", phasing.overview, name="phasing"),
    path("kommune/<str:kode>/a-numre/udtraek/", phasing.sheet, name="phasing_extract"),
    path("kommune/<str:kode>/a-numre/<str:cvr>/", phasing.vendor, name="notice"),
    path("kommune/<str:kode>/bekraeft/", confirming.confirm, name="confirm"),
]
