"""`search`: how well and how fast questions find tips, beside each view alone, in one run.

The alternatives are SQLite's FTS5, tantivy, the encoder's vectors, and bm25s where somebody installed it; for quality
also the encoder with titles of their own, which is how Tacit looks at meaning. Quality is nDCG@10 on three public sets,
as they are and with typing errors; beside Tacit stands whichever single view is best on that set, chosen after the
fact, and where 95 % of the difference lie when the questions are drawn anew 1,000 times.

Speed and memory are those of a process of its own for each system and size, one after the other, everything in memory,
one BLAS thread; ratios are to one plain question to FTS5. Sizes beyond the 10,590 real tips are made up: texts by
shuffling the words of real tips, vectors by adding seeded noise to real ones and normalising (see `search_feed`).
"""

import sys
import tempfile
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from statistics import fmean

from bench import search_feed, search_picture, search_speed
from bench.results import Json, Missing, Table, machine, ratio, tell
from bench.search_sets import KINDS, KeptVectors, Questions, bootstrap, gain, open_encoder, read_sets
from bench.search_systems import FTS5, SYSTEMS, TACIT, TITLES, Tip, installed, open_system
from knowledge.search import Encoder
from knowledge.search.lexical import ENGLISH_FILLERS

MEAN = "mean"

FILLERS = frozenset(ENGLISH_FILLERS.split())


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--sizes", type=_sizes, default="1000,10000,100000", help="how many tips to search in, or none")
    parser.add_argument("--quality", action=BooleanOptionalAction, default=True, help="measure nDCG@10 too")
    parser.add_argument("--questions", type=int, default=200, help="questions asked at each size")
    parser.add_argument("--new", type=int, default=50, help="new tips at each size")
    parser.add_argument("--picture", type=Path, help="draw the result into this file; needs matplotlib")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    if sys.platform != "linux":
        raise Missing("This benchmark reads the memory of processes from /proc, so it needs Linux.")
    sets, encoder = read_sets(), open_encoder()
    vectors = KeptVectors(encoder)
    vectors.prepare(text for each in sets for text in each.texts())
    names = installed()
    found: Json = {"benchmark": "search", **machine(), "not_installed": [name for name in SYSTEMS if name not in names]}
    if chosen.quality:
        found["quality"] = _quality(sets, [*names, TITLES], vectors, encoder)
    if chosen.sizes:
        found["speed"] = _speed(sets, vectors, names, chosen)
    if chosen.picture:
        found["picture"] = search_picture.draw(found, chosen.picture)
    return found


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    shown = [*_quality_tables(result["quality"])] if "quality" in result else []
    for size, rows in result.get("speed", {}).items():
        shown.append((f"{int(size):,} tips, {result['cores']} cores, load before {result['load_before']}", _rows(rows)))
    missing = [(name, "not installed") for name in result["not_installed"]]
    picture = [("picture", result["picture"])] if "picture" in result else []
    return [*shown, ("Notes", [("", ""), *missing, *picture])]


def _sizes(written: str) -> list[int]:
    return [] if written == "none" else sorted({int(each) for each in written.split(",")})


def _quality(sets: Sequence[Questions], names: Sequence[str], vectors: KeptVectors, encoder: Encoder) -> Json:
    """Gives nDCG@10 by set, kind and system, and the gain over the best single view."""
    gains = {each.name: _gains(each, names, vectors, encoder) for each in sets}
    vectors.keep()
    of_sets = {
        name: {kind: {system: fmean(row) for system, row in rows.items()} for kind, rows in kinds.items()}
        for name, kinds in gains.items()
    }
    mean = {kind: {name: fmean(of_sets[each][kind][name] for each in of_sets) for name in names} for kind in KINDS}
    ndcg = {
        name: {kind: {system: round(value, 4) for system, value in row.items()} for kind, row in kinds.items()}
        for name, kinds in {**of_sets, MEAN: mean}.items()
    }
    over = {
        name: {kind: _over_best({each: gains[each][kind] for each in of}) for kind in KINDS}
        for name, of in {**{name: [name] for name in gains}, MEAN: list(gains)}.items()
    }
    return {"ndcg": ndcg, "over_best_single_view": over}


def _gains(
    each: Questions, names: Sequence[str], vectors: KeptVectors, encoder: Encoder
) -> dict[str, dict[str, list[float]]]:
    """Gives each question's nDCG@10 by kind and system."""
    tips, states, encode = _tips(each, vectors), _states(each, vectors), cache(encoder.encode)
    found: dict[str, dict[str, list[float]]] = {kind: {} for kind in KINDS}
    for name in names:
        tell(f"{each.name}: asking {name}.")
        system = open_system(name, encode, lambda ids: {id: states[id] for id in ids}, encoder.words, FILLERS)
        system.fill(tips)
        for kind, asked in each.asked.items():
            found[kind][name] = [
                gain([each.tips[id][0] for id in system.search(text)], each.right[question]) for question, text in asked
            ]
    return found


