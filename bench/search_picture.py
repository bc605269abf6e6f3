"""The figures of `search` as a picture: quality as bars, time and memory over the number of tips as lines.

matplotlib is no part of Tacit; where it is not installed, nothing is drawn and the result says so.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.results import Json

INCHES = 5.0
"""Width of one panel, and nearly its height."""

WIDER = 1.6
"""Width of the panel with bars in panels."""


def draw(result: Json, to: Path) -> str:
    """Draws what was measured into a file, and gives its name or why there is none."""
    if not find_spec("matplotlib"):
        return "not drawn: matplotlib is not installed"
    import_module("matplotlib").use("Agg")
    plots = import_module("matplotlib.pyplot")
    panels = [*_panels(result)]
    if not panels:
        return "not drawn: nothing was measured"
    wide = [WIDER if kind == "bars" else 1.0 for kind, _, _ in panels]
    size = (INCHES * sum(wide), INCHES * 0.9)
    figure, axes = plots.subplots(1, len(panels), figsize=size, width_ratios=wide, squeeze=False)
    for place, (kind, title, lines) in zip(axes[0], panels, strict=True):
        (_bars if kind == "bars" else _lines)(place, lines)
        place.set_title(title)
        place.legend(fontsize="x-small", loc="lower right" if kind == "bars" else "upper left")
    figure.tight_layout()
    figure.savefig(to, dpi=120)
    plots.close(figure)
    return str(to)


def _panels(result: Json) -> Iterator[tuple[str, str, Any]]:
    """Gives kind, heading and content of each panel; content is by system, then by what stands below."""
    if "quality" in result:
        yield "bars", "nDCG@10", _by_system(result["quality"]["ndcg"])
    speed = result.get("speed", {})
    if speed:
        yield "lines", "One question, p50 in ms, by tips", _over_sizes(speed, "question_ms", "p50")
        yield "lines", "Resident memory in MiB, by tips", _over_sizes(speed, "memory_mb", "resident")


def _by_system(ndcg: Json) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name, kinds in ndcg.items():
        for kind, row in kinds.items():
            for system, value in row.items():
                found.setdefault(system, {})[f"{name}\n{kind}"] = value
    return found


def _over_sizes(speed: Json, what: str, which: str) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for size, systems in speed.items():
        for system, each in systems.items():
            if what in each:
                found.setdefault(system, {})[int(size)] = each[what][which]
    return found


def _bars(place: Any, systems: dict[str, dict[str, float]]) -> None:
    wide = 0.8 / len(systems)
    for number, (system, values) in enumerate(systems.items()):
        place.bar([at + number * wide for at in range(len(values))], list(values.values()), wide, label=system)
    names = list(next(iter(systems.values())))
    place.set_xticks([at + 0.4 - wide / 2 for at in range(len(names))], names, fontsize="x-small")


def _lines(place: Any, systems: dict[str, dict[int, float]]) -> None:
    for system, values in systems.items():
        place.plot(list(values), list(values.values()), marker="o", label=system)
    place.set_xscale("log")
    place.set_yscale("log")
