"""What happens when two do things at the same moment: one wins, the other is told, nothing is half done."""

from __future__ import annotations

import pytest

from institutions import numbers
from institutions.models import Level
from tests import at_once

pytestmark = pytest.mark.usefixtures("own_database")


def issue() -> str:
    return numbers.issue(Level.ANVISNINGSENHED)[0]


def test_many_get_a_number_each_while_imports_move_the_sequence() -> None:
    last = int(issue()[1:])

    def take() -> list[str]:
        return [issue() for _each in range(150)]

    def bring() -> None:
        for step in range(150):
            numbers.continue_after([f"G{last + step * 4:05d}"])

    given = at_once.run(take, bring, take, bring, take)
    issued = [*given[0], *given[2], *given[4]]
    assert len(issued) == len(set(issued)) == 450
    assert issue() > max([*issued, f"G{last + 149 * 4:05d}"])