def _over_best(sets: dict[str, dict[str, list[float]]]) -> Json:
    """Gives what Tacit has over the single view that is best on each set, with 95 % of what chance would make of it."""
    best, apart = {}, []
    for name, of in sets.items():
        best[name] = max((system for system in of if system != TACIT), key=lambda system: fmean(of[system]))
        apart.append([ours - other for ours, other in zip(of[TACIT], of[best[name]], strict=True)])
    low, high = bootstrap(apart)
    return {
        "best": "/".join(dict.fromkeys(best.values())),
        "best_ndcg": round(fmean(fmean(sets[name][best[name]]) for name in sets), 4),
        "gain": round(fmean(map(fmean, apart)), 4),
        "from": round(low, 4),
        "to": round(high, 4),
        "questions": sum(map(len, apart)),
    }


def _tips(each: Questions, vectors: KeptVectors) -> list[Tip]:
    """Gives a set's tips, numbered by place, with their vectors."""
    tips = [Tip(number, title, text) for number, (_, title, text) in enumerate(each.tips)]
    return [
        tip._replace(
            title_vector=vectors.one(tip.title).vector if tip.title else None,
            whole_vector=vectors.one(tip.whole).vector,
            pieces=vectors.one(tip.whole).pieces,
        )
        for tip in tips
    ]


def _states(each: Questions, vectors: KeptVectors) -> list[bytes]:
    """Gives the states of the word pieces of a set's tips."""
    return [vectors.one(Tip(0, title, text).whole).states for _, title, text in each.tips]


def _questions(sets: Sequence[Questions], count: int) -> list[str]:
    """Gives so many of the questions that people asked, of every set, and a few more to warm up."""
    known = [text for each in sets for _, text in each.asked["clean"]]
    return Random(3).sample(known, min(count + search_speed.WARMING, len(known)))  # noqa: S311 - the same each time


def _speed(sets: Sequence[Questions], vectors: KeptVectors, names: Sequence[str], chosen: Namespace) -> Json:
    """Gives what each system's process measured, by size."""
    real, states = ([row for each in sets for row in of(each, vectors)] for of in (_tips, _states))
    questions = _questions(sets, chosen.questions)
    with tempfile.TemporaryDirectory(prefix="tacit-bench-") as name:
        folder = Path(name)
        count = max(chosen.sizes) + chosen.new
        tell(f"Writing {count} tips, of which {max(count - len(real), 0)} are made up.")
        search_feed.write(folder, real, states, count, questions, ENGLISH_FILLERS)
        return {str(size): _of_size(folder, size, names, chosen.new) for size in chosen.sizes}


def _of_size(folder: Path, size: int, names: Sequence[str], new: int) -> Json:
    found: Json = {}
    for name in names:
        tell(f"{size} tips: {name}.")
        found[name] = search_speed.measured(name, folder, size, new)
    plain = found[FTS5].get("question_ms", {}).get("p50", 0)
    for each in found.values():
        if "question_ms" in each:
            each["ratio_to_fts5"] = ratio(each["question_ms"]["p50"], plain)
    return found


def _quality_tables(quality: Json) -> list[Table]:
    ndcg, over = quality["ndcg"], quality["over_best_single_view"]
    names = list(ndcg[MEAN]["clean"])
    values = [(f"{name}, {kind}", *row.values()) for name, kinds in ndcg.items() for kind, row in kinds.items()]
    columns = ("best", "best_ndcg", "gain", "from", "to", "questions")
    gains = [
        (f"{name}, {kind}", *(row[column] for column in columns))
        for name, of in over.items()
        for kind, row in of.items()
    ]
    return [
        ("Quality, nDCG@10", [("", *names), *values]),
        (
            "Tacit over the best single view, 95 % of 1,000 draws",
            [("", "view", "nDCG@10", "gain", *columns[3:]), *gains],
        ),
    ]


def _rows(systems: Json) -> list[Sequence[object]]:
    """Gives one row for each system: times in ms, new tips that a search missed, memory in MiB.

    Memory is what the process held in the end, at most, and before the first tip, with its libraries and the encoder.
    """
    asking = ("p50 ms", "p95 ms", "to FTS5", "encoding p50")
    head = ("", *asking, "new tip p95", "not found", "index s", "MiB", "most MiB", "empty MiB")
    rows: list[Sequence[object]] = [head]
    for name, each in systems.items():
        if "failed" in each:
            rows.append((name, f"failed with {each['failed']}"))
            continue
        asked, memory = each["question_ms"], each["memory_mb"]
        spent = (asked["p50"], asked["p95"], each["ratio_to_fts5"], each["encoding_ms"].get("p50"))
        held = (memory["resident"], memory["most"], memory["empty"])
        new = (each["new_tip_ms"].get("p95"), each["new_tips_not_found"] if each["new_tip_ms"]["count"] else None)
        rows.append((name, *spent, *new, each["index_seconds"], *held))
    return rows
