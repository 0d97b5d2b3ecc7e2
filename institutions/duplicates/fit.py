"""Fit the weights on labelled pairs and write them with their provenance. Needs numpy and scipy; never at run time.

    python -m institutions.duplicates.fit SET... [--out weights.json]

A SET is a folder with register.csv, a-numre.csv and truth.csv. The weights maximise the likelihood of a conditional
logit (see `scoring`), each held to the sign of its level (L-BFGS-B, Byrd et al. 1995), with a ridge. The sets are
learned as they are, joined to one dense register, and with fields taken away (half of them at random; all but name
and place), so that a weight holds where a field is missing, too. Stretch, shift
and threshold come from predictions for sets that were left out, one at a time.
"""

from __future__ import annotations

import argparse
import json
import random
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, vstack

from institutions.duplicates import evidence
from institutions.duplicates.lessons import Labelled, bare, joined, read, sparse, tellable
from institutions.duplicates.levels import LEVELS, RIVALS, START, Sign
from institutions.duplicates.memory import Register
from institutions.duplicates.scoring import HUNDREDTHS, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from institutions.duplicates.records import Record

type Array = np.ndarray[Any, Any]

SEED, RIDGE = 20_260, 1.0
# How much an A-number counts with fields taken away, and with name and place alone, as against whole.
TAKEN_AWAY, BARE = 0.15, 0.15
CODES = [code for code in LEVELS if code not in {START, RIVALS}]
PLACE = {code: column for column, code in enumerate(CODES)}


class Pairs(NamedTuple):
    """Candidates of A-numbers: their levels as rows of a matrix, whose they are, whether they are right."""

    levels: csr_matrix
    owner: Array
    right: Array
    matches: int
    counts: Array


def pairs(
    labelled: Labelled, change: Callable[[Record, random.Random], Record] | None = None, counts: float = 1.0
) -> Pairs:
    """Every candidate of every A-number of a set, its fields changed first."""
    chance = random.Random(SEED)  # noqa: S311 - a seed that repeats is the point
    register = Register(labelled.register, labelled.legacy)
    rows: list[int] = []
    columns: list[int] = []
    owner: list[int] = []
    right: list[bool] = []
    for index, given in enumerate(labelled.legacy):
        record, candidates = register.sides(change(given, chance) if change else given)
        for candidate in candidates:
            columns += [PLACE[level] for level in evidence.compare(record, candidate)]
            rows += [len(owner)] * (len(columns) - len(rows))
            owner.append(index)
            right.append(labelled.truth[given.number] == candidate.record.number)
    shape = (len(owner), len(CODES))
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    matches = sum(map(bool, labelled.truth.values()))
    return Pairs(matrix, np.array(owner), np.array(right), matches, np.full(len(labelled.legacy), counts))


def together(several: Sequence[Pairs]) -> Pairs:
    """Pairs of several sets as one, the owners kept apart."""
    offsets = np.cumsum([0, *(len(one.counts) for one in several)])
    return Pairs(
        csr_matrix(vstack([one.levels for one in several])),
        np.concatenate([one.owner + offset for one, offset in zip(several, offsets, strict=False)]),
        np.concatenate([one.right for one in several]),
        sum(one.matches for one in several),
        np.concatenate([one.counts for one in several]),
    )


def probabilities(own: Array, owner: Array) -> tuple[Array, Array]:
    """Each candidate's probability, and for each owner ln(1 + sum of exp), from own log-odds."""
    most = np.zeros(owner.max() + 1)
    np.maximum.at(most, owner, own)
    raised = np.exp(own - most[owner])
    whole = np.exp(-most)
    np.add.at(whole, owner, raised)
    return raised / whole[owner], most + np.log(whole)


def fitted(learned: Pairs) -> Array:
    """The weights of the codes and, last, the start, that make the truth most likely under their signs."""

    def loss(weights: Array) -> tuple[float, Array]:
        own = learned.levels @ weights[:-1] + weights[-1]
        likely, whole = probabilities(own, learned.owner)
        each = learned.counts[learned.owner]
        off = each * (likely - learned.right)
        value = learned.counts[: len(whole)] @ whole - each[learned.right] @ own[learned.right]
        slope = np.append(learned.levels.T @ off + RIDGE * weights[:-1], off.sum())
        return value + RIDGE / 2 * (weights[:-1] ** 2).sum(), slope

    bounds = [(0, None) if LEVELS[code].sign is Sign.FOR else (None, 0) for code in CODES]
    found = minimize(
        loss, np.zeros(len(CODES) + 1), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, 0)],
        options={"maxiter": 2000},
    )  # fmt: skip
    return np.asarray(found.x)


