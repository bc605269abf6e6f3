"""`problems`: whether questions about one problem are found to be, beside plain groupings of the same vectors.

Three shops' stored questions and live messages, each labelled with what it is about (HINT3), are drawn as a community's
signals might come: 20 to 80 over few to many subjects, some large, many alone. What is ordinary in a shop is said by
the texts of the other kind: for its stored questions by the live messages, and the other way round. Every threshold is
chosen on the stored questions of the two other shops ("others"), or for comparison on the drawn texts themselves
("itself", which nobody could do); k-means is told how many subjects there are.

The medical question pairs are a check on texts that nothing was fitted to: there two texts at most are one. The
intervals hold 95 % of 1,000 draws of the samples; they say nothing of other shops.
"""

import zlib
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple

import numpy as np

from bench.problems_plain import (
    adjusted_rand,
    average,
    b_cubed,
    components,
    dense,
    hdbscan,
    k_means,
    numbers,
    of_one_subject,
    subjects_found,
)
from bench.results import Json, Table, machine, spread, tell
from bench.search_sets import bootstrap, lines, open_encoder, right_answers
from knowledge.problems import Earlier, Placed, group, place
from knowledge.problems.likeness import ALIKE, ALIKE_BY_WORDS
from knowledge.search import Encoded

SHOPS = ("curekart", "powerplay11", "sofmattress")
STORED, LIVE = "stored", "live"
MEDICAL = "medical pairs"
PAIRS = 300

FEWEST, MOST = 20, 80
"""Signals of a sample."""

FEWEST_SUBJECTS = 5
UNEVEN = 0.7
"""How even the shares of subjects are (of a Dirichlet distribution; 1 is every mix alike, below it few are large)."""

TACIT, ALONE, WORDS = "Tacit", "Tacit, no other texts", "Tacit, no encoder"
AVERAGE, COMPONENTS, DENSE, K_MEANS, HDBSCAN = (
    "average linkage", "components", "DBSCAN", "k-means, told how many", "HDBSCAN",
)  # fmt: skip
PLAIN = (AVERAGE, COMPONENTS, DENSE, K_MEANS, HDBSCAN)

THRESHOLDS: dict[str, tuple[float, ...]] = {
    TACIT: tuple(np.arange(0.12, 0.33, 0.02)),
    ALONE: tuple(np.arange(0.12, 0.33, 0.02)),
    WORDS: tuple(np.arange(0.06, 0.21, 0.01)),
    AVERAGE: tuple(np.arange(0.26, 0.53, 0.02)),
    COMPONENTS: tuple(np.arange(0.46, 0.73, 0.02)),
    DENSE: tuple(np.arange(0.46, 0.73, 0.02)),
}
"""Those that are tried; a method that has none is not here."""

MEASURES = (
    "adjusted Rand",
    "B-cubed F",
    "groups of 3 and more that are of one subject",
    "such subjects that are found",
)
TUNED = 2
"""Thresholds are chosen by the mean of the first two."""


class Sample(NamedTuple):
    """Texts that were drawn, by number, and the number of each one's subject; int, shape (texts,)."""

    texts: np.ndarray
    subjects: np.ndarray


