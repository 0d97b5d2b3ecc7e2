"""The addresses of `/api/v1/`."""

from django.urls import path

from institutions.api.views import deliveries, events, lookups, matching, snapshots, tables, verbs

app_name = "api"
urlpatterns = [
    path("institutioner/", verbs.InstitutionsWritten.as_view(), name="institutions"),
    path("institutioner/<str:nummer>/", verbs.InstitutionWritten.as_view(), name="institution"),
    path("institutioner/<str:nummer>/historik/", events.History.as_view(), name="history"),
    path("institutioner/<str:nummer>/flyt/", verbs.Move.as_view(), name="move"),
    path("institutioner/<str:nummer>/nedlaeg/", verbs.Close.as_view(), name="close"),
    path("institutioner/<str:nummer>/genaabn/", verbs.Reopen.as_view(), name="reopen"),
    path("opslag/", lookups.ResolveMany.as_view(), name="resolve_many"),
    path("opslag/<str:nummer>/", lookups.Resolve.as_view(), name="resolve"),
    path("match/", matching.Matches.as_view(), name="match"),
    path("reconcile/", matching.Reconcile.as_view(), name="reconcile"),
    path("reconcile/egenskaber/", matching.Properties.as_view(), name="reconcile_properties"),
    path("kommuner/", tables.Municipalities.as_view(), name="municipalities"),
    path("kodetabeller/", tables.Tables.as_view(), name="tables"),
    path("kodetabeller/<str:navn>/", tables.TableDetail.as_view(), name="table"),
    path("indberetninger/", deliveries.Deliveries.as_view(), name="deliveries"),
    path("indberetninger/<str:id>/", deliveries.DeliveryDetail.as_view(), name="delivery"),
    path("indberetninger/<str:id>/raekker/", deliveries.DeliveryRows.as_view(), name="delivery_rows"),
    path("indberetninger/<str:id>/udfoer/", deliveries.Perform.as_view(), name="perform"),
    path("haendelser/", events.Feed.as_view(), name="feed"),
    path("udtraek/seneste/", snapshots.NewestSnapshot.as_view(), name="snapshot"),
    path("udtraek/<int:udtraek>/<str:navn>", snapshots.SnapshotContent.as_view(), name="snapshot_file"),
]
