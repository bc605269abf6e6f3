"""One system at one size, in a process of its own: `python -m bench.search_speed SYSTEM FOLDER TIPS NEW`.

It is filled from the folder (see `search_feed`), asked the folder's questions, and given new tips; one JSON object says
how long that took and what the process held, which Linux tells in /proc/self/status. One BLAS thread. A question's time
includes its encoding where the system encodes it, by the encoder of `data/model` with its own threads; a new tip's time
begins when its vector is there and ends when a search has found it; the tips come a quarter of a second apart.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any

from bench import search_feed
from bench.search_feed import Feed
from bench.search_systems import WITH_ENCODER, Growing, System, open_system

if TYPE_CHECKING:
    import numpy as np

    from knowledge.search import Encoded

ROOT = Path(__file__).parent.parent
MODEL = ROOT / "data" / "model"
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

APART = 0.25
"""Seconds between two new tips."""

WARMING = 10
"""Questions that are asked before the clock runs."""

MOST_SECONDS = 60.0
"""After so long no further question is asked."""

SIGN = "newtip"
"""With a number, a word that one new tip has and no other text."""


def measured(name: str, folder: Path, tips: int, new: int) -> dict[str, Any]:
    """Runs the process for one system and size, and gives what it measured."""
    command = [sys.executable, "-m", __name__, name, str(folder), str(tips), str(new)]
    place = {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}
    done = subprocess.run(  # noqa: S603 - ourselves
        command, cwd=ROOT, env={**os.environ, **ONE_THREAD, **place}, stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        return {"failed": done.returncode}
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main(arguments: Sequence[str]) -> None:
    """Measures, and writes one JSON object."""
    name, folder, tips, new = arguments[0], Path(arguments[1]), int(arguments[2]), int(arguments[3])
    encode = _Encode(name in WITH_ENCODER)
    system = open_system(name, encode, search_feed.states_reader(folder), encode.words, search_feed.fillers(folder))
    empty = _memory("VmRSS")
    feed = Feed(folder, name in WITH_ENCODER, tips)
    began = perf_counter()
    system.fill(feed)
    index_seconds = perf_counter() - began - feed.seconds
    took, encoding = _asked(system, search_feed.questions(folder), encode)
    resident, most = _memory("VmRSS"), _memory("VmHWM")
    fresh = Feed(folder, name in WITH_ENCODER, new, start=tips)
    added, lost = _added(system, fresh, encode) if isinstance(system, Growing) else ([], 0)
    result = {
        "tips": tips,
        "index_seconds": round(index_seconds, 3),
        "question_ms": _spread(took),
        "encoding_ms": _spread(encoding),
        "new_tip_ms": _spread(added),
        "new_tips_not_found": lost,
        "memory_mb": {"empty": empty, "resident": resident, "most": most},
    }
    sys.stdout.write(json.dumps(result))


class _Encode:
    """The encoder of a question, which keeps how long it took; texts whose vectors are known are not encoded."""

    def __init__(self, is_wanted: bool) -> None:
        self.words = frozenset[str]()
        self.known: dict[str, Encoded] = {}
        self.seconds: list[float] = []
        if is_wanted:
            from knowledge.search import Encoder

            self._encoder: Encoder = Encoder.load(MODEL)
            self.words = self._encoder.words
            self._encoder.encode("What is to be done first?")

    def __call__(self, text: str) -> "Encoded":
        if text in self.known:
            return self.known[text]
        began = perf_counter()
        encoded = self._encoder.encode(text)
        self.seconds.append(perf_counter() - began)
        return encoded


def _asked(system: System, questions: Sequence[str], encode: _Encode) -> tuple[list[float], list[float]]:
    """Gives the seconds of each question, and what encoding took of them."""
    for question in questions[:WARMING]:
        system.search(question)
    encode.seconds.clear()
    took: list[float] = []
    ends = perf_counter() + MOST_SECONDS
    for question in questions[WARMING:]:
        began = perf_counter()
        if began > ends:
            break
        system.search(question)
        took.append(perf_counter() - began)
    return took, list(encode.seconds)


def _added(system: Growing, tips: Feed, encode: _Encode) -> tuple[list[float], int]:
    """Gives the seconds until each new tip could be found, and how many could not after all."""
    took, lost = list[float](), 0
    for number, tip in enumerate(tips):
        sign = f"{SIGN}{number}"
        new = tip._replace(text=f"{tip.text} {sign}")
        if tip.whole_vector is not None:
            encode.known[sign] = _asked_by(tip.whole_vector)
        sleep(APART)
        began = perf_counter()
        system.add(new)
        found = system.search(sign)
        took.append(perf_counter() - began)
        lost += tip.id not in found
    return took, lost


def _asked_by(vector: "np.ndarray") -> "Encoded":
    """A question with a tip's own vector, without word pieces."""
    import numpy as np

    from knowledge.search import Encoded

    return Encoded(vector, np.zeros(0, np.uint32), np.zeros((0, len(vector)), np.float32))


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    """Gives percentiles in milliseconds, to the microsecond."""
    known = sorted(seconds)
    if not known:
        return {"count": 0}
    at = {"p50": 0.50, "p95": 0.95}
    return {"count": len(known), **{name: round(1000 * known[int(q * (len(known) - 1))], 3) for name, q in at.items()}}


def _memory(name: str) -> float:
    """Gives VmRSS (held now) or VmHWM (held at most) of this process, in MiB."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024, 1)


if __name__ == "__main__":
    main(sys.argv[1:])
