"""How good proposals are. Standard library alone, for programs of both environments."""

from collections.abc import Mapping


def judge(found: Mapping[str, tuple[str, float]], truth: Mapping[str, str], threshold: float) -> dict[str, float]:
    """F1 of the best proposals at a threshold, and the best F1 over all thresholds, which flatters.

    `found`: the best proposal of each A-number and its score. `truth`: the right number, empty where there is none.
    """
    wanted = sum(bool(right) for right in truth.values())
    ranked = sorted(((score, truth[legacy] == one) for legacy, (one, score) in found.items()), reverse=True)
    right = taken = 0
    best = fixed = 0.0
    for score, correct in ranked:
        right, taken = right + correct, taken + 1
        reached = 2 * right / (taken + wanted)
        best = max(best, reached)
        if score >= threshold:
            fixed = reached
    return {"f1": fixed, "best": best, "pairs": len(found)}
