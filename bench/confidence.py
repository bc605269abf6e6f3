"""`confidence`: whether the bot is as often right as it says, on communities that nothing was fitted on.

The logistic regression of `knowledge.search.confidence` is fitted anew without each of six public sets, and judged by
the first hits in that set (`confidence_rows` says what is asked). Two mixes of questions are judged: "as asked", where
half have an answer in the store and half are of other sets or fit nothing; and "hard", where questions whose right tips
were taken out are a kind of their own among the second half. In fits they count for less: `TAKEN_OUT_SHARE`.

Then 50 answers of the set itself are judged by votes, drawn 200 times, and the rest is judged with the shift that
Tacit takes from them. Beside all this stand the coefficients fitted on all sets and those that Tacit ships.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import NamedTuple

import numpy as np

from bench import confidence_picture
from bench.confidence_rows import (
    ANSWERABLE,
    ELSEWHERE,
    HINT3,
    KINDS,
    MEANING,
    NAMES,
    OUTSIDE,
    TAKEN_OUT,
    WHOLE,
    WORDS,
    Row,
    Rows,
    columns,
    gather,
    weights,
)
from bench.results import Json, Table, machine, tell
from bench.search_sets import KeptVectors, open_encoder
from knowledge.search import shift_by, shifted
from knowledge.search.confidence import BY_MEANING, BY_WORDS

TAKEN_OUT_SHARE = 0.3
"""What a kind of questions without its tips counts in fits, beside another kind without an answer: few who ask are so
unlucky that all is there but the answer."""

MIXES: dict[str, dict[str, float]] = {
    "as asked": {ELSEWHERE: 1, OUTSIDE: 1},
    "hard": {ELSEWHERE: 1, OUTSIDE: 1, TAKEN_OUT: 1},
}
"""Mix -> what each kind of unanswerable questions counts."""

FITTED = {ELSEWHERE: 1, OUTSIDE: 1, TAKEN_OUT: TAKEN_OUT_SHARE}
"""The same for fits."""

SHIPPED = {MEANING: BY_MEANING, WORDS: BY_WORDS}

PENALTY = 0.001
"""What half the square of a coefficient adds to the mean logarithmic loss; the constant is free."""

STEPS = 50
"""Most steps of Newton's method; it needs about ten."""

BINS = 10
"""Of equal width, from 0 to 1."""

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Confidences from which on an answer may be given."""

COVERAGES = tuple(tenth / 10 for tenth in range(1, 11))
"""Shares of the questions that are given an answer, the surest first."""

SURE = 0.7
"""The threshold after votes."""

VOTES, DRAWS, SEED = 50, 200, 23
"""Votes of a set's own, and how often they are drawn."""

DIGITS = 4


class Judged(NamedTuple):
    """First hits as columns of shape (hits,).

    Attributes:
        set: Whose questions were asked.
        whole: Whether all its tips were there.
        answerable: Whether a right one was.
        right: 1 where the first hit is right, else 0.
        sure: The confidence in it, from 0 to 1.
        weight: What it counts for; the sum is 1.
    """

    set: np.ndarray
    whole: np.ndarray
    answerable: np.ndarray
    right: np.ndarray
    sure: np.ndarray
    weight: np.ndarray

    def where(self, chosen: np.ndarray) -> "Judged":
        """Gives the chosen hits; `chosen` is bool, shape (hits,). Their weights have the sum 1."""
        found = Judged(*(column[chosen] for column in self))
        return found._replace(weight=found.weight / found.weight.sum())


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--picture", type=Path, help="draw the result into this file; needs matplotlib")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    began = perf_counter()
    encoder = open_encoder()
    found: Json = {"benchmark": "confidence", **machine()}
    gathered = gather(KeptVectors(encoder), encoder)
    found["gathering_seconds"] = round(perf_counter() - began, 1)
    for how, rows in gathered.items():
        tell(f"Judging {len(rows)} first hits {how}.")
        found[how] = _judge(rows, SHIPPED[how])
    found["seconds"] = round(perf_counter() - began, 1)
    if chosen.picture:
        found["picture"] = confidence_picture.draw(found[MEANING]["mixes"], chosen.picture)
    return found


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    shown = [table for how in (MEANING, WORDS) for table in _tables(how, result[how])]
    names = ("gathering_seconds", "seconds", "cores", "load_before", "picture")
    return [*shown, ("Notes", [("", ""), *((name, result[name]) for name in names if name in result)])]


