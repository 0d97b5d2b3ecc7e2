"""What lies under `/api/` beside the versions: the document, its page, and problem+json for all the rest."""

from django.urls import path, re_path

from registry.api import documentation, problems

urlpatterns = [
    path("skema/", documentation.Schema.as_view(), name="schema"),
    path("dokumentation/", documentation.documentation, name="documentation"),
    re_path("", problems.not_found),
]
