"""The product's matching in a process of its own: `python -m bench.matchers.ours DATABASE FOLDER`.

The set is laid out and its keys are written; timed is from stored keys to ranked candidates.
"""

import json
import sys
from pathlib import Path

import django


def main(database: str, folder: Path) -> None:
    """Match, then print the seconds, best proposal against the truth, and F1 at the product's threshold."""
    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415  (needs Django set up)

    connection.settings_dict["NAME"] = database
    from bench.matchers import judging  # noqa: PLC0415
    from bench.material import labelled  # noqa: PLC0415
    from bench.runner import seconds  # noqa: PLC0415
    from institutions.duplicates import candidates, scoring  # noqa: PLC0415
    from institutions.models import Institution  # noqa: PLC0415

    best: dict[int, tuple[int, float]] = {}

    def match() -> None:
        with transaction.atomic():
            for lot in candidates.everything():
                # As `refresh` does: a lot is written and let go.
                best.update({key: (ranked[0][0], ranked[0][1].probability) for key, ranked in lot.items() if ranked})

    took = seconds(match)
    number = dict(Institution.objects.values_list("pk", "number"))
    found = {number[key]: (number[one], score) for key, (one, score) in best.items()}
    said = {"seconds": took, **judging.judge(found, labelled.truth(folder), scoring.weights().threshold)}
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
