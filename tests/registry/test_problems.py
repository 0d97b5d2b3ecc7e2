"""The catalogue of refusals: stable codes, each with words and an HTTP status."""

import ast
import re
from dataclasses import replace
from http import HTTPStatus

import pytest
from django.test import Client

from registry.api.problems import example
from registry.problems import CATALOGUE, Refused, catalogue, register
from tests import texts


def test_a_refusal_says_what_where_and_what_would_do() -> None:
    refused = Refused("ikke_tilladt", "Det kan kun STIL.", field="on", value=7, suggestions=iter(["a", "b"]))
    assert (str(refused), refused.code, refused.field, refused.value) == ("Det kan kun STIL.", "ikke_tilladt", "on", 7)
    assert refused.suggestions == ("a", "b")
    assert refused.problem is CATALOGUE["ikke_tilladt"]


def test_a_code_that_is_not_in_the_catalogue_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        Refused("fantasi", "…")


def test_a_code_is_registered_once() -> None:
    with pytest.raises(ValueError, match="ikke_tilladt is registered twice"):
        register([replace(CATALOGUE["ikke_tilladt"], status=404)])


def test_every_problem_has_a_code_a_url_can_hold_words_and_a_status_that_means_refused() -> None:
    wrong = [
        code
        for code, problem in catalogue().items()
        if not (
            re.fullmatch(r"[a-z_]+", code)
            and problem.code == code
            and str(problem.title)
            and str(problem.remedy)
            and str(problem.cause)
            and HTTPStatus(problem.status) >= HTTPStatus.BAD_REQUEST
        )
    ]
    assert wrong == []


def test_every_code_that_is_raised_is_in_the_catalogue_and_the_other_way_round() -> None:
    raised, named = set(), set()
    for path, tree in texts.sources():
        if path not in {f"{room}/problems.py" for room in texts.ROOMS}:
            raised |= {call.args[0].value for call in texts.refusals(tree) if isinstance(call.args[0], ast.Constant)
                       and getattr(call.func, "id", "") == "Refused"}  # fmt: skip
            named |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert raised - catalogue().keys() == set()
    assert catalogue().keys() - named == set()


def test_an_example_says_what_a_rule_says() -> None:
    said = {
        text
        for path, tree in texts.sources()
        if path not in {f"{room}/problems.py" for room in texts.ROOMS}
        for text in texts.marked(tree)
    }
    examples = {code: str(problem.example.detail) for code, problem in catalogue().items()}
    assert {code: detail for code, detail in examples.items() if detail and detail not in said} == {}


def test_an_example_is_filled_in() -> None:
    told = {code: problem.example.refused(code).detail for code, problem in catalogue().items()}
    assert {code: detail for code, detail in told.items() if not detail or "%(" in detail} == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code",
    [
        "ukendt_parameter", "ugyldig_parameter", "ikke_fundet", "ikke_logget_ind", "forkert_metode",
        "ugyldigt_nummer", "ukendt_nummer",
    ],
)  # fmt: skip
def test_an_example_is_what_the_call_is_answered(client: Client, code: str) -> None:
    problem = catalogue()[code]
    method, address = problem.example.call.split()
    answer = client.generic(method, address)
    assert answer.json() == example(answer.wsgi_request, problem)
    assert answer.status_code == catalogue()[problem.example.under or code].status