@dataclass(slots=True)
class Set:
    """Labelled texts, what the encoder makes of them and of the shop's other texts, and what was drawn."""

    name: str
    shop: str
    texts: list[str]
    subjects: np.ndarray
    encoded: list[Encoded]
    earlier: Earlier
    samples: list[Sample] = field(default_factory=list)
    found: dict[tuple[str, float], np.ndarray] = field(default_factory=dict)

    @property
    def vectors(self) -> np.ndarray:
        """Of all texts, shape (texts, dimension)."""
        return np.stack([each.vector for each in self.encoded])


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--samples", type=int, default=200, help="samples of each set")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    sets = read_sets()
    for each in sets:
        each.samples = drawn(each, chosen.samples)
        tell(f"Grouping {len(each.samples)} samples of {len(each.texts)} texts: {each.name}.")
        _try_all(each)
    shops = [each for each in sets if each.shop in SHOPS]
    medical = [each for each in sets if each.shop not in SHOPS]
    best = max(PLAIN, key=lambda name: _mean(shops, name, sets))
    return {
        "benchmark": "problems",
        **machine(),
        "samples": chosen.samples,
        "best_plain": best,
        "others": {each.name: _rows(each, sets) for each in sets},
        "itself": {each.name: _rows(each, [each], itself=True) for each in sets},
        "gains": {
            "over " + name: {measure: _gain(shops, sets, name, at) for at, measure in enumerate(MEASURES[:TUNED])}
            for name in dict.fromkeys((best, AVERAGE, K_MEANS))
        },
        "gains_medical": {measure: _gain(medical, sets, AVERAGE, at) for at, measure in enumerate(MEASURES[:TUNED])},
        "ms": {"500 signals": spread(_times(sets[0], 500))},
    }


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    shown = []
    kinds = (("others", "the other shops", len(MEASURES)), ("itself", "the drawn texts themselves", TUNED))
    for kind, where, count in kinds:
        for at, name in enumerate(MEASURES[:count]):
            sets = result[kind]
            methods = list(next(iter(sets.values())))
            rows = [(method, *(_rounded(sets[each][method][at]) for each in sets)) for method in methods]
            shown.append((f"{name}, thresholds from {where}", [("", *sets), *rows]))
    gains = {**result["gains"], f"{MEDICAL}: over {AVERAGE}": result["gains_medical"]}
    rows = [(of, measure, *row) for of, measures in gains.items() for measure, row in measures.items()]
    shown.append(("What Tacit gains, of 1 (mean, 95 %)", [("", "", "mean", "from", "to"), *rows]))
    times = [(name, *(row[column] for column in ("p50", "max"))) for name, row in result["ms"].items()]
    return [*shown, ("Grouping, ms", [("", "p50", "max"), *times])]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def read_sets() -> list[Set]:
    """Reads the shops' texts, stored and live, and the medical pairs, and encodes them.

    Raises:
        Missing: A set or the encoder is not there.
    """
    encode = _encoding()
    return [*(each for shop in SHOPS for each in read_shop(shop, encode)), _medical(encode)]


def read_shop(shop: str, encode: Callable[[str], Encoded]) -> tuple[Set, Set]:
    """Reads a shop's stored questions and its live messages.

    Raises:
        Missing: They are not there.
    """
    name = f"hint3-{shop}"
    stored = {row["id"]: row for row in lines(name, "corpus")}
    asked = {row["id"]: row["text"] for row in lines(name, "queries")}
    about = {id: stored[next(iter(tips))]["title"] for id, tips in right_answers(name).items()}
    texts, subjects = [row["text"] for row in stored.values()], [row["title"] for row in stored.values()]
    encoded, spoken = [encode(text) for text in texts], {id: encode(text) for id, text in asked.items()}
    live = [id for id in asked if id in about]
    of_live = [asked[id] for id in live], [about[id] for id in live], [spoken[id] for id in live]
    return (
        _set(f"{shop} {STORED}", shop, texts, subjects, encoded, list(spoken.values())),
        _set(f"{shop} {LIVE}", shop, *of_live, encoded),
    )


def _medical(encode: Callable[[str], Encoded]) -> Set:
    known = {row["id"]: row["text"] for row in lines("mqp", "corpus")}
    asked = {row["id"]: row["text"] for row in lines("mqp", "queries")}
    answers = [(id, next(iter(right))) for id, right in right_answers("mqp").items()][:PAIRS]
    texts = [text for id, right in answers for text in (asked[id], known[right])]
    used = {right for _, right in answers}
    others = [encode(text) for id, text in known.items() if id not in used and text not in set(texts)][: 2 * PAIRS]
    subjects = [id for id, _ in answers for _ in range(2)]
    return _set(MEDICAL, MEDICAL, texts, subjects, [encode(text) for text in texts], others)


def drawn(given: Set, count: int) -> list[Sample]:
    """Draws samples of a set; the same ones each time."""
    chance = np.random.default_rng(zlib.crc32(given.name.encode()))
    return [_draw(given.subjects, chance) for _ in range(count)]


def _draw(subjects: np.ndarray, chance: np.random.Generator) -> Sample:
    """Draws some subjects and their shares, then text after text, none twice."""
    names = np.unique(subjects)
    of = chance.choice(names, int(chance.integers(FEWEST_SUBJECTS, len(names) + 1)), replace=False)
    size = int(chance.integers(FEWEST, MOST + 1))
    shares = chance.dirichlet(np.full(len(of), UNEVEN)) + 1e-12
    left = [list(chance.permutation(np.flatnonzero(subjects == each))) for each in of]
    taken: list[int] = []
    while len(taken) < size and any(left):
        there = shares * [bool(each) for each in left]
        taken.append(left[int(chance.choice(len(of), p=there / there.sum()))].pop())
    texts = np.array(taken)
    return Sample(texts, np.unique(subjects[texts], return_inverse=True)[1])


