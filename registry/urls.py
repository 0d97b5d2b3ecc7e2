"""Joins the apps. They are named by string, so that this app imports none of them."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from registry import health, metrics, views
from registry.api import documentation, tokens

urlpatterns = [
    # First what is asked for most: every pattern before it is tried.
    path("api/v1/", include("institutions.api.urls")),
    path("api/v1/", include("agreements.api.urls")),
    path("", include("institutions.urls")),
    path("", include("agreements.urls")),
    path("sprog/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("o/token/", tokens.give, name="token"),
    path("o/revoke_token/", tokens.take_back, name="revoke_token"),
    path("api/", include("registry.api.urls")),
    path("problemer/", documentation.problem_list, name="problems"),
    path("problemer/<str:code>/", documentation.problem, name="problem"),
    path("post/<str:token>/", views.letter, name="letter"),
    path("post/<str:token>/<int:position>/", views.letter_file, name="letter_file"),
    path("demo/post/", views.demo_mailbox, name="demo_mailbox"),
    path("healthz", health.live),
    path("readyz", health.ready),
    path("metrics", metrics.metrics),
]
handler500 = "registry.api.problems.server_error"
