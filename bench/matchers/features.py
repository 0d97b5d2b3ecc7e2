"""rapidfuzz features and a logistic regression: `features.py train MODEL FOLDER…`, `features.py link MODEL FOLDER`.

Cleaning and training are not timed; linking and ranking are.

Pairs by blocking keys, seven likenesses of rapidfuzz in bulk, agreement of numbers weighed by frequency.
"""

import json
import resource
import sys
import time
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import joblib
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from bench.matchers import columns, judging

type Row = tuple[str | None, ...]
type Floats = NDArray[np.float64]
STEM, KIND, STREET, HOUSE, POSTCODE, TOWN, MUNICIPALITY, CVR, P_NUMBER, PHONE, MAIL = range(1, 12)
_CAP, _KEPT, _LOT = 100, 25, 10_000
_CARE = {"nursery", "kindergarten", "house"}


def keys(row: Row) -> list[tuple[str, ...]]:
    """What pairs are found by."""
    stem, street, house = row[STEM] or "", row[STREET] or "", row[HOUSE] or ""
    said: list[tuple[str | None, ...]] = [(str(at), row[at]) for at in (P_NUMBER, PHONE, MAIL)]
    said.append(("stem", stem))
    for place in (POSTCODE, TOWN, MUNICIPALITY):
        said += [(str(place), row[place], "start", stem[:5]), (str(place), row[place], "end", stem[-6:])]
        said += [(str(place), row[place], "word", word[:6]) for word in stem.split()]
        if street and house:
            said += [(str(place), row[place], street[:5], house), (str(place), row[place], street[:2], house)]
    return [tuple(map(str, key)) for key in said if all(key)]


def pairs(register: list[Row], legacy: list[Row]) -> NDArray[np.int64]:
    """Positions of A-numbers and of institutions worth comparing: those with the greatest sums of rarity."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for nth, row in enumerate(register):
        for key in keys(row):
            found[key].append(nth)
    chosen: list[tuple[int, int]] = []
    for nth, row in enumerate(legacy):
        points: Counter[int] = Counter()
        for key in keys(row):
            sharing = found.get(key, ())
            if len(sharing) <= _CAP:
                for one in sharing:
                    points[one] += 1 / len(sharing)  # type: ignore[assignment]  # a Counter of floats
        chosen += [(nth, one) for one, _points in points.most_common(_KEPT)]
    return np.array(chosen, dtype=np.int64)


def likenesses(register: list[Row], legacy: list[Row], at: NDArray[np.int64]) -> Floats:
    """The features of the pairs, a row each."""
    counts = [Counter(row[column] for row in register) for column in range(12)]
    return np.vstack([
        _lot([legacy[a] for a, _g in lot], [register[g] for _a, g in lot], counts)
        for lot in (at[start : start + _LOT] for start in range(0, len(at), _LOT))
    ])  # fmt: skip


def _lot(left: list[Row], right: list[Row], counts: list[Counter[str | None]]) -> Floats:
    told: list[Floats] = []
    for column, scorer in (
        (STEM, fuzz.ratio), (STEM, fuzz.token_sort_ratio), (STEM, fuzz.partial_ratio), (STEM, fuzz.token_set_ratio),
        (STEM, JaroWinkler.normalized_similarity), (STREET, JaroWinkler.normalized_similarity),
        (TOWN, JaroWinkler.normalized_similarity),
    ):  # fmt: skip
        one, two = [row[column] or "" for row in left], [row[column] or "" for row in right]
        both = np.array([bool(a and b) for a, b in zip(one, two, strict=True)])
        score = process.cpdist(one, two, scorer=scorer).astype(float)
        score = score / 100 if scorer.__module__.endswith("fuzz") or score.max(initial=0) > 1 else score
        told += [np.where(both, score, 0), np.where(both, score > 0.9, 0), (~both).astype(float)]  # noqa: PLR2004
    for column in (KIND, HOUSE, POSTCODE, MUNICIPALITY, CVR, P_NUMBER, PHONE, MAIL):
        told += list(_agreement(column, left, right, counts[column]))
    care = [(a[KIND] or "house") in _CARE and (b[KIND] or "house") in _CARE for a, b in zip(left, right, strict=True)]
    told.append(np.array(care, dtype=float))
    names = np.array([1 / (1 + counts[STEM][b[STEM]]) for b in right])
    told += [names, names * told[3], told[1] * told[16]]
    told += [told[one] * told[two] for one, two in combinations((0, 15, 24), 2)]
    return np.column_stack(told)


def _agreement(column: int, left: list[Row], right: list[Row], count: Counter[str | None]) -> tuple[Floats, ...]:
    said = [(a[column], b[column]) for a, b in zip(left, right, strict=True)]
    equal = np.array([float(a is not None and a == b) for a, b in said])
    rare = np.array([1 / count[b] if a is not None and a == b else 0.0 for a, b in said])
    unlike = np.array([float(a is not None and b is not None and a != b) for a, b in said])
    return equal, rare, unlike


def prepared(folder: Path) -> tuple[list[Row], list[Row]]:
    """Register and A-numbers of a set, cleaned."""
    return columns.register(folder), columns.legacy(folder)


def trained(folders: list[Path]) -> Pipeline:
    """The regression, from the labels of the training sets."""
    told, right = [], []
    for folder in folders:
        register, legacy = prepared(folder)
        truth = columns.truth(folder)
        at = pairs(register, legacy)
        told.append(likenesses(register, legacy, at))
        right += [truth[str(legacy[a][0])] == register[g][0] for a, g in at]
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    return model.fit(np.vstack(told), np.array(right))


def link(register: list[Row], legacy: list[Row], model: Pipeline) -> dict[str, tuple[str, float]]:
    """The best proposal of each A-number, and its probability."""
    at = pairs(register, legacy)
    scores = model.predict_proba(likenesses(register, legacy, at))[:, 1]
    best: dict[str, tuple[str, float]] = {}
    for (a, g), score in zip(at, scores, strict=True):
        number = str(legacy[a][0])
        if score > best.get(number, ("", 0.0))[1]:
            best[number] = str(register[g][0]), float(score)
    return best


def main(what: str, model: Path, folders: list[Path]) -> None:
    """Train and keep the model, or link with it and say what it took."""
    if what == "train":
        joblib.dump(trained(folders), model)
        return
    regression = joblib.load(model)
    register, legacy = prepared(folders[0])
    began = time.perf_counter()
    best = link(register, legacy, regression)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "megabytes": peak, **judging.judge(best, columns.truth(folders[0]), 0.5)}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), [Path(one) for one in sys.argv[3:]])
