"""How well real questions find real answers: no worse than the baseline that was measured for each public set."""

import gzip
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from knowledge.search import Encoded, Encoder, Index, pack_states, whole
from knowledge.search.index import Encode, ReadStates

from .store import document

SETS = Path(__file__).parents[3].parent / "shared" / "data" / "retrieval"

BASELINES = {
    "mqp": (0.972, 0.967),
    "feedbackqa": (0.778, 0.769),
    "scifact": (0.869, 0.852),
}
"""nDCG@10, clean and with typing errors: what was measured, less .004 for the rounding of other processors."""

THINNED = {"scifact": 12, "feedbackqa": 8, "mqp": 4}
"""Of the documents that answer nothing one in so many is taken, to save minutes; `bench/search` takes all."""


def lines(name: str, kind: str) -> Iterator[dict[str, Any]]:
    with gzip.open(SETS / name / f"{kind}.jsonl.gz", "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def judgements(name: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    with gzip.open(SETS / name / "qrels.tsv.gz", "rt", encoding="utf-8") as file:
        for line in file:
            query, document, grade = line.rstrip("\n").split("\t")
            if float(grade or 0) > 0:
                found.setdefault(query, {})[document] = float(grade)
    return found


def corpus(name: str) -> list[dict[str, Any]]:
    """The documents of a set, thinned out."""
    answers = {document for grades in judgements(name).values() for document in grades}
    numbered = enumerate(lines(name, "corpus"))
    return [each for number, each in numbered if each["id"] in answers or number % THINNED[name] == 0]


def gain(found: list[str], right: dict[str, float]) -> float:
    """Normalised discounted cumulative gain of the first ten."""
    best = sorted(right.values(), reverse=True)[:10]
    got = [right.get(document, 0) for document in found[:10]]
    return discounted(got) / discounted(best)


def discounted(grades: list[float]) -> float:
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades))


def quality(index: Index, names: list[str], dataset: str, kind: str, encode: Encode, read: ReadStates) -> float:
    right = judgements(dataset)
    gains = []
    for query in lines(dataset, kind):
        if query["id"] in right:
            hits = index.search(query["text"], encode=encode, read_states=read).hits
            gains.append(gain([names[hit.id] for hit in hits], right[query["id"]]))
    return sum(gains) / len(gains)


@pytest.mark.parametrize(
    "dataset", ["mqp", *(pytest.param(name, marks=pytest.mark.slow) for name in ("feedbackqa", "scifact"))]
)
@pytest.mark.timeout(900)
def test_real_questions_find_real_answers(dataset: str, encoder: Encoder, encode: Encode) -> None:
    if not SETS.is_dir():
        pytest.skip(f"there are no public question sets in {SETS}")
    index = Index(everyday_words=encoder.words)
    tips = corpus(dataset)
    kept: dict[str, bytes] = {}

    def remember(text: str) -> Encoded:
        encoded = encode(text)
        kept[text] = pack_states(encoded.states)
        return encoded

    def read(ids: Sequence[int]) -> dict[int, bytes]:
        return {id: kept[whole(tips[id]["title"], tips[id]["text"])] for id in ids}

    index.put(document(number, tip["title"], tip["text"], remember) for number, tip in enumerate(tips))
    names = [tip["id"] for tip in tips]
    clean, typo = BASELINES[dataset]
    assert quality(index, names, dataset, "queries", encode, read) >= clean
    assert quality(index, names, dataset, "queries-typo", encode, read) >= typo
