"""What lies under `/api/` beside the register: a system's own, the document and its page; problem+json for the rest."""

from django.urls import path, re_path

from registry.api import documentation, hooks, own, problems

urlpatterns = [
    path("skema/", documentation.Schema.as_view(), name="schema"),
    path("dokumentation/", documentation.documentation, name="documentation"),
    path("v1/mig/kald/", own.Calls.as_view(), name="own_calls"),
    path("v1/mig/status/", own.Status.as_view(), name="own_status"),
    path("v1/mig/position/", own.Position.as_view(), name="own_position"),
    path("v1/mig/webhooks/", hooks.Hooks.as_view(), name="own_hooks"),
    path("v1/mig/webhooks/<int:id>/", hooks.HookDetail.as_view(), name="own_hook"),
    path("v1/mig/webhooks/<int:id>/kald/", hooks.HookCalls.as_view(), name="own_hook_calls"),
    path("v1/mig/webhooks/<int:id>/kald/<str:kald>/igen/", hooks.Replay.as_view(), name="own_hook_replay"),
    re_path("", problems.not_found),
]
