"""The addresses of `/api/v1/dataaftaler/`."""

from django.urls import path

from agreements.api import views

app_name = "agreements_api"
urlpatterns = [
    path("dataaftaler/", views.Agreements.as_view(), name="agreements"),
    path("dataaftaler/institutionsnumre/", views.Numbers.as_view(), name="numbers"),
]