def _try_all(given: Set) -> None:
    """Scores every method at every threshold; shape (samples, measures) each."""
    scores: dict[tuple[str, float], list[tuple[float, ...]]] = {}
    chance = np.random.default_rng(17)
    vectors = given.vectors
    for sample in given.samples:
        for (name, threshold), found in _groupings(given, vectors[sample.texts], sample, chance):
            scores.setdefault((name, threshold), []).append(_score(sample, found))
    given.found = {key: np.array(rows) for key, rows in scores.items()}


def _groupings(
    given: Set, vectors: np.ndarray, sample: Sample, chance: np.random.Generator
) -> list[tuple[tuple[str, float], np.ndarray]]:
    found: list[tuple[tuple[str, float], np.ndarray]] = []
    for name, placed in _placed(given, sample).items():
        shipped = numbers(group(placed), len(vectors))
        found.append(((f"{name} as shipped", 0.0), shipped))
        moved = placed.alike - (ALIKE_BY_WORDS if name == WORDS else ALIKE)
        for threshold in THRESHOLDS[name]:
            cut = Placed(placed.rows, moved + threshold, 1)
            found.append(((name, threshold), numbers(group(cut), len(vectors))))
    for name, cutting in ((AVERAGE, average), (COMPONENTS, components), (DENSE, dense)):
        found += [((name, threshold), cutting(vectors, threshold)) for threshold in THRESHOLDS[name]]
    found.append(((K_MEANS, 0.0), k_means(vectors, int(sample.subjects.max()) + 1, chance)))
    by_density = hdbscan(vectors)
    return found if by_density is None else [*found, ((HDBSCAN, 0.0), by_density)]


def _placed(given: Set, sample: Sample) -> Mapping[str, Placed]:
    texts, encoded = [given.texts[each] for each in sample.texts], [given.encoded[each] for each in sample.texts]
    return {TACIT: place(texts, encoded, given.earlier), ALONE: place(texts, encoded), WORDS: place(texts)}


def _score(sample: Sample, found: np.ndarray) -> tuple[float, ...]:
    return tuple(score(sample.subjects, found) for score in (adjusted_rand, b_cubed, of_one_subject, subjects_found))


def _mean(of: Sequence[Set], name: str, sets: Sequence[Set]) -> float:
    if not any(each == name for each, _ in of[0].found):
        return -1.0
    return float(np.mean([_scores(each, name, sets)[:, :TUNED] for each in of]))


def _scores(given: Set, name: str, sets: Sequence[Set], *, itself: bool = False) -> np.ndarray:
    """A method's scores with the threshold that is best on other sets, or on itself; shape (samples, measures)."""
    tuned = [given] if itself else [each for each in sets if each.shop in SHOPS and each.shop != given.shop]
    stored = [each for each in tuned if itself or each.name.endswith(STORED)]
    thresholds = [threshold for each, threshold in given.found if each == name]
    best = max(
        thresholds, key=lambda threshold: float(np.mean([each.found[name, threshold][:, :TUNED] for each in stored]))
    )
    return given.found[name, best]


def _rows(given: Set, sets: Sequence[Set], *, itself: bool = False) -> Json:
    names = dict.fromkeys(name for name, _ in given.found)
    return {name: _means(_scores(given, name, sets, itself=itself)) for name in names}


def _means(scores: np.ndarray) -> list[float | None]:
    """Of each measure; what a sample has no groups or subjects for does not count."""
    counted = [column[~np.isnan(column)] for column in scores.T]
    return [float(column.mean()) if len(column) else None for column in counted]


def _gain(of: Sequence[Set], sets: Sequence[Set], name: str, at: int) -> list[float]:
    """What Tacit gains over a method: mean, and where 95 % of it lie."""
    gains = [(_scores(each, TACIT, sets) - _scores(each, name, sets))[:, at] for each in of]
    low, high = bootstrap([list(row) for row in gains])
    return [round(float(each), 4) for each in (np.mean([row.mean() for row in gains]), low, high)]


def _times(given: Set, count: int) -> list[float]:
    seconds = []
    for _ in range(10):
        began = perf_counter()
        group(place(given.texts[:count], given.encoded[:count], given.earlier))
        seconds.append(perf_counter() - began)
    return seconds


def _encoding() -> Callable[[str], Encoded]:
    encoder = open_encoder()
    tell("Encoding the texts; this takes half a minute.")
    return encoder.encode


def _set(
    name: str, shop: str, texts: list[str], subjects: Sequence[str], encoded: list[Encoded], others: list[Encoded]
) -> Set:
    numbered = np.unique(np.array(subjects), return_inverse=True)[1]
    return Set(name, shop, texts, numbered, encoded, Earlier.of(others))
