"""The queue in the admin: the list, a pair, what is said of it, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutions import lifecycle
from institutions.duplicates import queue, verdicts
from institutions.models import Answer, Candidate, Verdict
from registry.models import Event
from tests import builders
from tests.builders import ACTOR, NEW_YEAR

if TYPE_CHECKING:
    from django.test import Client

    from institutions.models import Institution
    from registry.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/institutions/candidate/"
MANY = f"{LIST}bekraeft/"
NAMES = ("Solstrålen", "Lærkereden", "Ugleboet", "Myretuen")


@pytest.fixture
def desk(client: Client, kirsten: User) -> Client:
    client.force_login(kirsten)
    return client


def twins(count: int = 1) -> list[tuple[Institution, Institution]]:
    """A-numbers with the units that they are, each at an address of its own."""
    made = []
    for place, name in enumerate(NAMES[:count]):
        where: dict[str, Any] = {"street": f"{name}vej", "house_number": str(3 + place), "postcode": "2400"}
        unit = builders.unit(name=name, phone=f"8713000{place}", p_number=f"101234560{place}", **where)
        outside = builders.legacy(
            f"A1000{place + 1}", name=name.upper(), street=f"{name}vej {3 + place}", postcode="2400",
            phone=f"87 13 00 0{place}",
        )  # fmt: skip
        made.append((outside, unit))
    return made


def pair(one: Institution, other: Institution) -> str:
    return f"{LIST}par/{one.number}/{other.number}/"


def say(desk: Client, page: str, answer: str, **given: object) -> None:
    assert desk.post(page, {"svar": answer, "seen": 0, "reason": "", **given}).status_code == 302


def test_the_list_has_the_pairs_that_are_worth_most_first_and_asks_as_much_for_three_as_for_one(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(LIST).status_code == 200
        return len(captured)

    (first, _unit), *_rest = twins()
    desk.get(LIST)
    one = queries()
    for place, name in enumerate(NAMES[1:3], start=1):
        builders.unit(name=name, street=f"{name}vej", house_number=str(place), p_number=f"101234570{place}")
        outside = builders.legacy(f"A1000{place + 1}", name=name, street=f"{name}vej {place}", postcode="2400")
        builders.agreement(outside)
    desk.get(LIST)
    assert queries() == one
    shown = [row.leaving.number for row in desk.get(LIST).context["cl"].result_list]
    # An agreement doubles what an answer is worth.
    assert shown == ["A10002", "A10003", first.number]


def test_nobody_but_stils_staff_sees_it(client: Client, mads: User) -> None:
    outside, unit = twins()[0]
    client.force_login(mads)
    for page in (LIST, MANY, pair(outside, unit), "/admin/institutions/verdict/"):
        assert client.get(page).status_code == 302
        assert client.post(page, {"svar": "ens"}).status_code == 302
    assert not Verdict.objects.exists()


def test_an_empty_queue_says_so(desk: Client) -> None:
    assert "Køen er tom" in desk.get(LIST).content.decode()


def test_the_pair_shows_both_the_sum_and_where_they_lie(desk: Client) -> None:
    outside, unit = twins()[0]
    answer = desk.get(pair(outside, unit))
    told = answer.content.decode()
    assert answer.status_code == 200
    assert "Solstrålen" in told
    assert "en anden på samme adresse" in told
    terms, score = answer.context["terms"], answer.context["pair"].score
    assert round(sum(one.weight for one in terms), 2) == float(score.total)


def test_an_answer_leads_to_the_next_pair_and_is_taken_back(desk: Client) -> None:
    (one, unit), (other, second) = twins(2)
    desk.get(LIST)
    listed = [row.leaving.number for row in queue.waiting(User_of(desk))]
    assert sorted(listed) == ["A10001", "A10002"]
    first = {one.number: (one, unit), other.number: (other, second)}[listed[0]]
    following = {one.number: (one, unit), other.number: (other, second)}[listed[1]]
    answer = desk.post(pair(*first), {"svar": "forskellige", "seen": 0, "reason": "en skole"})
    assert answer["Location"] == pair(*following)
    verdict = Verdict.objects.get()
    assert (verdict.answer, verdict.by, verdict.reason) == (Answer.DIFFERENT, "kirsten", "en skole")
    assert not Candidate.objects.filter(leaving=first[0], staying=first[1]).exists()
    say(desk, pair(*first), "fortryd")
    assert Candidate.objects.filter(leaving=first[0], staying=first[1]).exists()
    assert [one.action for one in Event.objects.filter(subject=verdict.subject)] == [
        "duplicate.different", "duplicate.take_back",
    ]  # fmt: skip


def User_of(client: Client) -> User:  # noqa: N802 - reads as what it gives
    from registry.models import User  # noqa: PLC0415

    return User.objects.get(pk=client.session["_auth_user_id"])


def test_what_a_colleague_said_meanwhile_is_told_and_nothing_is_lost(desk: Client) -> None:
    outside, unit = twins()[0]
    verdicts.give(outside, unit, answer=Answer.UNSURE, actor=ACTOR)
    answer = desk.post(pair(outside, unit), {"svar": "forskellige", "seen": 0, "reason": "min grund"})
    assert answer.status_code == 409
    assert "har imens sagt" in answer.content.decode()
    assert 'value="min grund"' in answer.content.decode()
    assert Verdict.objects.get().answer == Answer.UNSURE
    # Seen now: the same press again holds.
    say(desk, pair(outside, unit), "forskellige", seen=answer.context["form"]["seen"].value())
    assert Verdict.objects.get().answer == Answer.DIFFERENT


def test_one_that_comes_again_says_why(desk: Client) -> None:
    outside, unit = twins()[0]
    say(desk, pair(outside, unit), "forskellige")
    assert "Køen er tom" in desk.get(LIST).content.decode()
    lifecycle.correct(unit, on=NEW_YEAR, actor=ACTOR, reason="omdøbt", name="Solstrålens Hus")
    told = desk.get(LIST).content.decode()
    assert "Kommer igen: navn er ændret" in told
    assert "fra »Solstrålen« til »Solstrålens Hus«" in desk.get(pair(outside, unit)).content.decode()


def test_one_that_is_the_same_leads_to_its_consolidation(desk: Client) -> None:
    outside, unit = twins()[0]
    say(desk, pair(outside, unit), "ens")
    told = desk.get(pair(outside, unit)).content.decode()
    assert f"/admin/institutions/institution/{outside.number}/konsolider/?ind_i={unit.number}" in told
    assert [row.leaving for row in desk.get(f"{LIST}?tilstand=ens").context["cl"].result_list] == [outside]


def test_a_double_inside_leads_to_a_closing_with_its_successor(desk: Client) -> None:
    where: dict[str, Any] = {"street": "Skovvej", "house_number": "4", "postcode": "4600", "town": "Køge"}
    private = builders.daginstitution(name="Skovsneglen", ownership="3", legal_ground="13")
    old = builders.unit(private, name="Skovsneglen", ownership="3", legal_ground="13", p_number="1012345678", **where)
    new = builders.unit(name="Skovsneglen", p_number="1012345699", **where)
    row = desk.get(LIST).context["cl"].result_list[0]
    assert (row.leaving, row.staying, row.kind) == (old, new, "overtagelse")
    say(desk, pair(old, new), "ens")
    step = desk.get(pair(old, new)).context["next_step"][0]
    assert step.endswith(f"/nedlaeg/?cause=overtaget&successors={new.number}")
    form = desk.get(step).context["form"]
    assert (form["cause"].value(), form["successors"].value()) == ("overtaget", new.number)


def test_many_are_confirmed_as_they_were_shown(desk: Client) -> None:
    made = twins(3)
    answer = desk.get(MANY)
    batch = answer.context["batch"]
    assert {one.leaving for one in batch.rows} == {outside for outside, _unit in made}
    assert batch.expected_wrong == pytest.approx(sum(1 - one.score for one in batch.rows))
    shown = {"fingerprint": batch.fingerprint, "reason": "set efter"}
    verdicts.give(*made[0], answer=Answer.UNSURE, actor=ACTOR)
    assert desk.post(MANY, shown).status_code == 409
    assert Verdict.objects.count() == 1
    again = {**shown, "fingerprint": desk.get(MANY).context["batch"].fingerprint}
    assert desk.post(MANY, again).status_code == 302
    assert Verdict.objects.filter(answer=Answer.SAME, reason="set efter").count() == 2


def test_the_verdicts_are_listed_and_found(desk: Client) -> None:
    outside, unit = twins()[0]
    say(desk, pair(outside, unit), "usikker")
    told = desk.get("/admin/institutions/verdict/", {"q": outside.number}).content.decode()
    assert f'href="{pair(outside, unit)}"' in told
    assert "Usikker" in told.title()
