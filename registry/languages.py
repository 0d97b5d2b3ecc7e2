"""Which language an answer is in: Danish, and English where every text has been put into English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

if TYPE_CHECKING:
    from django.http import HttpRequest

# What systems and those who build them meet. Elsewhere a browser's language says more about its installation than
# about its user, and half a page in English would help nobody.
BOTH = ("/api/", "/problemer/")
# Answers to systems, where an address has no parameter that is not its own.
ANSWERS = "/api/v1/"
ASKED = "sprog"


class Language(LocaleMiddleware):
    """By `Accept-Language`, on a page before that by `?sprog=`; elsewhere as a person has chosen, else Danish."""

    def process_request(self, request: HttpRequest) -> None:
        """Set the language for what follows."""
        if not request.path_info.startswith(BOTH):
            self._speak(request, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        elif not request.path_info.startswith(ANSWERS) and request.GET.get(ASKED) in dict(settings.LANGUAGES):
            self._speak(request, request.GET[ASKED])
        else:
            super().process_request(request)

    @staticmethod
    def _speak(request: HttpRequest, language: str) -> None:
        translation.activate(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()


def kept(request: HttpRequest) -> str:
    """The query with which a link keeps the language that a page's address has asked for."""
    return f"?{ASKED}={translation.get_language()}" if ASKED in request.GET else ""
