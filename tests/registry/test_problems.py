"""The catalogue of refusals: stable codes, each with words and an HTTP status."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest

from registry.problems import CATALOGUE, Problem, Refused, catalogue, register

CHECKOUT = Path(__file__).resolve().parents[2]
RAISED = re.compile(r"Refused\(\s*[\"']([a-z_]+)[\"']")


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
        register([Problem("ikke_tilladt", "", "")])


def test_every_problem_has_a_code_a_url_can_hold_words_and_a_status_that_means_refused() -> None:
    wrong = [
        code
        for code, problem in catalogue().items()
        if not (
            re.fullmatch(r"[a-z_]+", code)
            and problem.code == code
            and str(problem.title)
            and str(problem.remedy)
            and HTTPStatus(problem.status) >= HTTPStatus.BAD_REQUEST
        )
    ]
    assert wrong == []


def test_every_code_that_the_rules_raise_is_in_the_catalogue() -> None:
    raised = {
        code
        for room in ("registry", "institutions", "agreements")
        for path in (CHECKOUT / room).rglob("*.py")
        for code in RAISED.findall(path.read_text())
    }
    assert raised - catalogue().keys() == set()
