"""`matching`: what six months of an open table bring on real networks, and how long making up tables takes.

Beside ours stand groups at random, which is what coffee bots do (Microsoft's Icebreaker shuffles and keeps no history),
and groups at random of whom as few as can be met within twelve rounds (slack-sup's rule). How a round goes, and what is
counted, says `matching_rounds`. "Ours" is with the weights that ship; what others bring, and what the rule costs that
nobody meets the same face again, is shown for a part of the seeds. "±" is 1.96 standard errors over the seeds of the
difference to "no repeats", in percent of it.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from random import Random
from statistics import fmean, stdev
from time import perf_counter

from bench.matching_rounds import NAMES, Way, at_random, bound, may_repeat, ours, played, read_network, without_repeats
from bench.results import Json, Table, machine, tell
from knowledge.matching import Guest, Weights, seat

RANDOM, BASE, OURS = "random", "no repeats", "ours"
WAYS: dict[str, Way] = {RANDOM: at_random, BASE: without_repeats, OURS: ours()}

TRADED: dict[str, Way] = {
    BASE: without_repeats,
    OURS: ours(),
    "new ties alone": ours(Weights(across=0, away=0)),
    "ties across alone": ours(Weights(new_tie=0, away=0)),
    "ours, faces may repeat": may_repeat,
}
"""What other weights would bring, and what the rule costs."""

SHOWN = (
    "new_lateral", "new_across", "share_across", "lowest_reached", "again", "avoidable",
    "seats_deviation", "new_faces_tenth", "new_faces_median",
)  # fmt: skip

SIZES = (28, 100, 400, 1_000, 5_000)
PRACTICES, PLACES, TIES_EACH = 8, 12, 20


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--seeds", type=int, default=200, help="how often the months are played, two or more")
    parser.add_argument("--traded", type=int, default=40, help="the same for other weights")
    parser.add_argument("--networks", nargs="+", choices=NAMES, default=list(NAMES), help="which networks")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    result: Json = {"benchmark": "matching", **machine(), "seeds": chosen.seeds, "traded": chosen.traded}
    result["seconds"] = {str(size): _seconds(size) for size in SIZES}
    result["networks"] = {name: _measured(name, chosen.seeds, chosen.traded) for name in chosen.networks}
    return result


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    shown: list[Table] = []
    for name, found in result["networks"].items():
        for title, ways in (("", found["ways"]), (f", other weights, {result['traded']} seeds", found["traded"])):
            columns = ("way", *(each.replace("_", " ") for each in SHOWN), "across over no repeats, %", "±")
            rows = [(way, *(each[column] for column in (*SHOWN, "over", "error"))) for way, each in ways.items()]
            shown.append((f"{name}{title}", [columns, *rows]))
    bounds = [(name, found["bound"], found["ways"][BASE]["new_across"]) for name, found in result["networks"].items()]
    shown.append(("New ties across that no way exceeds", [("network", "bound", BASE), *bounds]))
    shown.append(("Seconds for one round of tables", [("people", "seconds"), *result["seconds"].items()]))
    return shown


def _measured(name: str, seeds: int, traded: int) -> Json:
    tell(f"Playing {name}.")
    network = read_network(name)
    ways = {way: [played(network, of, seed) for seed in range(seeds)] for way, of in WAYS.items()}
    others = {
        way: ways[way][:traded] if way in ways else [played(network, of, seed) for seed in range(traded)]
        for way, of in TRADED.items()
    }
    return {
        "ways": _summed(ways),
        "traded": _summed(others),
        "bound": round(fmean(bound(network, seed) for seed in range(seeds)), 1),
    }


def _summed(ways: dict[str, list[dict[str, float]]]) -> dict[str, Json]:
    base = [each["new_across"] for each in ways[BASE]]
    found = {}
    for way, runs in ways.items():
        more = [run["new_across"] - other for run, other in zip(runs, base, strict=True)]
        found[way] = {column: round(fmean(run[column] for run in runs), 3) for column in SHOWN}
        found[way] |= {"over": _percent(fmean(more), base), "error": _percent(_error(more), base)}
    return found


def _percent(value: float, base: Sequence[float]) -> float:
    return round(100 * value / fmean(base), 1)


def _error(values: Sequence[float]) -> float:
    return 1.96 * stdev(values) / len(values) ** 0.5


def _seconds(size: int) -> float:
    """Makes up tables for so many, with as many ties and meetings as a lively community has."""
    draw = Random(size)  # noqa: S311
    guests = [
        Guest(one, f"p{draw.randrange(PRACTICES)}", f"w{draw.randrange(PLACES)}", draw.random() < 0.12)
        for one in range(size)
    ]
    ties = {(draw.randrange(size), draw.randrange(size)) for _ in range(size * TIES_EACH // 2)}
    met = {(draw.randrange(size), draw.randrange(size)): draw.randrange(12) for _ in range(size * TIES_EACH // 2)}
    began = perf_counter()
    seat(guests, ties, met, chance=draw)
    return round(perf_counter() - began, 3)
