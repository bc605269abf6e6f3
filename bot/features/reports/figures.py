"""The figures of a report as plain values for whoever computes with them. Pure.

What is of fewer than five people is None, as in the words: also where it would come out by subtraction.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.features.reports import rules
from bot.features.reports.rules import Part, Report
from knowledge.network.activity import FEWEST, Activity

Values = Mapping[str, Any]


def figures(told: Report | None) -> Values:
    """The figures that everybody may be shown; whether there is too little to tell any."""
    if told is None:
        return {"too_little": True}
    now, before = told.now, told.before
    sides = {"practices": now.across_practices, "places": now.across_places}
    return {
        "since": told.period.since.isoformat(),
        "until": told.period.until.isoformat(),
        "people": now.people,
        "core": _enough(now.core, now.people),
        "tied": _enough(now.tied, now.people),
        "ties": now.lateral.ties,
        "inferred": told.inferred,
        "lateral_share": now.lateral.share_of_ties,
        "lateral_share_before": before.lateral.share_of_ties if before is not None else None,
        "lateral_share_of_pairs": now.lateral.share_of_pairs,
        "lateral_between": asdict(now.lateral_between) if now.lateral_between is not None else None,
        "density": now.cohesion.density,
        "returned": now.cohesion.returned,
        "mutual_share": now.cohesion.mutual_share,
        "gini": now.concentration.gini,
        **_left(now),
        "external_internal": {name: asdict(side) for name, side in sides.items() if side is not None},
        "carriers": now.carriers if now.carriers is not None and now.carriers >= FEWEST else None,
        "voices": [
            {"practice": told.practices[each.code] if each.code >= 0 else None, **asdict(each)} for each in now.voices
        ],
        "questions": asdict(now.answers) if now.askers >= FEWEST else None,
        "newcomers": now.newcomers if now.newcomers >= FEWEST else None,
        "newcomers_met": _enough(now.newcomers_met, now.newcomers),
        "trend": [
            {"month": f"{each.since:%Y-%m}", "lateral_share": each.share, "people": each.people, "hours": each.hours}
            for each in told.trend
        ],
        "hours_spent": rules.hours_spent(told.happened),
        "could_try": [str(each) for each in rules.suggestions(told)],
    }


def _left(now: Activity) -> Values:
    """What would be left without the core group, and without as many of the busiest."""
    found = {"core": now.without_core, "busiest": now.without_busiest}
    return {
        f"{what}_without_{whom}": share if _enough(count, left.connected_before) is not None else None
        for whom, left in found.items()
        for what, share, count in (
            ("connected", left.connected_share, left.connected),
            ("largest", left.largest_share, left.largest),
        )
    }


def _enough(count: int, whole: int) -> int | None:
    """A part of people, where neither it nor what is left is of fewer than five."""
    if whole < FEWEST or rules.part_of(count, whole) in (Part.FEW, Part.MOST):
        return None
    return count
