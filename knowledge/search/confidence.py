"""How sure to be that the first hit answers the question.

A logistic regression on a few signs that the search leaves behind, with one set of coefficients where the first hit was
compared by meaning and one where there were only words; and a shift of it by what a community's own members said of
the answers they got. Gathering the signs is left to `index`.

Source: fitted by the project on FeedbackQA (whole passages, and their first 160 characters), the medical question
pairs, SciFact and the three HINT3 sets, by `bench/confidence.py`, which also says how well it does on a set that was
left out of the fit: docs/adr/0013.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

NOTHING = 0.14
"""The score that "none of them" is taken to have beside the first hit and its rivals."""

TEMPERATURE = 0.095
"""How far apart two scores are when one document is e times as likely to be the answer as the other."""

BY_MEANING = {"standing": 0.875, "cosine": 4.72, "pieces": -0.194, "constant": -1.81}

BY_WORDS = {"coverage": 2.26, "matched_rarity": 2.36, "documents": -0.843, "stems": -0.778, "constant": -0.092}

USUAL_SHIFT = 0.7
"""How far the logits of communities differ from those of the sets of the fit: the standard deviation that a community's
shift is taken to have before anybody said anything. Source: .3 to .6 between the sets of the fit, more between mixes of
questions with and without an answer; from .5 to 1 it hardly matters."""

FARTHEST_SHIFT = 2.0
"""A community's shift is no more than this, however many say so."""

_NEVER_SURE = 1e-6


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first hit: the first four where there were only words, else the others.

    Attributes:
        coverage: Share, 0 to 1, of the question's stems that the hit has, each weighted by its rarity.
        matched_rarity: Sum of the rarities (inverse document frequencies, natural logarithm) of those stems, from 0.
        documents: How many there are to choose from.
        stems: How many different stems the question has.
        cosine: Of question and hit, -1 to 1; None where they could not be compared by meaning.
        standing: From `standing`, of the first hit.
        together: From `standing`, of the first hit and those that are shown with it.
        pieces: How many word pieces the question has.
    """

    coverage: float = 0.0
    matched_rarity: float = 0.0
    documents: int = 0
    stems: int = 0
    cosine: float | None = None
    standing: float = 0.0
    together: float = 0.0
    pieces: int = 0

    @property
    def signs(self) -> dict[str, float]:
        """What the logistic regression weighs, by name."""
        if self.cosine is not None:
            return {"standing": self.standing, "cosine": self.cosine, "pieces": math.log1p(self.pieces)}
        return {
            "coverage": self.coverage,
            "matched_rarity": math.log1p(self.matched_rarity),
            "documents": math.log1p(self.documents),
            "stems": math.log1p(self.stems),
        }


def standing(hits: np.ndarray, rivals: np.ndarray) -> float:
    """The log-odds of some hits against their rivals and "none of them", were scores logits.

    Args:
        hits: Their scores, 0 to 1, the first the greatest; float, shape (hits,), not empty.
        rivals: The scores of the best others, near-duplicates of the first left out; float, shape (rivals,).
    """
    first = float(hits[0])
    none = math.exp((NOTHING - first) / TEMPERATURE)
    for_them, against = (float(np.exp((scores - first) / TEMPERATURE).sum()) for scores in (hits, rivals))
    return math.log(for_them / (none + against))


def confidence(evidence: Evidence) -> float:
    """Return the probability, 0 to 1, that the first hit answers the question, before any votes."""
    return _weighed(evidence)


def confidence_of_shown(evidence: Evidence) -> float:
    """Return the probability, 0 to 1, that one of the hits that are shown together does, before any votes.

    It takes the coefficients of the first hit. Source: the project's measurement on all six sets, 300 questions of each
    and a fifth as many of each other: from .7 on, one of three is right 86 to 95 times in a hundred.
    """
    return _weighed(replace(evidence, standing=evidence.together))


def _weighed(evidence: Evidence) -> float:
    weights = BY_WORDS if evidence.cosine is None else BY_MEANING
    return _logistic(weights["constant"] + sum(weights[name] * value for name, value in evidence.signs.items()))


def shift_by(votes: Iterable[tuple[float, bool]]) -> float:
    """What a community's own votes say of the confidence: the most likely shift of its logit.

    Source: the maximum a posteriori of a logistic regression with that one coefficient, its prior normal with standard
    deviation `USUAL_SHIFT` (A. Gelman and others, *Bayesian Data Analysis*, 3rd edition, section 16.3), by Newton's
    method.

    Args:
        votes: For each answer that somebody judged, its confidence before any votes and whether it was right.

    Returns:
        The shift, 0 without votes, between -`FARTHEST_SHIFT` and `FARTHEST_SHIFT`.
    """
    logits, right = [], []
    for before, was_right in votes:
        logits.append(_logit(before))
        right.append(was_right)
    found, precision = 0.0, USUAL_SHIFT**-2
    for _ in range(25):
        expected: Sequence[float] = [_logistic(logit + found) for logit in logits]
        slope = sum(right) - sum(expected) - found * precision
        step = slope / (sum(each * (1 - each) for each in expected) + precision)
        found += max(-1.0, min(1.0, step))
        if abs(step) < _NEVER_SURE:
            break
    return max(-FARTHEST_SHIFT, min(FARTHEST_SHIFT, found))


def shifted(before: float, shift: float) -> float:
    """A confidence, 0 to 1, after votes."""
    return _logistic(_logit(before) + shift)


def _logit(probability: float) -> float:
    kept = min(max(probability, _NEVER_SURE), 1 - _NEVER_SURE)
    return math.log(kept / (1 - kept))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
