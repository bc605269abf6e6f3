"""Which tips, which conversation and which people suit a newcomer, and why. Pure; every choice has a reason to show."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.models import Member, Outcome, TipKind
from knowledge.practice import Asker, shared
from knowledge.store.for_newcomers import Talk
from knowledge.store.members import member_id
from knowledge.store.pairs import Load
from knowledge.tips import Known, Said

THREE = 3
"""Tips of the first message."""

MOST_NEWCOMERS = 2
"""Newcomers that a companion has on their hands at a time, at most. Source: issue 7."""

SILENT_BEFORE_LEFT = 2
"""Who left so many newcomers in a row without a word is not named to others for a while (ours)."""

RECENTLY_NEW = timedelta(days=365)
"""Who came less than so long ago knows what it is like (ours)."""

AT_HOME_AFTER = timedelta(days=28)
"""Nobody shows others round, or is asked to, in their first weeks (ours)."""

ABOUT_AS_MUCH = 2
"""Who showed fewer than so many newcomers more round than another did about as much: then likeness counts (ours)."""

VOICES = 3
"""People in a conversation from which it is worth listening in on."""

TOLD_A_WEEK = 1
"""Nobody is told of more newcomers who wait for an answer than this in seven days (ours)."""

TOLD_AT_ONCE = 2
"""Peers who are told of a newcomer's first words at a time. Source: product.md, section 4 ("one or two peers")."""

SAFE_USES = 2
"""Uses without a failure from which it is a small thing to say whether a tip holds (ours)."""

LIGHT_KINDS = (TipKind.TIP, TipKind.RULE_OF_THUMB)
"""A workaround goes past the usual way and a story cannot be checked: neither is for the first weeks (ours)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A tip and why it was chosen: `practice`, `place`, or `broad` (people of several practices or places use it)."""

    tip: Known
    because: str


@dataclass(frozen=True, slots=True)
class Guide:
    """Somebody who may show a newcomer round, and why: `both`, `practice`, `place`, `recent` or `willing`."""

    member: Member
    because: str


def tips_for(newcomer: Member, known: Sequence[Known], *, at_most: int = THREE) -> list[Chosen]:
    """Chooses the tips that people rely on: people of the newcomer's practice or place, else of the most walks.

    A tip that many of one practice like is not what others rely on: where nothing is known of the newcomer, distinct
    practices and places count, not votes. No two by the same person before everybody had one.

    Args:
        newcomer: who is new.
        known: live tips that worked for others.
        at_most: how many.
    """
    asker = Asker(newcomer.id, newcomer.practice, newcomer.place)
    mine = newcomer.id or 0
    offered = [tip for tip in known if not tip.is_by(mine) and all(said.member != mine for said in tip.said)]
    ranked = sorted(offered, key=lambda tip: (_reliance(tip, asker), tip.number), reverse=True)
    chosen: list[Chosen] = []
    for again in (False, True):
        for tip in ranked:
            names = {name for each in chosen for name in each.tip.names}
            is_in = any(each.tip.id == tip.id for each in chosen)
            if len(chosen) < at_most and not is_in and (again or not names & set(tip.names)):
                chosen.append(Chosen(tip, _why_tip(tip, asker)))
    return chosen


def tip_to_match(newcomer: Member, known: Sequence[Known], *, but: Collection[int] = ()) -> Chosen | None:
    """Chooses the tip of which the newcomer's word on their own place is worth most, and costs nothing to give.

    Nobody of their place has said anything of it, it worked for two at least and failed for nobody, and it is no
    workaround. People of their own practice come first.

    Args:
        newcomer: who is new.
        known: live tips that worked for others.
        but: ids of tips that they were shown before.
    """
    asker = Asker(newcomer.id, newcomer.practice, newcomer.place)
    open_to = [tip for tip in known if tip.id not in but and _is_light(tip) and _is_untried(tip, asker)]
    best = max(open_to, key=lambda tip: (_reliance(tip, asker), tip.number), default=None)
    return Chosen(best, _why_tip(best, asker)) if best is not None else None


def talks_for(newcomer: Member, talks: Sequence[Talk], spaces: Collection[str]) -> list[tuple[Talk, str]]:
    """Orders the conversations that a newcomer may listen in on, best first, each with why.

    Those of their `practice` or `place` first, then the newest (`recent`); none that they were in themself, and none in
    a space where they have no account. Whether several voices are in it and they may see the room, the chat says.

    Args:
        newcomer: who is new.
        talks: conversations that came to something.
        spaces: keys of the spaces in which they have an account.
    """
    asker = Asker(newcomer.id, newcomer.practice, newcomer.place)
    open_to = [
        talk
        for talk in talks
        if newcomer.id not in talk.people and any(talk.message.startswith(f"{space}:") for space in spaces)
    ]
    rows = [(talk, _why_talk(talk, asker)) for talk in open_to]
    return sorted(rows, key=lambda row: (row[1] != "recent", row[0].at), reverse=True)


