"""Which form an answer takes: `format=` first, then Accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

from registry.api.problems import Invalid
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rest_framework.request import Request


class Negotiation(DefaultContentNegotiation):
    """Refuses a `format` that is not offered, where the framework answers that the page is not there."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer and its media type. A given `format` wins over Accept."""
        offered = list(renderers)
        asked = request.query_params.get("format")
        if asked is None:
            usual: tuple[BaseRenderer, str] = super().select_renderer(request, offered, format_suffix)
            return usual
        chosen = self.filter_renderers(offered, asked)[0]
        return chosen, chosen.media_type

    def get_accept_list(self, request: Request) -> list[str]:
        """The forms that are accepted; an empty header accepts any."""
        return super().get_accept_list(request) or ["*/*"]

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:  # noqa: A002
        """Those of a format. Raises Invalid where there are none."""
        offered = list(renderers)
        found = [one for one in offered if one.format == format]
        if not found:
            raise Invalid(
                [
                    Refused(
                        "ugyldig_parameter",
                        _("Formatet »%(format)s« findes ikke her.") % {"format": format[:40]},
                        field="format",
                        value=format,
                        suggestions=[str(one.format) for one in offered],
                    )
                ]
            )
        return found


class Whole(BaseRenderer):
    """A form that the view writes itself, row by row; here only to be chosen."""

    charset = None

    def render(
        self,
        data: Any,  # noqa: ANN401
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        """The bytes as they are."""
        del accepted_media_type, renderer_context
        return data


class Csv(Whole):
    """The register's own CSV."""

    media_type = "text/csv"
    format = "csv"


class Ndjson(Whole):
    """One JSON object a line."""

    media_type = "application/x-ndjson"
    format = "ndjson"


class Xlsx(Whole):
    """A spreadsheet."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
