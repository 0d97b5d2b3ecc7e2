"""Three levels: top down, leaf first, in one municipality, on every day."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from institutions import hierarchy, lifecycle
from institutions.models import Institution, Level, Version
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR, NEW_YEAR, municipality, told

pytestmark = pytest.mark.django_db
SPRING, SUMMER, AUTUMN = date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)
correct = partial(lifecycle.correct, actor=ACTOR)
move = partial(lifecycle.move, actor=ACTOR)
close = partial(lifecycle.close, actor=ACTOR, reason="")
reopen = partial(lifecycle.reopen, actor=ACTOR, reason="")


def kommuner(institution: Institution) -> list[tuple[str, str]]:
    return [(begins, one.code) for begins, _ends, one in told(institution, "administrative_municipality")]


def astray() -> list[str]:
    """What stands under a parent of another municipality, or of none, on some day: there must be nothing."""
    days = {end for one in Version.objects.all() for end in (one.period.lower, one.period.upper) if end}
    found = []
    for day in sorted(days):
        today = {one.institution_id: one for one in Version.objects.filter(period__contains=day)}
        for one in today.values():
            above = today.get(one.parent_id or 0)
            if one.parent_id and (
                above is None or above.administrative_municipality_id != one.administrative_municipality_id
            ):
                found.append(f"{one.institution} {day}")
    return found


@pytest.mark.parametrize("level", [Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE])
def test_each_level_is_opened_under_the_one_above(level: Level) -> None:
    top, unit, alternative = builders.tree()
    begin = {Level.ANVISNINGSENHED: builders.unit, Level.ALTERNATIV_ADRESSE: builders.alternative}[level]
    right = {Level.ANVISNINGSENHED: top, Level.ALTERNATIV_ADRESSE: unit}[level]
    begin(right)
    outside = builders.legacy()
    for wrong in {top, unit, alternative, outside} - {right}:
        with pytest.raises(Refused) as refused:
            begin(wrong)
        assert (refused.value.code, refused.value.field) == ("forkert_overordnet", "parent")


def test_a_unit_without_a_parent_is_refused_and_a_daginstitution_with_one_too() -> None:
    top = builders.daginstitution()
    facts = {
        "name": "X", "institution_type": "6012", "ownership": "1", "legal_ground": "10", "p_number": "1012345678",
        "administrative_municipality": municipality("101"), **builders.ADDRESS,
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        lifecycle.open(level=Level.ANVISNINGSENHED, on=NEW_YEAR, actor=ACTOR, **facts)
    assert refused.value.code == "overordnet_mangler"
    with pytest.raises(Refused) as refused:
        builders.daginstitution(parent=top)
    assert refused.value.code == "forkert_overordnet"


def test_a_parent_must_have_begun_and_must_not_end() -> None:
    top = builders.daginstitution(on=SPRING)
    with pytest.raises(Refused) as refused:
        builders.unit(top, on=date(2026, 3, 31))
    assert refused.value.code == "overordnet_mangler"
    close(top, on=AUTUMN)
    for day in (SPRING, SUMMER, AUTUMN):
        with pytest.raises(Refused) as refused:
            builders.unit(top, on=day)
        assert refused.value.code == "overordnet_mangler"
    reopen(top, on=AUTUMN)
    builders.unit(top, on=SPRING)
    assert astray() == []


def test_a_parent_must_be_open_all_the_time() -> None:
    top = builders.daginstitution()
    close(top, on=SPRING)
    reopen(top, on=AUTUMN)
    for act in (partial(builders.unit, top, on=NEW_YEAR), partial(move, builders.unit(), to=top, on=NEW_YEAR)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "overordnet_mangler"
    builders.unit(top, on=AUTUMN)
    assert astray() == []


def test_closing_begins_with_the_leaf_and_never_cascades() -> None:
    top, unit, alternative = builders.tree()
    for above, children in ((top, [unit.number]), (unit, [alternative.number])):
        with pytest.raises(Refused) as refused:
            close(above, on=AUTUMN)
        assert (refused.value.code, list(refused.value.suggestions)) == ("har_aabne_underenheder", children)
    for one in (alternative, unit, top):
        close(one, on=AUTUMN)
    assert {ends for one in (top, unit, alternative) for _begins, ends, _name in told(one, "name")} == {"2026-10-01"}


def test_a_parent_closes_on_the_day_of_its_last_child_or_later_but_not_before() -> None:
    top, unit, alternative = builders.tree()
    close(alternative, on=SUMMER)
    close(unit, on=SUMMER)
    with pytest.raises(Refused) as refused:
        close(top, on=date(2026, 6, 30))
    assert refused.value.code == "har_aabne_underenheder"
    close(top, on=SUMMER)


def test_a_child_dated_ahead_keeps_its_parent_open() -> None:
    top = builders.daginstitution()
    unit = builders.unit(top, on=AUTUMN)
    with pytest.raises(Refused) as refused:
        close(top, on=SPRING)
    assert refused.value.suggestions == (unit.number,)


def test_a_child_that_moves_away_ahead_lets_its_parent_close_then() -> None:
    top, other = builders.daginstitution(), builders.daginstitution()
    unit = builders.unit(top)
    move(unit, to=other, on=SUMMER)
    with pytest.raises(Refused):
        close(top, on=date(2026, 6, 30))
    close(top, on=SUMMER)
    assert astray() == []


def test_a_child_that_moves_here_ahead_keeps_its_new_parent_open() -> None:
    top, other = builders.daginstitution(), builders.daginstitution()
    unit = builders.unit(top)
    move(unit, to=other, on=SUMMER)
    for day in (SPRING, AUTUMN):
        with pytest.raises(Refused) as refused:
            close(other, on=day)
        assert refused.value.code == "har_aabne_underenheder"


def test_a_move_to_a_parent_that_closes_ahead_is_refused() -> None:
    unit, other = builders.unit(), builders.daginstitution()
    close(other, on=AUTUMN)
    for day in (SPRING, AUTUMN):
        with pytest.raises(Refused) as refused:
            move(unit, to=other, on=day)
        assert refused.value.code == "overordnet_mangler"


def test_a_unit_moves_and_its_alternative_addresses_follow() -> None:
    top, unit, alternative = builders.tree()
    other = builders.daginstitution()
    assert move(unit, to=other, on=SUMMER)
    assert [one.pk for *_days, one in told(unit, "parent")] == [top.pk, other.pk]
    assert hierarchy.below(top, on=SUMMER) == []
    assert hierarchy.below(other, on=SUMMER) == [unit, alternative]
    assert hierarchy.below(top, on=date(2026, 6, 30)) == [unit, alternative]


def test_an_alternative_address_moves_to_another_unit() -> None:
    _top, _unit, alternative = builders.tree()
    other = builders.unit()
    assert move(alternative, to=other, on=SUMMER)
    assert move(alternative, to=other, on=SUMMER) is False
    assert builders.events()[-1] == ("lifecycle.move", alternative.number)


def test_a_move_to_the_wrong_level_is_refused() -> None:
    top, unit, alternative = builders.tree()
    other = builders.unit()
    for one, to in ((unit, other), (alternative, top), (unit, alternative), (unit, unit), (top, unit)):
        with pytest.raises(Refused) as refused:
            move(one, to=to, on=SUMMER)
        assert refused.value.code == "forkert_overordnet"


def test_a_move_out_of_the_municipality_is_refused_also_on_the_day_that_it_becomes_so() -> None:
    unit = builders.unit(kommune="101")
    aarhus, later = builders.daginstitution(kommune="751"), builders.daginstitution(kommune="101")
    correct(later, on=AUTUMN, administrative_municipality=municipality("751"))
    for to in (aarhus, later):
        with pytest.raises(Refused) as refused:
            move(unit, to=to, on=SUMMER)
        assert (refused.value.code, refused.value.field) == ("overordnet_i_anden_kommune", "parent")
    assert astray() == []


def test_a_parent_is_given_by_a_move_and_not_by_a_correction() -> None:
    unit, other = builders.unit(), builders.daginstitution()
    with pytest.raises(Refused) as refused:
        correct(unit, on=SUMMER, parent=other)
    assert (refused.value.code, refused.value.field) == ("forkert_overordnet", "parent")


def test_a_unit_does_not_change_municipality_by_itself() -> None:
    unit = builders.unit()
    with pytest.raises(Refused) as refused:
        correct(unit, on=SUMMER, administrative_municipality=municipality("751"))
    assert refused.value.code == "overordnet_i_anden_kommune"


def test_what_stands_under_a_daginstitution_follows_it_to_another_municipality() -> None:
    trio = builders.tree()
    assert correct(trio[0], on=SUMMER, administrative_municipality=municipality("751"))
    assert [kommuner(one) for one in trio] == [[("2026-01-01", "101"), ("2026-07-01", "751")]] * 3
    assert sorted(builders.events()[-3:]) == sorted(("lifecycle.correct", one.number) for one in trio)


def test_what_is_opened_under_it_later_follows_too() -> None:
    top = builders.daginstitution()
    unit = builders.unit(top, on=AUTUMN)
    alternative = builders.alternative(unit, on=date(2026, 12, 1))
    correct(top, on=SUMMER, administrative_municipality=municipality("751"))
    assert (kommuner(unit), kommuner(alternative)) == ([("2026-10-01", "751")], [("2026-12-01", "751")])
    assert astray() == []


def test_what_is_opened_before_a_change_dated_ahead_will_follow() -> None:
    top = builders.daginstitution()
    correct(top, on=SUMMER, administrative_municipality=municipality("751"))
    unit = builders.unit(top, on=SPRING)
    alternative = builders.alternative(unit, on=SPRING)
    assert kommuner(unit) == kommuner(alternative) == [("2026-04-01", "101"), ("2026-07-01", "751")]
    assert astray() == []


def test_a_second_change_before_one_dated_ahead_keeps_the_tree_together() -> None:
    top, unit, alternative = builders.tree()
    correct(top, on=AUTUMN, administrative_municipality=municipality("751"))
    late = builders.unit(top, on=date(2026, 12, 1))
    correct(top, on=SPRING, administrative_municipality=municipality("147"))
    expected = [("2026-01-01", "101"), ("2026-04-01", "147"), ("2026-10-01", "751")]
    assert kommuner(top) == kommuner(unit) == kommuner(alternative) == expected
    assert kommuner(late) == [("2026-12-01", "751")]
    assert astray() == []


def test_a_change_of_municipality_stops_at_what_moves_away_ahead() -> None:
    top, unit, _alternative = builders.tree()
    other = builders.daginstitution()
    move(unit, to=other, on=AUTUMN)
    before = builders.dump()
    with pytest.raises(Refused) as refused:
        correct(top, on=SUMMER, administrative_municipality=municipality("751"))
    assert refused.value.code == "overordnet_i_anden_kommune"
    assert builders.dump() == before
    assert correct(top, on=AUTUMN, administrative_municipality=municipality("751"))
    assert astray() == []


def test_a_unit_that_closed_reopens_in_the_municipality_that_its_parent_is_in_then() -> None:
    top = builders.daginstitution()
    unit = builders.unit(top)
    close(unit, on=SPRING)
    correct(top, on=SUMMER, administrative_municipality=municipality("751"))
    reopen(unit, on=AUTUMN)
    assert kommuner(unit) == [("2026-01-01", "101"), ("2026-10-01", "751")]
    assert astray() == []


def test_a_unit_does_not_reopen_under_a_closed_parent() -> None:
    top = builders.daginstitution()
    unit = builders.unit(top)
    close(unit, on=SPRING)
    close(top, on=SUMMER)
    for day in (SPRING, SUMMER):
        with pytest.raises(Refused) as refused:
            reopen(unit, on=day)
        assert refused.value.code == "overordnet_mangler"


def test_a_move_back_in_time_ripples_up_to_a_later_move() -> None:
    first, second, third = (builders.daginstitution() for _each in range(3))
    unit = builders.unit(first)
    correct(unit, on=SUMMER, phone="33333333")
    move(unit, to=third, on=AUTUMN)
    move(unit, to=second, on=SPRING)
    assert [one.pk for *_days, one in told(unit, "parent")] == [first.pk, second.pk, second.pk, third.pk]
