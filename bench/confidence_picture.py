"""The figures of `confidence` as a picture: how often the bot is right when it is so sure, and what silence spares.

matplotlib is no part of Tacit; where it is not installed, nothing is drawn and the result says so.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from bench.results import Json

INCHES = 5.0
"""Width of one panel, and nearly its height."""


def draw(mixes: Mapping[str, Json], to: Path) -> str:
    """Draws what was measured of each mix into a file, and gives its name or why there is none."""
    if not find_spec("matplotlib"):
        return "not drawn: matplotlib is not installed"
    import_module("matplotlib").use("Agg")
    plots = import_module("matplotlib.pyplot")
    figure, (reliability, risk) = plots.subplots(1, 2, figsize=(2 * INCHES, 0.9 * INCHES))
    reliability.plot([0, 1], [0, 1], color="grey", linestyle="dotted", label="as often as it says")
    for mix, found in mixes.items():
        bins = found["reliability"].values()
        reliability.plot([each["sure"] for each in bins], [each["right"] for each in bins], marker="o", label=mix)
        for part, risks in found["risk"].items():
            risk.plot([float(each) for each in risks], list(risks.values()), marker="o", label=f"{mix}, {part}")
    reliability.set(title="How often right, by how sure", xlabel="confidence", ylabel="share right")
    risk.set(title="How many are wrong, by how many are given", xlabel="share given", ylabel="share wrong")
    for place in (reliability, risk):
        place.legend(fontsize="x-small", loc="upper left")
    figure.tight_layout()
    figure.savefig(to, dpi=120)
    plots.close(figure)
    return str(to)
