"""`InstitutionKey`: no relation to an institution can be forgotten by a consolidation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core import checks
from django.db import models
from django.test.utils import isolate_apps

from agreements.carrying import CARRY
from agreements.models import DataAgreement, StatusPeriod, System, Vendor
from institutions import keys
from institutions.keys import MOVE, STAY, Change, InstitutionKey
from institutions.models import Candidate, Institution, Municipality, Version
from registry import periods
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.apps.registry import Apps

type Fields = dict[str, Any]


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> Iterator[Apps]:
    """A registry of models that holds only those which the test declares."""
    with isolate_apps("institutions", "registry") as apps:
        assert apps is not None
        monkeypatch.setattr(keys, "apps", apps)
        yield apps


def declare(name: str, bases: tuple[type[models.Model], ...] = (models.Model,), **fields: object) -> Any:  # noqa: ANN401
    return type(name, bases, {"__module__": "institutions.models", **fields})


def found() -> list[tuple[str, str]]:
    told = keys.every_key_to_an_institution_is_an_institution_key(None)
    return [(one.id or "", one.msg.split(" ", 1)[0]) for one in told]


def test_the_models_of_the_house_pass_the_check() -> None:
    assert [one for one in checks.run_checks() if one.id == "institutions.E001"] == []


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("kind", [models.ForeignKey, models.OneToOneField])
def test_a_plain_key_is_found(kind: type[models.ForeignKey[Any, Any]]) -> None:
    declare("Visit", place=kind(Institution, models.CASCADE, related_name="+"))
    assert found() == [("institutions.E001", "institutions.Visit.place")]


@pytest.mark.usefixtures("apart")
def test_a_many_to_many_is_found_and_so_is_its_hidden_table() -> None:
    declare("Visit", places=models.ManyToManyField(Institution, related_name="+"))
    assert sorted(found()) == [
        ("institutions.E001", "institutions.Visit.places"),
        ("institutions.E001", "institutions.Visit_places.institution"),
    ]


@pytest.mark.usefixtures("apart")
def test_a_key_to_a_proxy_of_institution_is_found() -> None:
    proxy = declare("Nursery", (Institution,), Meta=type("Meta", (), {"proxy": True}))
    declare("Visit", place=models.ForeignKey(proxy, models.CASCADE, related_name="+"))
    assert found() == [("institutions.E001", "institutions.Visit.place")]


@pytest.mark.usefixtures("apart")
def test_a_model_that_inherits_institution_is_found() -> None:
    declare("Nursery", (Institution,))
    assert found() == [("institutions.E001", "institutions.Nursery.institution_ptr")]


@pytest.mark.usefixtures("apart")
def test_an_institution_key_and_a_key_to_something_else_pass() -> None:
    declare(
        "Visit",
        place=InstitutionKey(to=Institution, on_consolidate=STAY, related_name="+"),
        town=models.ForeignKey(Municipality, models.PROTECT, related_name="+"),
    )
    assert found() == []


def test_an_institution_key_must_say_what_a_consolidation_does() -> None:
    with pytest.raises(TypeError, match="on_consolidate"):
        InstitutionKey()  # type: ignore[call-arg]


@pytest.mark.parametrize("on_consolidate", [STAY, MOVE, CARRY])
def test_a_clone_and_a_migration_keep_what_it_said(on_consolidate: keys.OnConsolidate) -> None:
    key = InstitutionKey[Any, Any](on_consolidate=on_consolidate, null=True, related_name="+")
    _name, path, args, kwargs = key.deconstruct()
    assert (path, kwargs["on_consolidate"]) == ("institutions.keys.InstitutionKey", on_consolidate)
    again = key.clone()
    assert again.on_consolidate is on_consolidate
    assert InstitutionKey(*args, **kwargs).deconstruct()[3] == kwargs
    assert again.remote_field.on_delete is models.PROTECT


def test_it_protects_whatever_it_is_told() -> None:
    key = InstitutionKey[Any, Any](on_consolidate=STAY, on_delete=models.CASCADE)
    assert key.remote_field.on_delete is models.PROTECT


def test_every_key_of_every_app_is_walked_in_one_order() -> None:
    walked = [f"{key.model._meta.label_lower}.{key.name}" for key in keys.keys_to_institution()]
    assert walked == [
        "agreements.affiliation.institution", "agreements.case.absorbed", "agreements.case.survivor",
        "agreements.dataagreement.institution", "agreements.notificationaddress.institution",
        "institutions.candidate.leaving", "institutions.candidate.staying",
        "institutions.check.institution", "institutions.externalid.institution",
        "institutions.institution.absorbed_into",
        "institutions.mandate.institution", "institutions.matchkey.institution",
        "institutions.report.institution",
        "institutions.succession.institution", "institutions.succession.successor",
        "institutions.verdict.first", "institutions.verdict.second",
        "institutions.version.institution", "institutions.version.parent",
    ]  # fmt: skip
    hidden = [one for one in Institution._meta.get_fields(include_hidden=True) if one.auto_created and one.is_relation]
    assert len(walked) == len(hidden)


@pytest.mark.django_db
def test_move_gives_a_change_for_each_row_and_stay_none() -> None:
    legacy, unit = builders.legacy(), builders.unit()
    row = Candidate.objects.create(leaving=legacy, staying=unit, score=1)
    key = Candidate._meta.get_field("leaving")
    assert isinstance(key, InstitutionKey)
    assert STAY(key, survivor=unit, absorbed=legacy, on=builders.NEW_YEAR) == ()
    change = MOVE(key, survivor=unit, absorbed=legacy, on=builders.NEW_YEAR)[0]
    assert (change.key, change.before, change.after) == (row.pk, {"leaving_id": legacy.pk}, {"leaving_id": unit.pk})
    assert change.apply()
    assert Candidate.objects.get().leaving == unit
    assert not change.apply()
    assert change.backwards().apply()
    assert Candidate.objects.get().leaving == legacy


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("period", periods.between(None, None), periods.between(None, date(2026, 1, 1))),
        ("period", periods.between(date(1, 1, 1), None), periods.between(None, date(9999, 12, 31))),
        ("name", "LÆRKEREDEN", 'Å"\\N\n😀'),
        ("latitude", None, 55.123456789),
        ("dar_id", "", "0a3f50b9-0000-32b8-e044-0003ba298018"),
        ("legal_ground_derived", False, True),
    ],
)
def test_a_change_of_any_column_goes_through_json_there_and_back(name: str, old: object, new: object) -> None:
    legacy = builders.legacy()
    Version.objects.update(**{name: old})
    version = Version.objects.get()
    change = Change.of(version, subject=legacy.number, why="", **{name: new})
    assert change.apply()
    assert getattr(Version.objects.get(), name) == new
    assert not change.apply()
    assert change.backwards().apply()
    assert getattr(Version.objects.get(), name) == old


@pytest.mark.django_db
def test_a_row_that_is_gone_is_not_changed() -> None:
    made = builders.agreement(builders.unit())
    change = Change.of(made, subject="x", why="", status="AFVIST")
    StatusPeriod.objects.all().delete()
    DataAgreement.objects.all().delete()
    assert not change.apply()


@pytest.mark.django_db
def test_a_change_may_make_rows_that_point_to_each_other_and_take_them_away_again() -> None:
    before = builders.dump()
    made: dict[str, int] = {}
    wanted = [
        Change.make(Vendor, handle="udbyder", label="en udbyder", why="", name="Havgus IT", cvr_number="12345678"),
        Change.make(System, handle="system", label="et system", why="", vendor_id="$udbyder", code="HG000101",
                    name="Havgus"),
    ]  # fmt: skip
    done = [one for change in wanted if (one := change.swap(made))]
    system = System.objects.get()
    assert (system.vendor.name, made) == ("Havgus IT", {"udbyder": system.vendor.pk, "system": system.pk})
    assert [(one.key, one.label) for one in done] == [(system.vendor.pk, "en udbyder"), (system.pk, "et system")]
    # One that somebody has changed since is not taken away.
    System.objects.update(passive=True)
    assert not done[1].backwards().apply()
    System.objects.update(passive=False)
    assert [one.backwards().apply() for one in reversed(done)] == [True, True]
    assert builders.dump() == before
