"""Weights, likelihoods and fields in words, as a Dane writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from institutions.duplicates import standing, wording
from registry.site import names

if TYPE_CHECKING:
    from decimal import Decimal

register = template.Library()
# A likelihood is never told as certain: nobody has decided.
LEAST, MOST = 0.001, 0.999


@register.filter
def signed(weight: float | Decimal) -> str:
    """A weight in log-odds with its sign and two decimals: +3,10, −2,40."""  # noqa: RUF002 - a minus sign
    return f"{weight:+.2f}".replace(".", ",").replace("-", "−")  # noqa: RUF001 - a minus sign


@register.filter
def percent(probability: float) -> str:
    """A likelihood in per cent: 98,7 %."""
    if probability > MOST:
        return "over 99,9 %"
    if probability < LEAST:
        return "under 0,1 %"
    return f"{100 * probability:.1f} %".replace(".", ",")


@register.filter
def score(probability: float) -> str:
    """A likelihood with two decimals."""
    return wording.likelihood(probability)


@register.filter
def plain(figure: float) -> str:
    """A figure as SVG reads it, whatever the language."""
    return f"{figure:g}"


@register.filter
def field_label(name: str) -> str:
    """What a field of a record is called."""
    return str(standing.FIELDS[name][0]) if name in standing.FIELDS else name


@register.filter
def action_name(action: str) -> str:
    """What the ledger's action is called."""
    return names.of(action)