def lessons(sets: Sequence[Labelled]) -> Pairs:
    """What is learned from sets: as they are, joined, and with fields taken away."""
    return together(
        [
            *(pairs(one) for one in sets),
            pairs(joined(sets)),
            *(pairs(one, sparse, TAKEN_AWAY) for one in sets),
            *(pairs(tellable(one), bare, BARE) for one in sets),
        ]
    )


class Judged(NamedTuple):
    """A set with the own log-odds that the weights of the other sets give its candidates."""

    pairs: Pairs
    own: Array


def left_out(sets: Sequence[Labelled]) -> list[Judged]:
    """Each set, as it is and with half of its fields, judged by the weights of the others."""
    judged = []
    for held in sets:
        weights = fitted(lessons([one for one in sets if one is not held]))
        shown = (pairs(held), pairs(held, sparse, TAKEN_AWAY), pairs(tellable(held), bare, BARE))
        judged += [Judged(one, one.levels @ weights[:-1] + weights[-1]) for one in shown]
    return judged


def calibrated(judged: Sequence[Judged]) -> tuple[float, float]:
    """The stretch and the shift that make left-out sets most likely: a ridge leaves weights too small."""

    def loss(stretch_and_shift: Array) -> float:
        stretch, shift = stretch_and_shift
        total = 0.0
        for one in judged:
            own = stretch * one.own + shift
            whole = probabilities(own, one.pairs.owner)[1]
            total += one.pairs.counts[0] * (whole.sum() - own[one.pairs.right].sum())
        return total

    stretch, shift = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(stretch), float(shift)


def best(pairs: Pairs, own: Array) -> list[tuple[float, bool]]:
    """The best proposal of each owner: its probability, and whether it is right."""
    likely, _whole = probabilities(own, pairs.owner)
    top: dict[int, tuple[float, bool]] = {}
    for owner, probability, right in zip(pairs.owner, likely, pairs.right, strict=True):
        top[owner] = max(top.get(owner, (0.0, False)), (float(probability), bool(right)))
    return list(top.values())


def f1(proposals: Sequence[tuple[float, bool]], matches: int, threshold: float) -> float:
    """F1 of the proposals from a threshold on."""
    made = [right for probability, right in proposals if probability >= threshold]
    return round(2 * sum(made) / (len(made) + matches), 4) if made else 0.0


def threshold(*shown: tuple[Sequence[tuple[float, bool]], int]) -> float:
    """Half of the best F1, the mean over what is shown: where a calibrated score is cut best (Lipton et al. 2014)."""
    grid = [step / HUNDREDTHS for step in range(20, 81)]
    return round(sum(max(f1(*one, step) for step in grid) for one in shown) / len(shown) / 2, 2)


def learned(sets: Sequence[Labelled], names: Sequence[str]) -> dict[str, Any]:
    """Everything that the file of weights says."""
    judged = left_out(sets)
    stretch, shift = calibrated(judged)
    whole, bare_ones = judged[::3], judged[2::3]
    each = [best(one.pairs, stretch * one.own + shift) for one in whole]
    matches = [one.pairs.matches for one in whole]
    proposals = [proposal for one in each for proposal in one]
    likely = [best(one.pairs, stretch * one.own + shift) for one in bare_ones]
    cut = threshold(
        (proposals, sum(matches)),
        ([proposal for one in likely for proposal in one], sum(one.pairs.matches for one in bare_ones)),
    )
    weights = stretch * fitted(lessons(sets))
    return {
        "provenance": {
            "script": "python -m institutions.duplicates.fit",
            "sets": list(names),
            "date": date.today().isoformat(),  # noqa: DTZ011 - the day on which somebody fitted
            "seed": SEED,
            "ridge": RIDGE,
            "stretch_and_shift": [round(stretch, 4), round(shift, 4)],
            "f1_of_left_out_sets": dict(
                zip(names, (f1(*one, cut) for one in zip(each, matches, strict=True)), strict=True)
            ),
            "f1_of_all_left_out": f1(proposals, sum(matches), cut),
        },
        "threshold": cut,
        "start": round(HUNDREDTHS * (weights[-1] + shift)),
        "weights": {code: round(HUNDREDTHS * weight) for code, weight in zip(CODES, weights, strict=False)},
    }


def main() -> None:
    """Fit, judge on left-out sets, and write the file of weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    asked = parser.parse_args()
    said = learned([read(folder) for folder in asked.sets], [folder.name for folder in asked.sets])
    asked.out.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
