"""Fits the trees of `knowledge.mining.answers` on the rooms of ubuntu-irc-train, and writes them into the package.

scikit-learn (1.9 or newer) is in no lock and not needed to run Tacit. Run this in a virtual environment of its own:
`python -m venv FOLDER`, `FOLDER/bin/pip install scikit-learn`, `FOLDER/bin/python -m bench.ties_fit`; with
OMP_NUM_THREADS=1 where others use the machine. `--dry` writes nothing. It ends with the thresholds as JSON.

Each room is learned twice: as it is, and as another chat may have it (`ties_rooms.CHANGES`, in turn). What the second
trees learn from was guessed by first trees that did not see the room; so are the figures that choose the thresholds.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.results import tell
from bench.ties_rooms import CHANGES, Pair, Room, read_rooms
from knowledge.mining import answers
from knowledge.mining.trees import FINENESS, LEAVES, NODES, Trees, pack
from knowledge.mining.turns import Signs, Turn, Turns

FOLDS = 3
PRECISION = 0.90
CHANGED_WEIGHT = 0.5
"""What a line of a changed room counts beside one as it is."""

FITTING = {
    "max_iter": 160,
    "max_leaf_nodes": LEAVES,
    "learning_rate": 0.07,
    "l2_regularization": 20.0,
    "min_samples_leaf": 80,
    "max_features": 0.3,
    "early_stopping": False,
    "random_state": 23,
}
"""Without the two against large leaves (`l2_regularization`, `min_samples_leaf`) the second trees did worse than the
first: see docs/adr/0022."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A room, as it is or changed, with the signs of its lines; `fold` is that of the room."""

    room: Room
    fold: int
    is_changed: bool
    turns: list[Turn]

    def columns(self) -> tuple[Signs, NDArray[np.bool_], NDArray[np.bool_]]:
        """All candidates: their signs, whether each was answered, and whether the line is labelled."""
        right, labelled = [], []
        for turn, answered in zip(self.turns, self.room.answered, strict=True):
            right += [answered is not None and whom in answered for whom in turn.candidates]
            labelled += [answered is not None] * len(turn.candidates)
        return np.concatenate([turn.signs for turn in self.turns]), np.array(right), np.array(labelled)

    def split(self, chances: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Gives each line its own chances."""
        return np.split(chances, np.cumsum([len(turn.candidates) for turn in self.turns])[:-1])


def teach(rooms: Sequence[Room]) -> list[Taught]:
    """Every room as it is, and changed in one of the ways."""
    found = []
    changes = list(CHANGES.values())
    for place, room in enumerate(rooms):
        change = changes[place // FOLDS % len(changes)]
        for each in (room, change(room, Random(place))):  # noqa: S311
            turns = Turns()
            heard = [turns.hear(line) for line in each.lines]
            found.append(Taught(each, place % FOLDS, each is not room, heard))
    return found


def fitted(rooms: Sequence[Taught], signs: Sequence[Signs]) -> Trees:
    """Fits trees on the labelled lines of these rooms; `signs` are those of each room."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    columns = [each.columns() for each in rooms]
    labelled = [column[2] for column in columns]
    weights = [
        np.full(of.sum(), CHANGED_WEIGHT if each.is_changed else 1.0) for each, of in zip(rooms, labelled, strict=True)
    ]
    rows = np.concatenate([each[of] for each, of in zip(signs, labelled, strict=True)])
    right = np.concatenate([column[1][of] for column, of in zip(columns, labelled, strict=True)])
    model = HistGradientBoostingClassifier(**FITTING).fit(rows, right, np.concatenate(weights))
    trees = exported(model)
    off = np.abs(trees.chances(rows[:5000]) - model.predict_proba(rows[:5000])[:, 1]).max()
    if off > 1e-4:
        raise ValueError(f"the exported trees are off by {off}")
    return trees


def exported(model: Any) -> Trees:
    """Turns scikit-learn's trees into ours."""
    found = [predictors[0].nodes for predictors in model._predictors]
    column = np.zeros((len(found), NODES), np.intp)
    most = np.full((len(found), NODES), np.inf, np.float32)
    mask = np.full((len(found), NODES), 2**LEAVES - 1, np.uint16)
    leaf = np.zeros((len(found), LEAVES))
    for tree, nodes in enumerate(found):
        inner, leaves = _walk(nodes, 0, 0)
        for place, (node, gone) in enumerate(inner):
            column[tree, place] = node["feature_idx"]
            most[tree, place] = _rounded_down(node["num_threshold"])
            mask[tree, place] = 2**LEAVES - 1 - gone
        leaf[tree, : len(leaves)] = np.rint(np.array(leaves) / FINENESS) * FINENESS
    start = float(np.rint(model._baseline_prediction.ravel()[0] / FINENESS) * FINENESS)
    return Trees(column, most, mask, leaf, start)


def _walk(nodes: Any, place: int, leaves_before: int) -> tuple[list[tuple[Any, int]], list[float]]:
    """Gives the inner nodes with the bits of the leaves on their left, and what the leaves give, from the left."""
    node = nodes[place]
    if node["is_leaf"]:
        return [], [float(node["value"])]
    inner_left, left = _walk(nodes, node["left"], leaves_before)
    inner_right, right = _walk(nodes, node["right"], leaves_before + len(left))
    return [(node, (2 ** len(left) - 1) << leaves_before), *inner_left, *inner_right], [*left, *right]


def _rounded_down(value: float) -> np.float32:
    found = np.float32(value)
    return np.nextafter(found, np.float32(-np.inf)) if found > value else found


def guessed_apart(rooms: Sequence[Taught], signs: Sequence[Signs]) -> list[NDArray[np.float64]]:
    """The chances of every room by trees that did not see it."""
    by_fold = []
    for fold in range(FOLDS):
        seen = [place for place, each in enumerate(rooms) if each.fold != fold]
        by_fold.append(fitted([rooms[place] for place in seen], [signs[place] for place in seen]))
        tell(f"Fitted without fold {fold + 1} of {FOLDS}.")
    return [by_fold[each.fold].chances(of) for each, of in zip(rooms, signs, strict=True)]


def best_threshold(rooms: Iterable[Taught], chances: Sequence[NDArray[np.float64]]) -> dict[str, float]:
    """The threshold with the best F of pairs at a precision of `PRECISION` or more, in rooms as they are."""
    sure: dict[Pair, float] = {}
    true: set[Pair] = set()
    for taught, of in zip(rooms, chances, strict=True):
        if taught.is_changed:
            continue
        true |= taught.room.pairs()
        for turn, answered, line in zip(taught.turns, taught.room.answered, taught.split(of), strict=True):
            for whom, chance in zip(turn.candidates, line, strict=True):
                pair = (taught.room.name, str(turn.author), str(whom))
                if answered is not None:
                    sure[pair] = max(float(chance), sure.get(pair, 0))
    ranked = sorted(sure, key=lambda pair: -sure[pair])
    right = np.cumsum([pair in true for pair in ranked])
    found = np.arange(1, len(ranked) + 1)
    f = np.where(right / found >= PRECISION, 2 * right / (found + len(true)), 0)
    best = int(f.argmax())
    return {
        "at_least": round(sure[ranked[best]], 3),
        "precision": round(float(right[best] / found[best]), 4),
        "recall": round(float(right[best] / len(true)), 4),
        "F": round(float(f[best]), 4),
    }


def again(rooms: Sequence[Taught], chances: Sequence[NDArray[np.float64]]) -> list[Signs]:
    """The signs of the second pass of every room."""
    found = []
    for taught, of in zip(rooms, chances, strict=True):
        pairs = zip(taught.turns, taught.split(of), strict=True)
        found.append(np.concatenate([signs for _, signs in answers.looked_again(pairs)]))
    return found


def main(arguments: list[str]) -> None:
    """Fits, says how good it is, and writes the trees unless told not to."""
    parser = ArgumentParser("python -m bench.ties_fit", description="Fits the trees for who answers whom.")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    chosen = parser.parse_args(arguments)
    rooms = teach(read_rooms("train"))
    signs = [each.columns()[0] for each in rooms]
    tell(f"Fitting {sum(map(len, signs))} candidates, of which some are labelled.")
    chances = guessed_apart(rooms, signs)
    result = {answers.FIRST: best_threshold(rooms, chances)}
    tell(json.dumps(result))
    second = again(rooms, chances)
    result[answers.SECOND] = best_threshold(rooms, guessed_apart(rooms, second))
    sys.stdout.write(f"{json.dumps(result)}\n")
    if not chosen.dry:
        made = pack(fitted(rooms, signs), answers.FIRST) | pack(fitted(rooms, second), answers.SECOND)
        np.savez_compressed(Path(answers.__file__).with_name(answers.FILE), **made)


if __name__ == "__main__":
    main(sys.argv[1:])
