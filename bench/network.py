"""`network`: what measuring a community's ties costs beside networkx called naively, and an attack on small groups.

The communities are drawn: how much somebody talks is long-tailed, twelve practices, thirty places, an eighth is the
core, a year of ties. Measured is all that a report takes from ties, and beside it the part that networkx has functions
for (density, reciprocity, assortativity, weak components without the core, articulation points) and a loop over its
edges for the rest (lateral share, E-I index, and that for `PERMUTED` ways to deal the practices; ours is exact). Each
runs in a process of its own, which gives its peak of memory, ties handed in included. networkx is in no lock: without
it, it is left out.
"""

from argparse import ArgumentParser, Namespace
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from math import log
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean
from time import perf_counter

import numpy as np

from bench.network_attack import fallen, in_the_open, naive, next_month, random_table
from bench.network_plain import plain
from bench.results import Json, Table, machine, tell
from knowledge.network import (
    Counted,
    People,
    Published,
    Ties,
    assortativity,
    busiest,
    cohesion,
    concentration,
    connectors,
    excess,
    external_internal,
    holding,
    lateral,
    lateral_ratios,
    matrix,
    network_of,
    permuted,
    publish,
    uncertain,
    voices,
    without,
)

SIZES = ((1_000, 10_000), (10_000, 100_000), (100_000, 1_000_000), (100_000, 10_000_000))
"""People and ties."""

PLAIN_TIES = 1_000_000
"""Ties up to which networkx is tried; ten times as many would take more memory than there is."""

PRACTICES, PLACES, PERMUTED, MONTHS = 12, 30, 20, 4


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--ties", type=int, default=SIZES[-1][1], help="the most ties that are measured")
    parser.add_argument("--tables", type=int, default=10_000, help="how many tables are attacked")
    parser.add_argument("--series", type=int, default=500, help="how many series of months are attacked")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    result: Json = {"benchmark": "network", **machine(), "networkx": find_spec("networkx") is not None}
    result["sizes"] = [_measured(*size) for size in SIZES if size[1] <= chosen.ties]
    for before, after in zip(result["sizes"], result["sizes"][1:], strict=False):
        after["growth"] = round(log(after["seconds"] / before["seconds"]) / log(after["ties"] / before["ties"]), 2)
    tell(f"Attacking {chosen.tables:,} tables and {chosen.series:,} series.")
    result["tables"] = _attacked(chosen.tables)
    result["series"] = _attacked_series(chosen.series)
    return result


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    columns = (
        "people",
        "ties",
        "pairs",
        "seconds",
        "growth",
        "MB",
        "plain_seconds",
        "plain_MB",
        "agree",
        "permuted_off",
    )
    rows = [tuple(each.get(column) for column in columns) for each in result["sizes"]]
    heads = tuple(each.replace("_", " ") for each in columns)
    title = "All measures" if result["networkx"] else "All measures (networkx is not installed)"
    parts = [(each["ties"], *each["parts"].values()) for each in result["sizes"]]
    return [
        (title, [heads, *rows]),
        ("Seconds by measure", [("ties", *(result["sizes"][0]["parts"] if parts else ())), *parts]),
        ("Tables", [("", *result["tables"]), ("", *result["tables"].values())]),
        (f"Series of {MONTHS} months", [("", *result["series"]), ("", *result["series"].values())]),
    ]


def _measured(people: int, ties: int) -> Json:
    tell(f"Measuring {people:,} people and {ties:,} ties.")
    found = _apart(_ours, people, ties)
    if ties <= PLAIN_TIES and find_spec("networkx"):
        other = _apart(_plain, people, ties)
        found |= {"plain_seconds": other["seconds"], "plain_MB": other["MB"]}
        found["agree"] = bool(np.allclose(found["figures"], other["figures"], atol=1e-9))
    return found


def _apart(of: object, people: int, ties: int) -> Json:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(of, people, ties).result()  # type: ignore[arg-type, no-any-return]


def drawn(people: int, ties: int) -> tuple[Ties, People]:
    """A community: the more somebody talks, the more they are addressed; most of a tie's ends are of any practice."""
    chance = np.random.default_rng(ties)
    lively = chance.pareto(1.5, people) + 0.1
    by, to = (chance.choice(people, ties, p=lively / lively.sum()).astype(np.int32) for _ in range(2))
    at = np.datetime64("2026-01-01", "s") + chance.integers(0, 365 * 86_400, ties).astype("timedelta64[s]")
    who = People(chance.random(people) < 0.125, *(chance.integers(0, each, people) for each in (PRACTICES, PLACES)))
    return Ties(by, to, np.zeros(ties, dtype=np.int8), at), who


