"""Institution numbers in a text become links to their pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()
NUMBER = re.compile(r"(\b(?:[DG][0-9]{5}|A[0-9][0-9A-Z]{4})\b)")


@register.filter
def linked(text: object) -> SafeString:
    """The text, each institution number in it a link to its page."""
    return format_html_join("", "{}", ((_link(part),) for part in NUMBER.split(str(text))))


def _link(part: str) -> str:
    if not NUMBER.fullmatch(part):
        return part
    return format_html('<a href="{}">{}</a>', reverse("institutions:institution", args=[part]), part)
