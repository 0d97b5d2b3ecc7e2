"""A later file opens nothing twice unawares: a new row that seems to be there is refused until somebody says why."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from institutions import importing
from institutions.models import Institution, Verdict
from tests import sheets
from tests.sheets import top, unit

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from registry.ledger import Actor
    from registry.models import User

pytestmark = pytest.mark.django_db
WHY = "To huse på samme grund"
NEW = unit("")
OTHER = unit("", dagtilbudsNavn="Mågereden", vejNavn="Enghavevej", husNummer="3", pNummer="1990000099")
LIST = "/admin/institutions/institution/"


@pytest.fixture(autouse=True)
def opened(actor: Actor) -> None:
    """A register with one unit, Lærkereden, G10500."""
    importing.register(sheets.register(top(), unit()), actor=actor)


def units() -> int:
    return Institution.objects.filter(level="anvisningsenhed").count()


def told() -> list[tuple[str, str, str]]:
    rows = Verdict.objects.select_related("first", "second").order_by("first__number", "second__number")
    return [(f"{one.first.number} {one.second.number}", one.answer, one.reason) for one in rows]


def upload(desk: Client, content: bytes, **given: str) -> Any:  # noqa: ANN401
    file = SimpleUploadedFile("fil.csv", content)
    return desk.post(f"{LIST}import/", {"import_file": file, "format": "0", "resource": "0", **given})


def test_what_is_there_is_refused_and_the_rest_is_opened(actor: Actor) -> None:
    report = importing.register(sheets.register(NEW, OTHER), actor=actor)
    assert [str(one.verdict.value) for one in report.decisions] == ["afvist", "ny"]
    [problem] = report.decisions[0].problems
    assert (problem.code, problem.suggestions) == ("mulig_dublet", ("G10500",))
    assert "G10500 Lærkereden" in problem.detail
    assert units() == 2


def test_a_row_that_repeats_an_earlier_one_is_refused(actor: Actor) -> None:
    report = importing.register(sheets.register(OTHER, OTHER), actor=actor)
    assert [str(one.verdict.value) for one in report.decisions] == ["ny", "afvist"]
    assert "en tidligere række Mågereden" in report.decisions[1].problems[0].detail


def test_a_refused_row_is_not_what_a_later_one_repeats(actor: Actor) -> None:
    wrong = {**OTHER, "ejerformKode": "99"}
    report = importing.register(sheets.register(wrong, OTHER), actor=actor)
    assert [str(one.verdict.value) for one in report.decisions] == ["afvist", "ny"]


def test_who_insists_opens_them_all_and_the_reason_is_a_verdict_each(actor: Actor) -> None:
    report = importing.register(sheets.register(NEW, OTHER, OTHER), actor=actor, despite=WHY)
    lark, gull, second = [one.subject for one in report.decisions]
    assert units() == 4
    assert told() == [(f"G10500 {lark}", "forskellige", WHY), (f"{gull} {second}", "forskellige", WHY)]


def test_a_trial_says_the_same_and_opens_nothing(actor: Actor) -> None:
    report = importing.register(sheets.register(NEW), actor=actor, trial=True)
    assert sheets.wrong(report) == [("mulig_dublet", "despite")]
    assert sheets.verdicts(importing.register(sheets.register(NEW), actor=actor, trial=True, despite=WHY)) == [
        ("", "ny"),
    ]  # fmt: skip
    assert (units(), told()) == (1, [])


def test_the_command_takes_the_reason(tmp_path: Path) -> None:
    file, out = tmp_path / "fil.csv", StringIO()
    file.write_bytes(sheets.register(NEW))
    call_command("import_register", str(file), stdout=out)
    assert "[mulig_dublet, despite]" in out.getvalue()
    call_command("import_register", str(file), despite=WHY, stdout=StringIO())
    assert (units(), [reason for _pair, _answer, reason in told()]) == (2, [WHY])


def test_the_page_takes_the_reason_and_confirms_it(client: Client, kirsten: User) -> None:
    client.force_login(kirsten)
    refused = upload(client, sheets.register(NEW)).context["result"].report
    assert sheets.wrong(refused) == [("mulig_dublet", "despite")]
    form = upload(client, sheets.register(NEW), despite=WHY).context["confirm_form"]
    client.post(f"{LIST}process_import/", {name: form[name].value() for name in form.fields})
    assert (units(), [reason for _pair, _answer, reason in told()]) == (2, [WHY])