def auroc(hits: Judged) -> float:
    """Gives how often the bot is surer of a right hit than of a wrong one; equals count half.

    Source: J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver operating characteristic
    (ROC) curve", 1982.
    """
    _, place = np.unique(hits.sure, return_inverse=True)
    right = np.bincount(place, hits.weight * hits.right)
    wrong = np.bincount(place, hits.weight * (1 - hits.right))
    return float(right @ (np.cumsum(wrong) - wrong / 2) / (right.sum() * wrong.sum()))


def calibration_error(hits: Judged) -> float:
    """Gives how far the bot is off on the mean, in ten bins of equal width.

    Source: M. P. Naeini and others, "Obtaining well calibrated probabilities using Bayesian binning", 2015 (ECE).
    """
    return float(np.abs(np.bincount(_bins(hits), hits.weight * (hits.sure - hits.right))).sum())


def brier(hits: Judged) -> float:
    """Gives the mean square of how far the bot is off.

    Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", 1950.
    """
    return float(hits.weight @ (hits.sure - hits.right) ** 2)


def risks(hits: Judged) -> dict[str, float]:
    """Gives the share of wrong hits among those that the bot is surest of, for each of `COVERAGES`.

    Source: R. El-Yaniv and Y. Wiener, "On the foundations of noise-free selective classification", 2010.
    """
    surest = np.argsort(-hits.sure, kind="stable")
    covered = np.cumsum(hits.weight[surest])
    wrong = np.cumsum((hits.weight * (1 - hits.right))[surest])
    last = np.minimum(np.searchsorted(covered, np.array(COVERAGES) - 1e-9), len(surest) - 1)
    return _rounded(dict(zip(map(str, COVERAGES), wrong[last] / covered[last], strict=True)))


MEASURES: dict[str, Callable[[Judged], float]] = {"AUROC": auroc, "ECE": calibration_error, "Brier": brier}


def fit(rows: Rows) -> np.ndarray:
    """Fits a logistic regression by Newton's method: float, shape (signs + 1,), the constant last."""
    signs, weight = _with_constant(rows.signs), weights(rows, FITTED)
    penalty = np.diag([PENALTY] * rows.signs.shape[1] + [0.0])
    found = np.zeros(signs.shape[1])
    for _ in range(STEPS):
        expected = _logistic(signs @ found)
        slope = signs.T @ (weight * (expected - rows.right)) + penalty @ found
        bend = (signs * (weight * expected * (1 - expected))[:, None]).T @ signs + penalty
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < 1e-9:
            break
    return found


def _with_constant(signs: np.ndarray) -> np.ndarray:
    return np.column_stack([signs, np.ones(len(signs))])


def _logistic(values: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-values)))


def _judge(gathered: list[Row], shipped: Mapping[str, float]) -> Json:
    """Gives the coefficients, and by mix how good predictions for sets are that the fit did not see."""
    names, rows = columns(gathered)
    fitted = dict(zip([*names, "constant"], fit(rows).tolist(), strict=True))
    seen = rows.where(~rows.cut)
    sure = np.zeros(len(seen.right))
    for name in NAMES:
        own = seen.set == name
        sure[own] = _logistic(_with_constant(seen.signs[own]) @ fit(rows.where(rows.set != name)))
    return {
        "hits": {name: {kind: _count(rows, name, kind) for kind in KINDS} for name in NAMES},
        "coefficients": {name: _rounded({"fitted": fitted[name], "shipped": shipped[name]}) for name in fitted},
        "mixes": {mix: _of_mix(_judged(seen, sure, shares)) for mix, shares in MIXES.items()},
    }


def _count(rows: Rows, name: str, kind: str) -> int:
    return int(((rows.set == name) & (rows.kind == kind)).sum())


def _judged(rows: Rows, sure: np.ndarray, shares: Mapping[str, float]) -> Judged:
    weight = weights(rows, shares)
    hits = Judged(rows.set, rows.size == WHOLE, rows.kind == ANSWERABLE, rows.right, sure, weight)
    return hits.where(weight > 0)


def _of_mix(hits: Judged) -> Json:
    whole = hits.where(hits.whole)
    parts = {"all stores": hits, "whole sets": whole}
    return {
        "measures": {
            f"{name}, {part}": _by_set(measure, of) for name, measure in MEASURES.items() for part, of in parts.items()
        },
        "reliability": _reliability(hits),
        "risk": {part: risks(of) for part, of in parts.items()},
        "thresholds": _thresholds(hits),
        "votes": {
            "none": _after_votes(hits, 0, 1),
            f"{VOTES} on any": _after_votes(hits, VOTES, DRAWS),
            f"{VOTES} on those sure from {SURE}": _after_votes(hits, VOTES, DRAWS, SURE),
        },
    }