def _ours(people: int, ties: int) -> Json:
    handed_in, who = drawn(people, ties)
    _forget_peak()
    parts: dict[str, float] = {}
    began = clock = perf_counter()

    def lap(name: str) -> None:
        nonlocal clock
        parts[name], clock = round(perf_counter() - clock, 3), perf_counter()

    network = network_of(handed_in, people)
    lap("pairs")
    shares, left, _ = lateral(network, who), without(network, who.is_core), without(network, busiest(network, 10))
    lap("without")
    whole, _ = cohesion(network), concentration(network.given())
    lap("cohesion")
    mixed = [of(network, who.practice) for of in (external_internal, assortativity)]
    for of in (external_internal, assortativity, excess):
        of(network, who.place)
    lap("mixing")
    for groups, count in ((who.practice, PRACTICES), (who.place, PLACES)):
        matrix(network, groups, count)
        voices(network, groups, count)
    lap("voices")
    found = connectors(network, who.practice, PRACTICES, holding(network))
    lap("connectors")
    uncertain(network, who, lateral_ratios(network, who), seed=1)
    lap("bootstrap")
    seconds, peak = round(perf_counter() - began, 2), _peak()
    draws = permuted(network, who.practice, Counted.DIRECTED, times=PERMUTED, seed=1)
    figures = [whole.density, whole.returned, *(each.observed for each in mixed), shares.share_of_pairs, left.largest]
    size = {"people": people, "ties": ties, "pairs": len(network), "seconds": seconds, "MB": peak}
    off = abs(draws.mean() - (mixed[0].expected or 0)) / (mixed[0].deviation or 1)
    return size | {"parts": parts, "permuted_off": round(off, 3), "figures": [*figures, int(found.is_holding.sum())]}


def _plain(people: int, ties: int) -> Json:
    handed_in, who = drawn(people, ties)
    _forget_peak()
    began = perf_counter()
    figures = plain(handed_in, who, PERMUTED)
    return {"seconds": round(perf_counter() - began, 2), "MB": _peak(), "figures": figures}


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """The most memory that this process took since the peak was forgotten, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


def _attacked(count: int) -> Json:
    chance, shown, alone, naive_shown = np.random.default_rng(9), [], [], []
    fell = fell_naively = 0
    for _ in range(count):
        table = random_table(chance)
        people = int(table.counts.sum())
        published, plainly = publish(table), naive(table)
        fell += _falls([published])
        fell_naively += _falls([plainly])
        shown.append(published.shown / people)
        alone.append(_shown_alone(published) / people)
        naive_shown.append(plainly.shown / people)
    return {
        "tables": count,
        "fallen": fell,
        "fallen by the naive rule": fell_naively,
        "people shown": round(fmean(shown), 3),
        "in a line of their own": round(fmean(alone), 3),
        "shown by the naive rule": round(fmean(naive_shown), 3),
    }


def _attacked_series(count: int) -> Json:
    chance, shown, frozen = np.random.default_rng(10), [], []
    fell = fell_anew = comparable = 0
    for _ in range(count):
        table = random_table(chance)
        months, anew = [publish(table)], [publish(table)]
        for _ in range(MONTHS - 1):
            table = next_month(table, chance)
            months.append(publish(table, months[-1]))
            anew.append(publish(table))
        fell += _falls(months)
        if len({(each.rows, each.columns) for each in anew}) == 1:
            comparable += 1
            fell_anew += _falls(anew)
        shown.append(months[-1].shown / (months[-1].total or 1))
        frozen.append(float(np.mean(months[-1].frozen)))
    return {
        "series": count,
        "fallen": fell,
        "fallen if each is made anew": fell_anew,
        "of as many with the same lines": comparable,
        "people shown in the last": round(fmean(shown), 3),
        "cells with an earlier figure": round(fmean(frozen), 3),
    }


def _falls(months: list[Published]) -> bool:
    return bool(any(map(in_the_open, months)) or fallen(months))


def _shown_alone(published: Published) -> int:
    return sum(
        each
        for row, cells in zip(published.rows, published.cells, strict=True)
        for column, each in zip(published.columns, cells, strict=True)
        if each is not None and len(row) == len(column) == 1
    )
