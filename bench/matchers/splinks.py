"""splink on DuckDB: `splinks.py train MODEL FOLDER…`, `splinks.py link MODEL FOLDER`.

Timed is what it does with the set at hand: cleaning, u from random pairs of it as its documentation has one do, then
linking and ranking. `ready` is the latter alone, as if the columns were clean and u known. The learning of m from
labels is not timed.

Told what it can be told: the kind of a name, term frequencies, m from the labels of the training sets.
"""

import json
import logging
import resource
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from bench.matchers import columns, judging

Frames = tuple[pd.DataFrame, pd.DataFrame]
_BLOCKS = (
    ("phone",), ("p_number",), ("mail",), ("stem", "postcode"), ("stem", "municipality"), ("stem", "town"),
    ("street", "house", "postcode"), ("street", "house", "town"), ("street", "house", "municipality"),
    ("postcode", "substr(stem, 1, 5)"), ("municipality", "substr(stem, 1, 6)"), ("town", "substr(stem, 1, 6)"),
    ("municipality", "substr(reverse(stem), 1, 7)"), ("postcode", "substr(reverse(stem), 1, 6)"),
    ("postcode", "house", "substr(street, 1, 3)"),
)  # fmt: skip
# Match weight under which a pair is no proposal.
LEAST = -10
RANDOM_PAIRS = 2e7
_CARE = "('nursery', 'kindergarten', 'house')"


def _names_and_addresses() -> list[Any]:
    """What it is called, and its street."""
    same_street = "street_l = street_r and house_l = house_r"
    like = "jaro_winkler_similarity(street_l, street_r) > 0.92 and house_l = house_r"
    number = "regexp_replace(house_l, '[a-z]', '') = regexp_replace(house_r, '[a-z]', '') and street_l = street_r"
    return [
        cl.CustomComparison(
            output_column_name="stem",
            comparison_levels=[
                cll.NullLevel("stem"),
                cll.ExactMatchLevel("stem", term_frequency_adjustments=True),
                cll.JaroWinklerLevel("stem", 0.94),
                cll.CustomLevel("contains(stem_l, stem_r) or contains(stem_r, stem_l)", label_for_charts="in it"),
                cll.JaroWinklerLevel("stem", 0.86),
                cll.JaccardLevel("stem", 0.7),
                cll.ElseLevel(),
            ],
        ),
        cl.CustomComparison(
            output_column_name="address",
            comparison_levels=[
                cll.CustomLevel("street_l is null or street_r is null", label_for_charts="null").configure(
                    is_null_level=True
                ),
                cll.CustomLevel(same_street, label_for_charts="same"),
                cll.CustomLevel(like, label_for_charts="like"),
                cll.CustomLevel(number, label_for_charts="number"),
                cll.JaroWinklerLevel("street", 0.92),
                cll.ElseLevel(),
            ],
        ),
    ]


def _places() -> list[Any]:
    """Where it lies."""
    return [
        cl.CustomComparison(
            output_column_name="place",  # postcode, town and municipality tell one thing
            comparison_levels=[
                cll.CustomLevel(
                    "coalesce(postcode_l || postcode_r, town_l || town_r, municipality_l || municipality_r) is null",
                    label_for_charts="null",
                ).configure(is_null_level=True),
                cll.ExactMatchLevel("postcode", term_frequency_adjustments=True),
                cll.ExactMatchLevel("town"),
                cll.ExactMatchLevel("municipality"),
                cll.ElseLevel(),
            ],
        ),
    ]


def _numbers_and_kinds() -> list[Any]:
    """Telephone, P-number, CVR, mail and type."""
    return [
        *(cl.ExactMatch(name).configure(term_frequency_adjustments=True) for name in ("phone", "p_number", "cvr")),
        cl.CustomComparison(
            output_column_name="mail",
            comparison_levels=[
                cll.NullLevel("mail"),
                cll.ExactMatchLevel("mail", term_frequency_adjustments=True),
                cll.CustomLevel("split_part(mail_l, '@', 2) = split_part(mail_r, '@', 2)", label_for_charts="host"),
                cll.ElseLevel(),
            ],
        ),
        cl.CustomComparison(
            output_column_name="kind",
            comparison_levels=[
                cll.NullLevel("kind"),
                cll.ExactMatchLevel("kind"),
                cll.CustomLevel(f"kind_l in {_CARE} and kind_r in {_CARE}", label_for_charts="both of care"),
                cll.ElseLevel(),
            ],
        ),
    ]


