"""A file of decisions: what is wrong with a row is told of that row, and what was previewed is what is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agreements import lifecycle
from agreements.importing import decisions
from agreements.models import DataAgreement
from agreements.states import Status
from registry.models import Event
from registry.problems import Refused
from registry.spreadsheets import workbook
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from agreements.importing.decisions import Taken

pytestmark = pytest.mark.django_db
HEAD = ["aftaleId", "beslutning", "kommentar"]


@pytest.fixture
def mine() -> list[DataAgreement]:
    """Four waiting agreements of one unit, and one that is approved."""
    unit = builders.unit()
    return [*(builders.agreement(unit, Status.VENTER) for _each in range(4)), builders.agreement(unit)]


def take_in(mine: list[DataAgreement], *rows: tuple[Any, ...], head: list[str] = HEAD, **given: Any) -> Taken:  # noqa: ANN401
    content = workbook.comma_separated(head, rows).encode("utf-8-sig")
    own = DataAgreement.objects.filter(pk__in=[one.pk for one in mine])
    return decisions.take_in(content, mine=own, actor=ACTOR, **given)


def told(taken: Taken) -> list[tuple[str, str, str]]:
    return [
        (one.subject, one.verdict.value, one.problems[0].code if one.problems else "") for one in taken.report.decisions
    ]


def statuses(mine: list[DataAgreement]) -> list[str]:
    now = dict(DataAgreement.objects.values_list("pk", "status"))
    return [now[one.pk] for one in mine]


def test_each_decision_is_done_with_its_own_comment_or_the_one_to_all(mine: list[DataAgreement]) -> None:
    words = ["godkend", " AFVIS ", "SLET", "", "VENT"]
    rows = [(one.number, word, "Nej tak" if "AFVIS" in word else "") for one, word in zip(mine, words, strict=True)]
    taken = take_in(mine, *rows, comment="Se møde 4")
    assert [verdict for _number, verdict, _code in told(taken)] == ["ændret"] * 3 + ["uændret", "ændret"]
    assert statuses(mine) == ["GODKENDT", "AFVIST", "SLETTET", "VENTER", "VENTER"]
    assert taken.done == 4
    reasons = Event.objects.filter(reason__gt="").order_by("seq").values_list("subject", "reason")
    assert dict(reasons) == {
        mine[0].subject: "Se møde 4", mine[1].subject: "Nej tak", mine[2].subject: "Se møde 4",
        mine[4].subject: "Se møde 4",
    }  # fmt: skip


def test_what_is_wrong_with_a_row_is_told_by_its_code(mine: list[DataAgreement]) -> None:
    theirs = builders.agreement(builders.unit(), Status.VENTER)
    rows = [
        (mine[0].number, "GODKEND", ""), (mine[1].number, "MÅSKE", ""), (mine[4].number, "AFVIS", ""),
        (theirs.number, "GODKEND", ""), ("999999999", "GODKEND", ""), ("²", "GODKEND", ""),
        (mine[2].number, "SLET", "x" * 2001),
    ]  # fmt: skip
    assert told(take_in(mine, *rows)) == [
        (str(mine[0].number), "ændret", ""), (str(mine[1].number), "afvist", "ukendt_beslutning"),
        (str(mine[4].number), "afvist", "ulovlig_overgang"),
        (str(theirs.number), "afvist", "anden_dataejers_aftale"), ("999999999", "afvist", "ukendt_aftale"),
        ("²", "afvist", "ukendt_aftale"), (str(mine[2].number), "afvist", "for_lang"),
    ]  # fmt: skip
    assert statuses(mine) == ["GODKENDT", "VENTER", "VENTER", "VENTER", "GODKENDT"]
    theirs.refresh_from_db()
    assert theirs.status == "VENTER"


def test_all_or_nothing(mine: list[DataAgreement]) -> None:
    rows = [(mine[0].number, "GODKEND", ""), (mine[4].number, "AFVIS", "")]
    taken = take_in(mine, *rows, whole=True)
    assert (taken.done, taken.report.applied, statuses(mine)[0]) == (0, False, "VENTER")


@pytest.mark.parametrize(
    ("head", "rows", "code"),
    [
        (["aftaleId", "svar"], [("1", "GODKEND")], "forkerte_kolonner"),
        (["id", "beslutning"], [("1", "GODKEND")], "forkerte_kolonner"),
        (["aftaleId", "beslutning"], [], "tom_fil"),
        (["aftaleId", "beslutning"], [("1", "SLET"), ("1", "VENT")], "nummer_to_gange"),
        (["aftaleId", "beslutning"], [("1", "x" * decisions.LARGEST)], "for_stor_fil"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(head: list[str], rows: list[tuple[str, str]], code: str) -> None:
    with pytest.raises(Refused) as refused:
        take_in([], *rows, head=head)
    assert refused.value.code == code


def test_a_row_with_too_few_fields_is_told_of(mine: list[DataAgreement]) -> None:
    own = DataAgreement.objects.filter(pk=mine[0].pk)
    content = f"aftaleId;beslutning;kommentar\r\n{mine[0].number};GODKEND\r\n".encode()
    taken = decisions.take_in(content, mine=own, actor=ACTOR)
    assert told(taken) == [(str(mine[0].number), "afvist", "forkert_antal_felter")]


def test_exactly_what_was_previewed_is_done(mine: list[DataAgreement]) -> None:
    rows = [(mine[0].number, "SLET", ""), (mine[1].number, "GODKEND", "")]
    seen = take_in(mine, *rows, trial=True)
    assert (seen.done, statuses(mine)) == (0, ["VENTER"] * 4 + ["GODKENDT"])
    lifecycle.approve(mine[1], actor=ACTOR)
    with pytest.raises(Refused) as refused:
        take_in(mine, *rows, previewed=seen.fingerprint)
    assert (refused.value.code, statuses(mine)[:2]) == ("ikke_det_forhaandsviste", ["VENTER", "GODKENDT"])
    again = take_in(mine, *rows, trial=True)
    assert take_in(mine, *rows, previewed=again.fingerprint).done == 1
    assert statuses(mine)[:2] == ["SLETTET", "GODKENDT"]


def test_a_workbook_is_read_as_its_csv(mine: list[DataAgreement]) -> None:
    content = workbook.write(["kommentar", "aftaleId", "", "beslutning"], [("ja", mine[0].number, "x", "GODKEND")])
    taken = decisions.take_in(content, mine=DataAgreement.objects.all(), actor=ACTOR)
    assert told(taken) == [(str(mine[0].number), "ændret", "")]
    assert Event.objects.get(action="agreement.approve", reason="ja").subject == mine[0].subject
