"""Two who decide the same at the same time: one wins, the other is told, and nobody locks another out."""

from __future__ import annotations

from functools import partial

from agreements import lifecycle
from agreements.importing import decisions
from agreements.lifecycle import Wish
from agreements.models import DataAgreement, StatusPeriod
from agreements.states import Status
from institutions import consolidation
from registry.models import Event
from tests import at_once, builders
from tests.builders import ACTOR

TURNS = 5  # a race is lost now and then only


def test_two_deliveries_in_opposite_orders_take_turns(own_database: str) -> None:
    del own_database
    for _turn in range(TURNS):
        made = [builders.agreement(builders.unit(), Status.VENTER) for _each in range(6)]
        one = [Wish(agreement.pk, "GODKENDT") for agreement in made]
        other = [Wish(agreement.pk, "AFVIST") for agreement in reversed(made)]
        outcomes = at_once.run(*(partial(lifecycle.decide, wishes, actor=ACTOR) for wishes in (one, other)))
        assert at_once.codes(outcomes) == ["done", "done"]
        won = {answer.refused is None for answer in outcomes[0]}
        assert len(won) == 1
        keys = [agreement.pk for agreement in made]
        assert DataAgreement.objects.filter(pk__in=keys).values("status").distinct().count() == 1
        assert StatusPeriod.objects.filter(agreement__in=keys).count() == len(made)


def test_the_same_preview_is_done_once(own_database: str) -> None:
    del own_database
    for _turn in range(TURNS):
        made = builders.agreement(builders.unit(), Status.VENTER)
        take_in = partial(
            decisions.take_in, decisions.written([(made.number, "SLET", "")]), mine=DataAgreement.objects.all(),
            actor=ACTOR,
        )  # fmt: skip
        seen = take_in(trial=True).fingerprint
        outcomes = at_once.run(partial(take_in, previewed=seen), partial(take_in, previewed=seen))
        assert at_once.codes(outcomes) == ["done", "ikke_det_forhaandsviste"]
        assert Event.objects.filter(subject=made.subject, action="agreement.delete").count() == 1


def test_a_delivery_and_a_consolidation_of_its_institution_take_turns(own_database: str) -> None:
    del own_database
    unit = builders.unit()
    for turn in range(TURNS):
        old = builders.legacy(f"A1000{turn}")
        made = builders.agreement(old, Status.VENTER)
        plan = consolidation.plan(unit, old)
        execute = partial(consolidation.execute, plan, fingerprint=plan.fingerprint, actor=ACTOR)
        decide = partial(lifecycle.decide, [Wish(made.pk, "GODKENDT")], actor=ACTOR)
        outcomes = at_once.run(decide, execute)
        made.refresh_from_db()
        if isinstance(outcomes[1], Exception):
            assert (at_once.codes(outcomes), made.status) == (["done", "ikke_det_forhaandsviste"], "GODKENDT")
        elif isinstance(outcomes[0], Exception):
            # The request had moved over while the delivery waited.
            assert (at_once.codes(outcomes), made.status) == (["done", "har_flyttet_sig"], "VENTER")
            assert made.institution == unit
        else:
            assert (made.status, made.institution) == ("GODKENDT", unit)