def settings() -> SettingsCreator:
    """The comparisons and blocking rules."""
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            *_names_and_addresses(),
            *_places(),
            *_numbers_and_kinds(),
        ],
        blocking_rules_to_generate_predictions=[block_on(*block) for block in _BLOCKS],
        retain_matching_columns=False,
    )


def frames(folder: Path, prefix: str = "") -> Frames:
    """Register and A-numbers of a set, cleaned."""
    both = []
    for rows in (columns.register(folder), columns.legacy(folder)):
        frame = pd.DataFrame(rows, columns=list(columns.COLUMNS), dtype="string")
        frame["unique_id"] = prefix + frame["unique_id"]
        both.append(frame)
    return both[0], both[1]


def linker(sets: Frames, how: object) -> tuple[Linker, DuckDBAPI]:
    """A linker over the register and the A-numbers."""
    api = DuckDBAPI(connection=duckdb.connect())
    tables = [api.register(frame, dataset_display_name=name) for frame, name in zip(sets, ("g", "a"), strict=True)]
    return Linker(tables, how, log_level=logging.ERROR), api


def trained(folders: list[Path]) -> dict[str, object]:
    """The model: u from random pairs, m from the labelled ones."""
    parts = [frames(folder, f"{nth}-") for nth, folder in enumerate(folders)]
    both = (pd.concat([part[0] for part in parts]), pd.concat([part[1] for part in parts]))
    link, api = linker(both, settings())
    pairs = [
        ("g", f"{nth}-{right}", "a", f"{nth}-{legacy}")
        for nth, folder in enumerate(folders)
        for legacy, right in columns.truth(folder).items()
        if right
    ]
    names = ["source_dataset_l", "unique_id_l", "source_dataset_r", "unique_id_r"]
    known = set(both[0]["unique_id"])
    labels = pd.DataFrame([pair for pair in pairs if pair[1] in known], columns=names)
    link.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS)
    table = api.register(labels, dataset_display_name="labels")
    link.training.estimate_m_from_pairwise_labels(table)
    model: dict[str, object] = link.misc.save_model_to_json(out_path=None)
    model["probability_two_random_records_match"] = 0.5 / len(known) * len(folders)
    return model


def link(folder: Path, model: object) -> None:
    """Link and rank, and say what it took."""
    began = time.perf_counter()
    both = frames(folder)
    cleaned = time.perf_counter() - began
    tool, _api = linker(both, model)
    learning = time.perf_counter()
    tool.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS)
    learned = time.perf_counter() - learning
    best = duckdb_best(tool.inference.predict(threshold_match_weight=LEAST).as_duckdbpyrelation())
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {
        "seconds": took,
        "ready": took - learned - cleaned,
        "megabytes": peak,
        **judging.judge(best, columns.truth(folder), 0),
    }
    print(json.dumps(told))


def duckdb_best(pairs: duckdb.DuckDBPyRelation) -> dict[str, tuple[str, float]]:
    """The best proposal of each A-number, and its weight. Which side is the A-number's, its source says."""
    turned = pairs.project(
        "CASE WHEN source_dataset_l = 'a' THEN unique_id_l ELSE unique_id_r END AS a,"
        "CASE WHEN source_dataset_l = 'a' THEN unique_id_r ELSE unique_id_l END AS g, match_weight"
    )
    found = turned.aggregate("a, arg_max(g, match_weight), max(match_weight)", "a").fetchall()
    return {a: (g, weight) for a, g, weight in found}


def main(what: str, model: Path, folders: list[Path]) -> None:
    """Train and keep the model, or link with it."""
    if what == "train":
        model.write_text(json.dumps(trained(folders)))
    else:
        link(folders[0], json.loads(model.read_text()))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), [Path(one) for one in sys.argv[3:]])
