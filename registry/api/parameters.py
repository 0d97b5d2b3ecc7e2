"""Query parameters, declared once: read from there, described from there, and never ignored."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.plumbing import build_basic_type
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from registry.api.problems import Invalid
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.utils.functional import Promise
    from rest_framework.request import Request

# A moment is turned into a Danish day, which the first and last years of a calendar have not room for.
YEARS = range(1900, 3000)


class Unreadable(ValueError):  # noqa: N818 - not an error of ours
    """A value that a parameter cannot take, and what it could have been."""

    def __init__(self, detail: str, suggestions: Iterable[str] = (), *, code: str = "ugyldig_parameter") -> None:
        super().__init__(detail)
        self.suggestions = tuple(suggestions)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reader[T]:
    """Reads a value, and says as JSON Schema which it can read."""

    read: Callable[[str], T]
    shape: Mapping[str, Any]

    def __call__(self, value: str) -> T:
        """The value. Raises Unreadable."""
        return self.read(value)


@dataclass(frozen=True)
class Parameter:
    """A query parameter: how it is read, and what is said of it."""

    name: str
    read: Callable[[str], Any]
    description: str | Promise
    example: str | int | None = None
    choices: Sequence[str] = ()
    kind: type = str
    default: str | int | None = None

    @property
    def schema(self) -> OpenApiParameter:
        """What the OpenAPI document says of it."""
        examples = [] if self.example is None else [OpenApiExample(str(self.example), value=self.example)]
        basic: Any = build_basic_type(self.kind)
        shape = {**basic, **({"minLength": 1} if self.kind is str else {}), **getattr(self.read, "shape", {})}
        return OpenApiParameter(
            self.name, shape, description=self.description, enum=list(self.choices) or None,
            default=self.default, examples=examples,
        )  # fmt: skip


def read(request: Request, parameters: Sequence[Parameter], *, lenient: bool = False) -> dict[str, Any]:
    """The values that were given, by name. Raises Invalid with everything that is wrong.

    `lenient` passes over names that are not known and values that are empty.
    """
    known = {one.name: one for one in (*parameters, FORMAT)}
    given: dict[str, Any] = {}
    refusals: list[Refused] = []
    for name, values in request.query_params.lists():
        if lenient and (name not in known or not values[-1].strip()):
            continue
        try:
            given[name] = _value(name, values, known)
        except Unreadable as error:
            refusals.append(
                Refused(error.code, str(error), field=name, value=values[-1], suggestions=error.suggestions)
            )
    if refusals:
        raise Invalid(refusals)
    given.pop(FORMAT.name, None)
    return given


def _value(name: str, values: Sequence[str], known: Mapping[str, Parameter]) -> Any:  # noqa: ANN401
    if name not in known:
        near = difflib.get_close_matches(name, known, cutoff=0.5)
        raise Unreadable(
            _("Parameteren »%(name)s« findes ikke her.") % {"name": name[:40]},
            near or sorted(known),
            code="ukendt_parameter",
        )
    if len(values) > 1:
        raise Unreadable(_("»%(name)s« er angivet flere gange; angiv den én gang.") % {"name": name})
    value = values[0].strip()
    if not value or "\0" in value:
        raise Unreadable(_("»%(name)s« er tom; udelad den, eller giv den en værdi.") % {"name": name})
    return known[name].read(value)


def one_of(choices: Iterable[str]) -> Callable[[str], str]:
    """Reads one of a few words; small and capital letters are the same."""
    words = {one.casefold(): one for one in choices}

    def parse(value: str) -> str:
        if value.casefold() not in words:
            raise Unreadable(_("»%(value)s« er ikke en mulig værdi.") % {"value": value[:40]}, words.values())
        return words[value.casefold()]

    return parse


def whole(least: int, most: int) -> Reader[int]:
    """Reads a whole number between two bounds, both allowed."""

    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,19}", value) or not least <= int(value) <= most:
            raise Unreadable(
                _("»%(value)s« er ikke et helt tal fra %(least)s til %(most)s.")
                % {"value": value[:40], "least": least, "most": most},
                [str(least), str(most)],
            )
        return int(value)

    return Reader(parse, {"minimum": least, "maximum": most})


def day(value: str) -> date:
    """Reads a Danish calendar day, YYYY-MM-DD."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Unreadable(_("»%(value)s« er ikke en dag. Skriv den som 2026-01-31.") % {"value": value[:40]}, ["2026-01-31"])


def _moment(value: str) -> datetime:
    """Reads a moment with its offset. A plus that came unescaped, and so as a space, is understood."""
    example = "2026-01-31T12:00:00+01:00"
    try:
        read_as = datetime.fromisoformat(re.sub(r" (?=[0-9]{2}:?[0-9]{2}$)", "+", value))
    except ValueError:
        read_as = None
    if read_as is None or read_as.tzinfo is None or read_as.year not in YEARS:
        raise Unreadable(
            _("»%(value)s« er ikke et tidspunkt med tidszone. Skriv det som %(example)s.")
            % {"value": value[:40], "example": example},
            [example],
        )
    return read_as.astimezone(UTC)  # the database knows no offset of more than 16 hours


# Those of `YEARS`.
moment = Reader(_moment, {"pattern": "^(19|2[0-9])[0-9]{2}-"})


def matching(pattern: str, shape: str | Promise) -> Reader[str]:
    """Reads a text of a certain form, which `shape` tells in words."""

    def parse(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise Unreadable(
                _("»%(value)s« har ikke den rigtige form: der skal stå %(shape)s.")
                % {"value": value[:40], "shape": shape}
            )
        return value

    return Reader(parse, {"pattern": f"^({pattern})$"})


# Read by the negotiation before a view is reached.
FORMAT = Parameter("format", str, gettext_lazy("Formatet, når det ikke vælges med Accept."))
ON = Parameter(
    "gaeldende",
    day,
    gettext_lazy("Hvad der gælder på en dag (dansk kalenderdag). Udeladt: i dag."),
    "2026-01-31",
    kind=date,
)
SCHEMA = Parameter(
    "skema", whole(1, 2),
    gettext_lazy(
        "1: kun det, som altid har været der; det, der har en nyere kode, udelades og tælles i `udeladt`. 2: alt. "
        "Udeladt: alt, uden at læseren har sagt, at den er klar til det."
    ), kind=int,
)  # fmt: skip
KNOWN = Parameter(
    "kendt", moment,
    gettext_lazy("Hvad registeret vidste på et tidspunkt (ISO 8601 med tidszone). Udeladt: nu."),
    "2026-01-31T12:00:00+01:00", kind=datetime,
)  # fmt: skip
