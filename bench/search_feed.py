"""What the sizes are filled with: a folder of tips, vectors and questions that processes read bit by bit.

Reading from files, a thousand tips at a time, keeps what a process holds close to what its system holds. The tips of
all sets come first, shuffled (seeded), with their own vectors. Beyond them texts are made by shuffling the words of
real tips, and vectors by adding seeded noise of length 0.5 to those of the same tips and normalising, which leaves
a cosine of about .89. Shuffled tips bring no new words: the dictionary stays that of 10,590 tips.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO

from bench.search_systems import ReadStates, Tip

if TYPE_CHECKING:
    import numpy as np

NOISE = 0.5
"""Length of what is added to a unit vector."""

WIDTH = 384
"""Numbers of a vector."""

AT_ONCE = 1_000
"""Tips that are read or written in one go."""

TIPS, TITLES, WHOLES = "tips.jsonl", "titles.f32", "wholes.f32"
QUESTIONS, FILLERS = "questions.json", "fillers.txt"
STATES = "states.db"
"""States of the word pieces of the real tips, by place; a made-up tip has those of the tip it was made from."""


@dataclass
class Feed:
    """Tips of a folder, in order; `seconds` is what reading them took so far.

    Args:
        folder: what `write` filled.
        with_vectors: whether vectors are wanted.
        count: tips to read.
        start: tips to pass over.
    """

    folder: Path
    with_vectors: bool
    count: int
    start: int = 0
    seconds: float = field(default=0.0, init=False)

    def __iter__(self) -> Iterator[Tip]:
        """Gives one tip after the other."""
        tips = self._read()
        while True:
            began = perf_counter()
            tip = next(tips, None)
            self.seconds += perf_counter() - began
            if tip is None:
                return
            yield tip

    def _read(self) -> Iterator[Tip]:
        end = self.start + self.count
        vectors = self._vectors(end) if self.with_vectors else iter(lambda: (None, None), 0)
        pieces = self._pieces() if self.with_vectors else [None]
        with (self.folder / TIPS).open(encoding="utf-8") as lines:
            for id, line in enumerate(islice(lines, self.start, end), self.start):
                title, text = json.loads(line)
                of_title, of_whole = next(vectors)
                yield Tip(id, title, text, of_title if title else None, of_whole, pieces[id % len(pieces)])

    def _pieces(self) -> list[bytes]:
        with closing(sqlite3.connect(self.folder / STATES)) as base:
            return [pieces for (pieces,) in base.execute("select pieces from tip order by place")]

    def _vectors(self, end: int) -> Iterator[tuple["np.ndarray | None", "np.ndarray | None"]]:
        import numpy as np

        with (self.folder / TITLES).open("rb") as titles, (self.folder / WHOLES).open("rb") as wholes:
            for at in range(self.start, end, AT_ONCE):
                count, offset = min(AT_ONCE, end - at), at * WIDTH * np.dtype(np.float32).itemsize
                yield from zip(*(_rows(file, offset, count) for file in (titles, wholes)), strict=True)


def write(
    folder: Path, real: Sequence[Tip], states: Sequence[bytes], count: int, questions: Sequence[str], fillers: str
) -> None:
    """Writes so many tips, real ones first, the questions and the fillers; 1,000,000 tips take about 5 GB.

    Args:
        folder: where to.
        real: the tips of all sets.
        states: of the word pieces of each of them.
        count: tips to write.
        questions: questions that will be asked.
        fillers: words that say nothing of a question's subject.
    """
    import numpy as np

    (folder / FILLERS).write_text(fillers, "utf-8")
    (folder / QUESTIONS).write_text(json.dumps(list(questions)), "utf-8")
    chance, noise = Random(5), np.random.default_rng(5)  # noqa: S311 - the same tips each time
    mixed = chance.sample(range(len(real)), len(real))
    order = [real[place] for place in mixed]
    with closing(sqlite3.connect(folder / STATES)) as base, base:
        base.execute("create table tip (place integer primary key, pieces blob, states blob)")
        base.executemany(
            "insert into tip values (?, ?, ?)",
            ((at, real[place].pieces, states[place]) for at, place in enumerate(mixed)),
        )
    none = np.zeros(WIDTH, np.float32)
    with (
        (folder / TIPS).open("w", encoding="utf-8") as lines,
        (folder / TITLES).open("wb") as titles,
        (folder / WHOLES).open("wb") as wholes,
    ):
        for at in range(0, count, AT_ONCE):
            some = [order[number % len(order)] for number in range(at, min(at + AT_ONCE, count))]
            made_up = np.arange(at, at + len(some)) >= len(order)
            lines.writelines(_line(tip, chance if made else None) for tip, made in zip(some, made_up, strict=True))
            for file, vectors in (
                (titles, [none if tip.title_vector is None else tip.title_vector for tip in some]),
                (wholes, [tip.whole_vector for tip in some]),
            ):
                file.write(_noisy(np.asarray(vectors, np.float32), made_up, noise).tobytes())


def questions(folder: Path) -> list[str]:
    """Reads the questions of a folder."""
    read: list[str] = json.loads((folder / QUESTIONS).read_text("utf-8"))
    return read


def states_reader(folder: Path) -> ReadStates:
    """Opens a reader of the states of a folder's tips."""
    base = sqlite3.connect(folder / STATES)
    count = int(base.execute("select count(*) from tip").fetchone()[0])

    def read(ids: Sequence[int]) -> dict[int, bytes]:
        places = [id % count for id in ids]
        marks = ",".join("?" * len(places))
        found = dict(base.execute(f"select place, states from tip where place in ({marks})", places))  # noqa: S608
        return {id: found[place] for id, place in zip(ids, places, strict=True)}

    return read


def fillers(folder: Path) -> frozenset[str]:
    """Reads the words that say nothing of a question's subject."""
    return frozenset((folder / FILLERS).read_text("utf-8").split())


def _rows(file: BinaryIO, offset: int, count: int) -> "np.ndarray":
    import numpy as np

    file.seek(offset)
    return np.fromfile(file, np.float32, count * WIDTH).reshape(count, WIDTH)


def _line(tip: Tip, chance: Random | None) -> str:
    title, text = (_shuffled(part, chance) if chance else part for part in (tip.title, tip.text))
    return f"{json.dumps([title, text], ensure_ascii=False)}\n"


def _shuffled(text: str, chance: Random) -> str:
    words = text.split()
    chance.shuffle(words)
    return " ".join(words)


def _noisy(vectors: "np.ndarray", made_up: "np.ndarray", chance: "np.random.Generator") -> "np.ndarray":
    """Adds noise to the rows of made-up tips and makes them unit vectors again."""
    import numpy as np

    added = chance.standard_normal(vectors.shape, np.float32) * np.float32(NOISE / WIDTH**0.5)
    noisy = vectors + added
    noisy /= np.linalg.norm(noisy, axis=1, keepdims=True)
    return np.where(made_up[:, None], noisy, vectors)
