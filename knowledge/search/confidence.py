"""How sure to be that the first hit answers the question.

A logistic regression on a few signs that the search leaves behind, with one set of coefficients where the first hit was
compared by meaning and one where there were only words. Gathering the signs is left to `index`.

Source: fitted by the project on FeedbackQA (whole passages, and their first 160 characters), the medical question
pairs, SciFact and the three HINT3 sets: whole stores, and samples of 1 to 100 documents; questions with an answer,
questions whose answer was taken out or never existed, and questions of one set put to the tips of another. Every set
weighs alike, and half of all first hits are right; L2 penalty .001. On the set left out of the fit, with meaning: area
under the ROC curve .908 (.855 to .989 by set), calibration error .022 over all, .05 to .09 within a set. By words
alone: .806 (.698 to .922), .035 over all and .06 to .13 within a set.
"""

import math
from dataclasses import dataclass

ANSWERED_FROM = 0.5
"""From this confidence on, a bot may say that it has an answer; below, that it is not sure. On the sets of the fit it
lets through four of five right first hits and one in forty questions about something else entirely. A community that
minds wrong answers more should raise it."""

UNRELATED_COSINE = 0.1
"""The least cosine that the rival of an answer is taken to have, even where there is no other tip: about what the
nearest of a few unrelated texts has. Source: the project's measurements; questions and tips of different sets have .03
in the mean."""

_BY_MEANING = {"cosine": 4.28, "margin": 4.34, "coverage": 1.08, "lead": 1.43, "constant": -3.39}

_BY_WORDS = {"coverage": 2.76, "lead": 0.92, "matched_rarity": 2.00, "documents": -0.59, "constant": -2.77}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first hit.

    Attributes:
        coverage: Share, 0 to 1, of the question's stems that the hit has, each weighted by its rarity.
        lead: BM25 of the hit less that of the best other answer, as a share of the question's best: -1 to 1.
        matched_rarity: Sum of the rarities (inverse document frequencies, natural logarithm) of those stems, from 0.
        documents: How many there are to choose from.
        cosine: Of question and hit, -1 to 1; None where they could not be compared by meaning.
        margin: The cosine less that of the best other answer, or less `UNRELATED_COSINE` if that is greater.
    """

    coverage: float
    lead: float
    matched_rarity: float
    documents: int
    cosine: float | None = None
    margin: float = 0.0


def confidence(evidence: Evidence) -> float:
    """Return the probability, 0 to 1, that the first hit answers the question."""
    if evidence.cosine is None:
        return _by_words(evidence)
    weights = _BY_MEANING
    return _logistic(
        weights["cosine"] * evidence.cosine
        + weights["margin"] * evidence.margin
        + weights["coverage"] * evidence.coverage
        + weights["lead"] * evidence.lead
        + weights["constant"]
    )


def _by_words(evidence: Evidence) -> float:
    weights = _BY_WORDS
    return _logistic(
        weights["coverage"] * evidence.coverage
        + weights["lead"] * evidence.lead
        + weights["matched_rarity"] * math.log1p(evidence.matched_rarity)
        + weights["documents"] * math.log1p(evidence.documents)
        + weights["constant"]
    )


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
