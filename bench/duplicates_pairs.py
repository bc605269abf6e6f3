"""New texts that are checked against stores: who says what is a duplicate of what, and what is none.

- The medical question pairs: a new text is one of 500 patients' questions. In the store are its rewrite by a doctor,
  which is its one duplicate, the doctor's look-alike, which is none, and those of 1,500 other questions; or 300 of all
  these. That one of the others is a duplicate too was judged by nobody and counts as wrong.
- HINT3: a new text is one of the phrasings that three shops wrote for their chat bots; in the store are all others of
  its shop. Phrasings of one class have one answer and count as duplicates, of which there are many; some say different
  things, so what is found says little, what is wrong and what is a false alarm says more. Many are of a few words.
- SciFact: a new text is one of 500 abstracts with its title; in the store are all others, which are of other papers.
  There is no duplicate of it: only false alarms are counted, and there are titles.
"""

import gzip
import json
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from bench.confidence_rows import HINT3
from bench.results import Missing
from bench.search_sets import SETS
from knowledge.search import whole

MQP, SMALL_MQP, PHRASINGS, ABSTRACTS = "medical pairs", "medical pairs, 300 tips", "HINT3", "SciFact"

SHARES = ("right", "right of 1 in 10", "found", "false alarms", "of them look-alikes")
COLUMNS = {MQP: SHARES, SMALL_MQP: SHARES, PHRASINGS: SHARES[:4], ABSTRACTS: SHARES[3:4]}
"""Shares that are counted, and those of which each set's labels say something."""

SMALL = 300
"""Tips of a small store."""

IN_SMALL = 75
"""New texts at most whose duplicates and look-alikes lie in one small store."""

Tip = tuple[str, str]
"""A title, which may be empty, and a text."""


class New(NamedTuple):
    """A new text, and the places of tips in its store.

    Attributes:
        tip: Its title and text.
        right: Its duplicates.
        wrong: Where a look-alike of it lies that somebody judged to be no duplicate, and tips of other subjects.
        itself: It, where it is of the store; it is taken out.
    """

    tip: Tip
    right: frozenset[int]
    wrong: frozenset[int] = frozenset()
    itself: frozenset[int] = frozenset()


class Store(NamedTuple):
    """Tips by place, and the new texts that are checked against them."""

    name: str
    tips: list[Tip]
    new: list[New]

    def texts(self) -> Iterator[str]:
        """Every text of which a vector is wanted."""
        for title, text in (*self.tips, *(new.tip for new in self.new)):
            yield from (title, whole(title, text)) if title else (text,)


def read_stores(most: int) -> list[Store]:
    """Reads all stores, with so many new texts of each set at most; stores of one name are counted together.

    Raises:
        Missing: A set is not there.
    """
    pairs = _pairs(most)
    return [pairs, *_small(pairs), *(_phrasings(name, most) for name in HINT3), _abstracts(most)]


def _pairs(most: int) -> Store:
    tips, places = [], {}
    for place, row in enumerate(_lines("mqp", "corpus")):
        tips.append(("", row["text"]))
        places[row["id"]] = place
    asked = {row["id"]: row["text"] for row in _lines("mqp", "queries")}
    with gzip.open(_there("mqp", "qrels.tsv.gz"), "rt", encoding="utf-8") as stream:
        judged = [line.rstrip("\n").split("\t") for line in stream]
    right = {question: places[tip] for question, tip, grade in judged if float(grade or 0) > 0}
    # The doctors' two texts for one question lie side by side, the rewrite before or after the look-alike.
    new = [
        New(("", asked[question]), frozenset({place}), frozenset({place - 1, place + 1} & set(range(len(tips)))))
        for question, place in right.items()
    ]
    return Store(MQP, tips, new[:most])


def _small(pairs: Store) -> Iterator[Store]:
    """Gives small stores: of all new texts, each in one."""
    for start in range(0, len(pairs.new), IN_SMALL):
        some = pairs.new[start : start + IN_SMALL]
        chance = Random(start)  # noqa: S311 - the same each time
        chosen = set[int]().union(*(new.right | new.wrong for new in some))
        while len(chosen) < SMALL:
            chosen.add(chance.randrange(len(pairs.tips)))
        place = {tip: number for number, tip in enumerate(sorted(chosen))}
        new = [each._replace(right=_moved(each.right, place), wrong=_moved(each.wrong, place)) for each in some]
        yield Store(SMALL_MQP, [pairs.tips[tip] for tip in place], new)


def _phrasings(name: str, most: int) -> Store:
    """Gives the phrasings of one shop, each but once; the titles name the class and are left out."""
    classes = {row["text"].casefold(): row["title"] for row in _lines(name, "corpus")}
    texts = {row["text"].casefold(): row["text"] for row in _lines(name, "corpus")}
    members: dict[str, set[int]] = {}
    for place, each in enumerate(classes.values()):
        members.setdefault(each, set()).add(place)
    tips = [("", text) for text in texts.values()]
    new = [
        New(tip, frozenset(members[each] - {place}), itself=frozenset({place}))
        for place, (tip, each) in enumerate(zip(tips, classes.values(), strict=True))
        if len(members[each]) > 1
    ]
    return Store(PHRASINGS, tips, _sample(new, most))


def _abstracts(most: int) -> Store:
    tips = [(row["title"], row["text"]) for row in _lines("scifact", "corpus")]
    new = [New(tip, frozenset(), itself=frozenset({place})) for place, tip in enumerate(tips)]
    return Store(ABSTRACTS, tips, _sample(new, min(most, 500)))


def _sample(new: list[New], most: int) -> list[New]:
    return Random(5).sample(new, min(most, len(new)))  # noqa: S311 - the same each time


def _moved(places: frozenset[int], to: dict[int, int]) -> frozenset[int]:
    return frozenset(to[place] for place in places)


def _lines(name: str, file: str) -> Iterator[dict[str, Any]]:
    with gzip.open(_there(name, f"{file}.jsonl.gz"), "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def _there(name: str, file: str) -> Any:
    path = SETS / name / file
    if not path.is_file():
        raise Missing(f"There is no {path}: the public sets that this benchmark needs are not here.")
    return path