def _by_set(measure: Callable[[Judged], float], hits: Judged) -> dict[str, float]:
    """Gives a measure of all hits together, of HINT3's, the mean over sets, and of each set."""
    sets = {name: measure(hits.where(hits.set == name)) for name in NAMES}
    together = {"all": measure(hits), "HINT3": measure(hits.where(np.isin(hits.set, HINT3)))}
    return _rounded({**together, "mean": fmean(sets.values()), **sets})


def _bins(hits: Judged) -> np.ndarray:
    """Gives the bin of each hit."""
    return np.asarray(np.minimum((hits.sure * BINS).astype(int), BINS - 1))


def _reliability(hits: Judged) -> dict[str, dict[str, float]]:
    """Gives each bin's share of all hits, how sure the bot is there on the mean, and how often it is right."""
    place = _bins(hits)
    share, sure, right = (np.bincount(place, hits.weight * column, BINS) for column in (1.0, hits.sure, hits.right))
    return {
        str(number / BINS): _rounded({"share": all, "sure": said / all, "right": was / all})
        for number, (all, said, was) in enumerate(zip(share, sure, right, strict=True))
        if all > 0
    }


def _after_votes(hits: Judged, votes: int, draws: int, least: float = 0.0) -> Json:
    """Gives how good the rest of each set is judged after so many votes on hits that were at least so sure."""
    chance = np.random.default_rng(SEED)
    errors, passed = [], []
    for name in NAMES:
        own = hits.where(hits.set == name)
        likely = own.weight * (own.sure >= least)
        for _ in range(draws):
            voted = np.zeros(len(likely), bool)
            voted[chance.choice(len(likely), votes, replace=False, p=likely / likely.sum())] = True
            shift = shift_by(zip(own.sure[voted].tolist(), own.right[voted] > 0, strict=True))
            rest = own.where(~voted)
            rest = rest._replace(sure=np.array([shifted(before, shift) for before in rest.sure.tolist()]))
            errors.append(calibration_error(rest))
            passed.append(_passed(rest, SURE))
    by_set = np.reshape(passed, (len(NAMES), draws, 3)).mean(axis=1)
    return {**_rounded({"ece": fmean(errors), "ece_p90": np.percentile(errors, 90)}), **_given(by_set)}


def _thresholds(hits: Judged) -> Json:
    """Gives what comes of giving only the answers that the bot is sure enough of."""
    sets = [hits.where(hits.set == name) for name in NAMES]
    return {str(least): _given(np.array([_passed(own, least) for own in sets])) for least in THRESHOLDS}


def _passed(hits: Judged, least: float) -> tuple[float, float, float]:
    """Gives what passes a threshold: the shares of all hits, of the answerable ones, and of all that are right hits."""
    weight = hits.weight * (hits.sure >= least)
    return weight.sum(), weight @ hits.answerable / (hits.weight @ hits.answerable), weight @ hits.right


def _given(passed: np.ndarray) -> Json:
    """Makes the mean over sets of what passed, shape (sets, 3), and its precision; also that of the worst set."""
    all, answerable, right = passed.mean(axis=0)
    worst = (passed[:, 2] / passed[:, 0]).min()
    return _rounded({"of_all": all, "of_answerable": answerable, "precision": right / all, "worst_set": worst})


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(value), DIGITS) for name, value in values.items()}


def _tables(how: str, found: Json) -> list[Table]:
    shown: list[Table] = [
        (f"First hits {how}", _by_name("", found["hits"])),
        (f"Coefficients {how}", _by_name("", found["coefficients"])),
    ]
    for mix, each in found["mixes"].items():
        name = f"{how}, {mix}"
        shown += [
            (f"Sets left out of the fit, {name}", _by_name("", each["measures"])),
            (f"Answers given from a confidence on, {name}", _by_name("from", each["thresholds"])),
            (f"Answers given from {SURE} on, and ECE, after votes, {name}", _by_name("votes", each["votes"])),
            (f"Share of wrong answers by the share that is given, {name}", _by_name("", each["risk"])),
            (f"Reliability, {name}", _by_name("from", each["reliability"])),
        ]
    return shown


def _by_name(head: str, rows: Mapping[str, Mapping[str, float]]) -> list[Sequence[object]]:
    """Gives one row for each name; all have the same columns."""
    return [(head, *next(iter(rows.values()))), *((name, *row.values()) for name, row in rows.items())]
