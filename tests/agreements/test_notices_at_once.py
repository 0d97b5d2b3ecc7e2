"""Two clicks, two people, two nightly runs at the same moment: one mail."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from agreements import lifecycle, notices
from agreements.models import Notice, NotificationAddress
from agreements.notices import digests
from agreements.states import Status
from institutions import confirming
from registry import ledger, periods
from registry.models import Event, Message
from tests import at_once, builders
from tests.agreements.telling import CONTACT, told_agreement
from tests.builders import ACTOR

TURNS = 5  # a race is lost now and then only


def test_two_who_tell_the_same_vendor_send_one_mail(own_database: str) -> None:
    del own_database
    one, here = told_agreement(), builders.municipality("101")
    tell = partial(notices.tell, here, one.system.vendor, contact=CONTACT, actor=ACTOR)
    for turn in range(1, TURNS + 1):
        assert at_once.codes(at_once.run(tell, tell)) == ["done", "netop_varslet"]
        assert (Notice.objects.count(), Message.objects.count()) == (turn, turn)
        for notice in Notice.objects.all():
            Notice.objects.filter(pk=notice.pk).update(at=notice.at - timedelta(days=8))


def test_two_clicks_confirm_once(own_database: str) -> None:
    del own_database
    here = builders.municipality("101")
    for turn in range(1, TURNS + 1):
        builders.unit()
        confirm = partial(confirming.confirm, here, seen=ledger.head(), actor=ACTOR)
        assert at_once.codes(at_once.run(confirm, confirm)) == ["done", "done"]
        assert Event.objects.filter(action=confirming.CONFIRM).count() == turn


def test_two_nightly_runs_send_one_mail(own_database: str) -> None:
    del own_database
    one = builders.agreement(builders.unit())
    NotificationAddress.objects.create(email="vera@x.example", vendor=one.system.vendor)
    for turn in range(1, TURNS + 1):
        send = partial(digests.send, actor=ACTOR, on=periods.today() + timedelta(days=turn))
        assert sorted(at_once.run(send, send)) == [0, 1]
        assert Message.objects.count() == turn
        if one.status == Status.GODKENDT:
            lifecycle.set_back(one, actor=ACTOR)
        else:
            lifecycle.approve(one, actor=ACTOR)
