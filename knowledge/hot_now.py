"""The problems that are hot now and that nobody has taken up: the same for the proposal of a day and for the review."""

from datetime import timedelta

from knowledge.library import Library
from knowledge.problems import Problem, hot_problems, same_problem
from knowledge.store import Work, audit, meetups, signals

LOOKED_AT = timedelta(days=14)
"""What members ran into in so many days makes a problem hot. Source: product.md, section 3 ("within two weeks")."""

NOT_AGAIN = timedelta(days=56)
"""A problem about which there was a meetup, or that a coordinator put off, is left alone for so long (ours)."""

AT_MOST = 200
"""Signals that are compared, the newest; it takes under half a second."""

LEFT = "review.left"
"""What the audit trail says where a coordinator put a problem off; its `evidence` are the keys of its signals."""


async def hot_now(library: Library, work: Work) -> list[Problem]:
    """Lists the problems about which there was no meetup lately, of those that words name which others have seen.

    The hottest first. Those that a coordinator put off are left out.
    """
    found = await signals.signals_since(work, work.now - LOOKED_AT, at_most=AT_MOST)
    encoded = await library.encoded([each.text for each in found])
    ordinary = await library.ordinary(work)
    since = work.now - NOT_AGAIN
    left = [frozenset(each.subject["evidence"]) for each in await audit.standing(work, LEFT, since)]
    before = [*await meetups.evidence_of(work, since), *left]
    return [
        problem
        for problem in hot_problems(found, work.now, encoded=encoded, earlier=ordinary)
        if problem.is_public and not any(same_problem(problem.evidence, each) for each in before)
    ]