def companion_for(
    newcomer: Member,
    willing: Sequence[Member],
    loads: Mapping[int, Load],
    now: datetime,
    *,
    without: Collection[int] = (),
) -> Guide | None:
    """Chooses who may show a newcomer round: of those who did so least, one who is alike, then recently new themself.

    Args:
        newcomer: who is new.
        willing: those who said that they do.
        loads: what each has on their hands; who is missing has nothing.
        now: aware UTC.
        without: members who must not be chosen: known already, in no common space, on the way in themself.
    """
    free = [each for each in willing if _may_guide(each, newcomer, loads, now) and each.id not in without]
    asker = Asker(newcomer.id, newcomer.practice, newcomer.place)
    did = {member_id(each): loads.get(member_id(each), Load()).lately for each in free}
    least = min(did.values(), default=0)

    def order(each: Member) -> tuple[int, int, bool, int, int]:
        more = did[member_id(each)] - least
        alike = len(_alike(each, asker))
        return (more // ABOUT_AS_MUCH, -alike, not _is_recent(each, now), more, member_id(each))

    best = min(free, key=order, default=None)
    return Guide(best, _why_guide(best, asker, now)) if best is not None else None


def likely_companions(
    people: Sequence[Member], about: Collection[int], now: datetime, *, without: Collection[int] = ()
) -> list[Member]:
    """Orders lateral members who might show newcomers round and were not asked yet: recently new and about, first.

    Args:
        people: everybody who is here.
        about: members who did something in the last weeks.
        now: aware UTC.
        without: members who must not be asked: asked before, on the way in themself.
    """
    open_to = [
        each
        for each in people
        if not (each.is_core or each.shows_round or each.id in without or not each.takes_newcomers)
        and each.id in about
        and now - each.joined_at >= AT_HOME_AFTER
    ]
    return sorted(open_to, key=lambda each: (-each.joined_at.timestamp(), member_id(each)))


def helpers_for(
    newcomer: Member,
    people: Sequence[Member],
    told: Mapping[int, int],
    *,
    knowing: Collection[int],
    about: Collection[int],
    without: Collection[int],
) -> list[Member]:
    """Orders the peers who may answer a newcomer's first words: who knows, who is alike, who was about lately.

    The core group is left out: it hears of it when no peer could help.

    Args:
        newcomer: who wrote.
        people: everybody who is here.
        told: how many newcomers each was told of in the last seven days.
        knowing: members who know something near what was written.
        about: members who did something lately.
        without: members who must not be asked: told before, in no common space, on the way in themself.
    """
    asker = Asker(newcomer.id, newcomer.practice, newcomer.place)
    open_to = [
        each
        for each in people
        if not (each.is_core or each.id in without or each.id == newcomer.id)
        and each.takes_newcomers
        and told.get(member_id(each), 0) < TOLD_A_WEEK
    ]

    def worth(each: Member) -> tuple[bool, int, bool]:
        return (each.id in knowing, len(_alike(each, asker)), each.id in about)

    useful = [each for each in open_to if any(worth(each))]
    return sorted(useful or open_to, key=lambda each: (*(-value for value in worth(each)), member_id(each)))


def why_helper(newcomer: Member, helper: Member, about: Collection[int]) -> str:
    """Why a peer is told of a newcomer who wrote: `both`, `practice`, `place`, `about` or `here`."""
    asker = Asker(newcomer.id, newcomer.practice, newcomer.place)
    words = set(_alike(helper, asker))
    return (
        "both"
        if words and words >= {asker.practice, asker.place}
        else _named(words, asker) or ("about" if helper.id in about else "here")
    )


def _reliance(tip: Known, asker: Asker) -> tuple[int, int, int]:
    good = [each for each in tip.said if each.outcome is not Outcome.NOT_HERE and not tip.is_by(each.member)]
    bad = len([each for each in tip.said if each.outcome is Outcome.NOT_HERE and not tip.is_by(each.member)])
    alike = len([each for each in good if shared(each, asker)])
    walks = len({each.practice for each in good} - {""}) + len({each.place for each in good} - {""})
    return alike, walks - 2 * bad, len(good)


def _why_tip(tip: Known, asker: Asker) -> str:
    words = {word for each in tip.said if each.outcome is not Outcome.NOT_HERE for word in shared(each, asker)}
    return _named(words, asker) or "broad"


def _named(words: Collection[str], asker: Asker) -> str:
    if asker.practice and asker.practice in words:
        return "practice"
    return "place" if asker.place and asker.place in words else ""


def _is_light(tip: Known) -> bool:
    good = {each.member for each in tip.said if each.outcome is not Outcome.NOT_HERE and not tip.is_by(each.member)}
    failed = any(each.outcome is Outcome.NOT_HERE for each in tip.said)
    return tip.form.kind in LIGHT_KINDS and len(good) >= SAFE_USES and not failed


def _is_untried(tip: Known, asker: Asker) -> bool:
    here = Asker(place=asker.place)
    is_here = any(each.member == asker.member or shared(each, here) for each in tip.said)
    return not is_here and not (asker.member is not None and tip.is_by(asker.member))


def _why_talk(talk: Talk, asker: Asker) -> str:
    said = [Said(0, Outcome.WORKED, "", practice, "", talk.at) for practice in talk.practices]
    said += [Said(0, Outcome.WORKED, "", "", place, talk.at) for place in talk.places]
    return _named({word for each in said for word in shared(each, asker)}, asker) or "recent"


def _may_guide(each: Member, newcomer: Member, loads: Mapping[int, Load], now: datetime) -> bool:
    is_away = each.paused_until is not None and each.paused_until > now
    is_at_home = now - each.joined_at >= AT_HOME_AFTER
    load = loads.get(member_id(each), Load())
    is_free = load.open < MOST_NEWCOMERS and load.silent < SILENT_BEFORE_LEFT
    return each.shows_round and not each.is_core and each.id != newcomer.id and is_free and is_at_home and not is_away


def _alike(each: Member, asker: Asker) -> tuple[str, ...]:
    return shared(Said(member_id(each), Outcome.WORKED, "", each.practice, each.place, each.joined_at), asker)


def _is_recent(each: Member, now: datetime) -> bool:
    return now - each.joined_at < RECENTLY_NEW


def _why_guide(each: Member, asker: Asker, now: datetime) -> str:
    words = set(_alike(each, asker))
    if words and words >= {asker.practice, asker.place}:
        return "both"
    return _named(words, asker) or ("recent" if _is_recent(each, now) else "willing")
