"""Numbers into percentiles and readable tables."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Table: TypeAlias = tuple[str, Sequence[Sequence[object]]]
"""A heading, and rows of which the first names the columns."""


class Missing(Exception):
    """A benchmark cannot be run here; the message is a sentence."""


def tell(sentence: str) -> None:
    """Says on standard error what goes on."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def spread(seconds: Iterable[float]) -> Json:
    """Gives percentiles in milliseconds, and the share that was done within 300 ms."""
    known = sorted(seconds)
    if not known:
        return {"count": 0}
    places = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
    found: Json = {name: round(1000 * known[int(place * (len(known) - 1))], 1) for name, place in places.items()}
    within = sum(each <= 0.3 for each in known) / len(known)
    return {"count": len(known), **found, "max": round(1000 * known[-1], 1), "within_300_ms": round(within, 5)}


def ratio(one: float, other: float) -> float | None:
    """Gives how often the other goes into one; None where that says nothing."""
    return round(one / other, 3) if other else None


def machine() -> Json:
    """Says where a result is from: cores, and how busy the machine was before."""
    return {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 2)}


def shown(tables: Iterable[Table]) -> str:
    """Gives tables as text."""
    return "\n".join(
        _table(title, [[_cell(each) for each in row] for row in rows]) for title, rows in tables if rows[1:]
    )


def _table(title: str, rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[place]) for row in rows if place < len(row)) for place in range(max(map(len, rows)))]
    lines = [
        f"  {row[0]:<{widths[0]}}  " + "  ".join(f"{cell:>{widths[place]}}" for place, cell in enumerate(row[1:], 1))
        for row in rows
    ]
    return "".join(f"{line.rstrip()}\n" for line in (title, *lines))


def _cell(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:,.5f}".rstrip("0").rstrip(".")
        case int():
            return f"{value:,}"
        case _:
            return str(value)
