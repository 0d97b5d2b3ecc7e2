"""English beside Danish: every text that systems meet has both, and the caller chooses."""

from __future__ import annotations

import gettext
import re
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from registry import problems
from tests import builders, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd%]|{\w+}|`[^`]+`")
CODES = list(problems.catalogue())


def english() -> dict[str, tuple[str, ...]]:
    """Every text and its English, the plural after the singular."""
    return {
        key: _forms(one.string)
        for catalogue in texts.catalogues().values()
        for one in catalogue
        if (key := one.id[0] if one.pluralizable else str(one.id))
    }


def test_no_text_that_a_system_meets_lacks_its_english() -> None:
    known = english()
    assert {said: place for said, place in texts.spoken().items() if not all(known.get(said, ("",)))} == {}


def test_what_is_filled_in_is_the_same_in_both() -> None:
    wrong = {
        said: other
        for catalogue in texts.catalogues().values()
        for one in catalogue
        for said, other in zip(_forms(one.id), _forms(one.string), strict=True)
        if said and sorted(PLACEHOLDER.findall(said)) != sorted(PLACEHOLDER.findall(other))
    }
    assert wrong == {}


def _forms(texts: object) -> tuple[str, ...]:
    return tuple(texts) if isinstance(texts, tuple | list) else (str(texts),)


@pytest.mark.parametrize("room", texts.ROOMS)
def test_what_is_compiled_is_what_is_written(room: str) -> None:
    place = texts.CHECKOUT / room / "locale"
    compiled = gettext.translation("django", place, ["en"])  # missing or old: run `make install`
    for one in texts.catalogues()[room]:
        if one.id and one.pluralizable:
            assert tuple(compiled.ngettext(one.id[0], one.id[1], count) for count in (1, 2)) == _forms(one.string)
        elif one.id:
            assert compiled.gettext(str(one.id)) == one.string


@pytest.mark.parametrize("code", CODES)
def test_every_problem_is_explained_in_both_languages(code: str) -> None:
    problem = problems.catalogue()[code]
    said = {}
    for language in ("da", "en"):
        with translation.override(language):
            refused = problem.example.refused(code)
            said[language] = [str(problem.title), str(problem.remedy), str(problem.cause), refused.detail]
    assert all(said["da"])
    assert [one for one, other in zip(said["da"], said["en"], strict=True) if one == other] == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("language", "heading"), [("da", "Årsag"), ("en", "Cause")])
def test_every_problem_has_a_page_in_both_languages(client: Client, code: str, language: str, heading: str) -> None:
    asked = client.get(f"/problemer/{code}/?sprog={language}")
    browsed = client.get(f"/problemer/{code}/", headers={"Accept-Language": language})
    for page in (asked, browsed):
        content = page.content.decode()
        assert (page.status_code, page["Content-Language"]) == (200, language)
        assert f'<html lang="{language}">' in content
        assert f">{heading}</h2>" in content
        assert f"<code>{code}</code>" in content
    assert f'href="/problemer/?sprog={language}"' in asked.content.decode()
    assert 'href="/problemer/"' in browsed.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "language", "title"),
    [
        ("", "da", "Findes ikke"),
        ("da", "da", "Findes ikke"),
        ("en", "en", "Not found"),
        ("en-GB,en;q=0.9,da;q=0.8", "en", "Not found"),
        ("da,en;q=0.5", "da", "Findes ikke"),
        ("de", "da", "Findes ikke"),
    ],
)
def test_a_refusal_is_in_the_language_that_was_asked_for(
    client: Client, header: str, language: str, title: str
) -> None:
    answer = client.get("/api/v1/skoler/", headers={"Accept-Language": header})
    assert (answer.json()["title"], answer["Content-Language"]) == (title, language)
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.django_db
def test_the_language_is_not_a_parameter_of_the_interface(client: Client) -> None:
    answer = client.get("/api/v1/kommuner/?sprog=en")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "ukendt_parameter")


@pytest.mark.django_db
def test_the_data_are_the_same_in_both(client: Client) -> None:
    _top, unit, _other = builders.tree()
    for path in (
        f"institutioner/{unit.number}/", f"institutioner/{unit.number}/historik/", f"opslag/{unit.number}/",
        "institutioner/", "institutioner/?format=csv", "institutioner/?format=ndjson", "kommuner/", "kodetabeller/",
        "kodetabeller/instType3/", "kodetabeller/lovligeKombinationer/", "haendelser/",
    ):  # fmt: skip
        told = {one: client.get(f"/api/v1/{path}", headers={"Accept-Language": one}) for one in ("da", "en")}
        assert [answer["Content-Language"] for answer in told.values()] == ["da", "en"]
        bodies = [answer.getvalue() for answer in told.values()]
        assert bodies[0] == bodies[1], path


@pytest.mark.django_db
def test_pages_that_are_not_in_english_yet_stay_danish(client: Client) -> None:
    page = client.get("/kommuner/", headers={"Accept-Language": "en"})
    assert '<html lang="da">' in page.content.decode()
    assert client.get("/admin/login/", headers={"Accept-Language": "en"})["Content-Language"] == "da"


@pytest.mark.django_db
def test_the_description_for_machines_is_in_english_too(client: Client) -> None:
    told = {one: client.get("/api/skema/", headers={"Accept-Language": one}).json() for one in ("da", "en")}
    for schema in told.values():
        # What a shape as a whole is comes from its docstring, for those who make clients of the document.
        for shape in schema["components"]["schemas"].values():
            shape.pop("description", None)
    said = {one: dict(_descriptions(schema)) for one, schema in told.items()}
    assert said["da"].keys() == said["en"].keys()
    same = {text for place, text in said["da"].items() if text == said["en"][place]}
    assert {text for text in same if text[0].isupper()} == set()  # what is left are words of the data


def _descriptions(told: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every sentence of the document, by where it stands."""
    match told:
        case dict():
            for name, inner in told.items():
                if name in {"summary", "description"} and isinstance(inner, str):
                    yield f"{place}/{name}", inner
                elif name != "examples":
                    yield from _descriptions(inner, f"{place}/{name}")
        case list():
            for number, inner in enumerate(told):
                yield from _descriptions(inner, f"{place}/{number}")
