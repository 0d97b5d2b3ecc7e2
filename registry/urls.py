"""Joins the apps. They are named by string, so that this app imports none of them."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
