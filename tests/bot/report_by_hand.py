"""What a report says besides its measures, a second time: names of practices, what was inferred, month by month."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from by_hand import Figures, answers, lateral, listed, neighbours, share
from rows_by_hand import FEWEST, Rows, lines_of, plainly, rows_of

TOLD = {"practices", "channels", "uncounted", "inferred", "inferred_before", "is_old", "trend"}
"""What the names of all `told` begin with."""

KEPT = timedelta(days=400)
TIES = 20
MONTHS = 12


def told(file: Path, community: int, since: datetime, until: datetime, now: datetime) -> Figures:
    """All that is `TOLD` of a time; of its months without between what the share could lie."""
    rows = rows_of(file, community, since, until)
    with closing(sqlite3.connect(file)) as database:
        query = "SELECT count(*) FROM member WHERE community_id = ? AND NOT is_counted AND left_at IS NULL"
        (uncounted,) = database.execute(query, (community,)).fetchone()
        practices = called(database, community)
    return {
        "practices": practices,
        "channels": rows.channels,
        "uncounted": uncounted,
        "inferred": inferred(rows),
        "inferred_before": inferred(rows_of(file, community, since - (until - since), since)),
        "is_old": now - since > KEPT,
        **listed("trend", trend(file, community, until)),
    }


def called(database: sqlite3.Connection, community: int) -> tuple[str, ...]:
    """What each line is called: by the practices in it that anybody says of themself."""
    lines = lines_of(database, community)
    query = "SELECT practice FROM member WHERE community_id = ?"
    names = {plainly(name) for (name,) in database.execute(query, (community,)) if plainly(name)}
    return tuple(
        " · ".join(sorted(name for name in names if lines.line(community, name) == f"{at:04}"))
        for at in range(len(lines.people))
    )


def inferred(rows: Rows) -> float:
    """The share of ties that were worked out from the flow of the talk."""
    worked_out = sum(each.times for each in rows.ties if each.kind == "inferred")
    return share(worked_out, sum(each.times for each in rows.ties)) or 0.0


def trend(file: Path, community: int, until: datetime) -> list[Figures]:
    """Twelve months up to this time, those left out before the first of which a share is told."""
    last = until.astimezone(UTC) - timedelta(seconds=1)
    number = last.year * 12 + last.month - 1
    starts = [datetime(each // 12, each % 12 + 1, 1, tzinfo=UTC) for each in range(number - MONTHS + 1, number + 2)]
    found = [_month(file, community, one, min(other, until)) for one, other in pairwise(starts)]
    while found and found[0]["share"] is None:
        found.pop(0)
    return found


def _month(file: Path, community: int, since: datetime, until: datetime) -> Figures:
    rows = rows_of(file, community, since, until, whenever=True)
    tied = sum(1 for partners in neighbours(rows).values() if partners)
    askers = {asker for asker, *_ in rows.asked if asker in rows.people}
    found = lateral(rows, rows.ties)
    is_enough = found["ties"] >= TIES and tied >= FEWEST and any(each.is_core for each in rows.people.values())
    return {
        "since": since,
        "share": found["share_of_ties"] if is_enough else None,
        "people": tied if tied >= FEWEST else None,
        "hours": answers(rows)["median_hours"] if len(askers) >= FEWEST else None,
        "inferred": inferred(rows),
    }
