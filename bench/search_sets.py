"""Public sets of questions with their right answers, their vectors, and how good what was found is.

The sets lie in `../shared/data/retrieval`: FeedbackQA, the medical question pairs and SciFact, each as it is and with
typing errors in the questions.
"""

import gzip
import hashlib
import json
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.prepared import MODEL
from bench.results import Missing, tell
from bench.texts import DATA, TIPS
from knowledge.search import Encoder, is_built, pack_pieces, pack_states, whole

SETS = DATA / "retrieval"
KINDS = {"clean": "queries", "typo": "queries-typo"}
"""How the questions are written -> the file that holds them."""

FIRST = 10
"""Hits that count."""

DRAWS = 1_000
"""Times that the questions are drawn anew."""

AT_ONCE = 1_000
"""Texts that are encoded between two times that the vectors are kept."""


@dataclass(frozen=True, slots=True)
class Questions:
    """A set's tips as (name, title, text), its questions by kind as (name, text), and the grade of right answers."""

    name: str
    tips: list[tuple[str, str, str]]
    asked: dict[str, list[tuple[str, str]]]
    right: dict[str, dict[str, float]]

    def texts(self) -> Iterator[str]:
        """Every text of which a vector is wanted."""
        for _, title, text in self.tips:
            yield from (title, whole(title, text)) if title else (whole(title, text),)
        for asked in self.asked.values():
            yield from (text for _, text in asked)


def read_sets() -> list[Questions]:
    """Reads every set.

    Raises:
        Missing: One is not there.
    """
    return [_read(name) for name in TIPS]


def open_encoder() -> Encoder:
    """Opens the sentence encoder of `data/model`.

    Raises:
        Missing: There is none.
    """
    if not is_built(MODEL):
        raise Missing(f"There is no sentence model in {MODEL}, which `./tacit model` fetches.")
    return Encoder.load(MODEL)


class Made(NamedTuple):
    """What the encoder makes of a text: its vector, its different word pieces, and the states of all; kept small."""

    vector: np.ndarray
    pieces: bytes
    states: bytes


class KeptVectors:
    """Texts as the encoder sees them; what was encoded once is kept in the system's folder for temporary files."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        made_by = hashlib.sha256((MODEL / "model.onnx").read_bytes()).hexdigest()[:16]
        self._file = Path(tempfile.gettempdir()) / f"tacit-bench-encoded-{made_by}.npz"
        self._known: dict[bytes, Made] = {}
        self._fresh = 0
        if self._file.is_file():
            with np.load(self._file) as kept:
                columns = [[row.tobytes() for row in kept["keys"]], kept["vectors"]]
                columns += [_apart(kept[name], kept[f"{name}_sizes"]) for name in ("pieces", "states")]
                self._known = {key: Made(*row) for key, *row in zip(*columns, strict=True)}

    def one(self, text: str) -> Made:
        """What the encoder makes of a text."""
        key = _key(text)
        if key not in self._known:
            encoded = self._encoder.encode(text)
            self._known[key] = Made(encoded.vector, pack_pieces(encoded.pieces), pack_states(encoded.states))
            self._fresh += 1
        return self._known[key]

    def prepare(self, texts: Iterable[str]) -> None:
        """Encodes what is not known yet, which takes minutes the first time."""
        missing = list(dict.fromkeys(text for text in texts if _key(text) not in self._known))
        if missing:
            tell(f"Encoding {len(missing)} texts; this takes minutes, once.")
        for number, text in enumerate(missing, 1):
            self.one(text)
            if number % AT_ONCE == 0:
                tell(f"Encoded {number} of {len(missing)}.")
                self.keep()
        self.keep()

    def keep(self) -> None:
        """Writes down what was encoded; the file appears complete or not at all."""
        if not self._fresh:
            return
        made = list(self._known.values())
        columns = {"keys": np.array([np.frombuffer(key, np.uint8) for key in self._known])}
        columns["vectors"] = np.array([each.vector for each in made], np.float32)
        for name, parts in (("pieces", [each.pieces for each in made]), ("states", [each.states for each in made])):
            columns[name] = np.frombuffer(b"".join(parts), np.uint8)
            columns[f"{name}_sizes"] = np.array([len(part) for part in parts], np.int64)
        making = self._file.with_name(f"{os.getpid()}-{self._file.name}")
        try:
            np.savez(making, **columns)
            making.replace(self._file)
        finally:
            making.unlink(missing_ok=True)
        self._fresh = 0


def gain(found: Sequence[str], right: Mapping[str, float]) -> float:
    """Gives nDCG@10, 0 to 1: the discounted gain of the first ten over that of the best ten.

    Source: K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002.
    """
    best = sorted(right.values(), reverse=True)[:FIRST]
    return _discounted([right.get(name, 0.0) for name in found[:FIRST]]) / _discounted(best)


def bootstrap(differences: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Gives where 95 % of the mean difference lie when each set's questions are drawn anew, 1,000 times, seeded.

    Each row is one set's differences, question by question; sets weigh alike.
    """
    chance = np.random.default_rng(17)
    means = np.zeros(DRAWS)
    for row in differences:
        drawn = chance.integers(len(row), size=(DRAWS, len(row)))
        means += np.asarray(row)[drawn].mean(axis=1) / len(differences)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def _read(name: str) -> Questions:
    tips = [(row["id"], row["title"], row["text"]) for row in lines(name, "corpus")]
    right = right_answers(name)
    asked = {
        kind: [(row["id"], row["text"]) for row in lines(name, file) if row["id"] in right]
        for kind, file in KINDS.items()
    }
    return Questions(name, tips, asked, right)


def lines(name: str, file: str) -> list[dict[str, Any]]:
    """Reads a file of a set: its rows.

    Raises:
        Missing: It is not there.
    """
    with gzip.open(_there(name, f"{file}.jsonl.gz"), "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def right_answers(name: str) -> dict[str, dict[str, float]]:
    """Reads which tips of a set answer which question, by their names, and how well: above 0."""
    found: dict[str, dict[str, float]] = {}
    with gzip.open(_there(name, "qrels.tsv.gz"), "rt", encoding="utf-8") as stream:
        for line in stream:
            question, tip, grade = line.rstrip("\n").split("\t")
            if float(grade or 0) > 0:
                found.setdefault(question, {})[tip] = float(grade)
    return found


def _there(name: str, file: str) -> Path:
    path = SETS / name / file
    if not path.is_file():
        raise Missing(f"There is no {path}: the public question sets that this benchmark needs are not here.")
    return path


def _discounted(grades: Iterable[float]) -> float:
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades))


def _apart(joined: np.ndarray, sizes: np.ndarray) -> list[bytes]:
    ends = np.cumsum(sizes)
    return [joined[end - size : end].tobytes() for end, size in zip(ends, sizes, strict=True)]


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]
