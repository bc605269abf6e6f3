"""Reads how far newcomers are on the way in, and what there is to offer them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.port import Refused
from bot.features.welcome import choices, rules
from bot.features.welcome.choices import Guide
from bot.features.welcome.rules import Invitation, Stood, Way
from knowledge.models import (
    FirstWord,
    Member,
    Newcomer,
    Notice,
    NoticeState,
    Pair,
    Step,
    StepState,
    StepTaken,
    TipState,
)
from knowledge.store import Work, deeds, first_words, for_newcomers, members, newcomers, notices, pairs, tips
from knowledge.store.for_newcomers import Talk
from knowledge.store.members import member_id
from knowledge.tips import Known

NO_DIRECT_MESSAGES = str(Refused.NO_DIRECT_MESSAGES)
"""Why a notice was dropped where the next would be, too. Of everything else the next may well be delivered."""

OF_THE_WAY = ("welcome.hello", "welcome.step")
"""Notices that are messages of the way in."""

A_MOMENT = timedelta(minutes=1)
"""What somebody did a moment before the chat said that they joined counts too."""

TALKS_DAYS = 60
"""A conversation is worth listening in on for so long (ours)."""


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """Somebody on the way in.

    Attributes:
        newcomer: their row; `member` who they are.
        way: how far they are.
        spaces: keys of the spaces in which they have an account.
        steps: the rows of the steps that they were offered or took.
        unreached: why no message reaches them; empty where one may.
    """

    newcomer: Newcomer
    member: Member
    way: Way
    spaces: frozenset[str]
    steps: Mapping[Step, StepTaken]
    unreached: str = ""


async def ways(work: Work, rows: Sequence[tuple[Newcomer, Member]]) -> list[OnTheWay]:
    """Reads how far these newcomers are."""
    if not rows:
        return []
    ids = [member_id(member) for _, member in rows]
    began = min(newcomer.began_at for newcomer, _ in rows)
    done = await deeds.deeds_since(work, began - A_MOMENT, members=ids, counted_only=False)
    steps, paired = await newcomers.steps_of(work, ids), await pairs.pairs_of(work, ids)
    sent = await notices.owed_of(work, OF_THE_WAY, ids)
    words, welcomed = await first_words.words_of(work, ids), await first_words.answerers(work, ids)
    spaces = await members.spaces_of(work, ids)
    found = []
    for newcomer, member in rows:
        id = member_id(member)
        mine = [each for each in done if each.member == id and each.at >= newcomer.began_at - A_MOMENT]
        signs = [each.at for each in mine] + _signs(sent[id], words.get(id))
        way = Way(
            now=work.now,
            began_at=newcomer.began_at,
            introduced=bool(member.practice or member.place),
            deeds=frozenset(each.deed for each in mine),
            last_sign_at=max(signs, default=None),
            sent_at=tuple(row.sent_at for row in sent[id] if row.state is NoticeState.SENT and row.sent_at),
            is_waiting=any(row.state in (NoticeState.PENDING, NoticeState.SENDING) for row in sent[id]),
            steps={step: Stood(row.state, row.times, row.at) for step, row in steps[id].items()},
            pairs=frozenset(each.state for each in paired[id]),
            is_companion=member.shows_round,
            welcomed=id in welcomed,
            joined_in=id in words and not words[id].message.endswith(f":{words[id].thread}"),
        )
        found.append(OnTheWay(newcomer, member, way, frozenset(spaces.get(id, ())), steps[id], _unreached(sent[id])))
    return found


async def way_of(work: Work, member: Member) -> OnTheWay | None:
    """Reads how far one member is; None for who never was new here."""
    newcomer = await newcomers.find_newcomer(work, member_id(member))
    return (await ways(work, [(newcomer, member)]))[0] if newcomer is not None else None


@dataclass(slots=True)
class Shelf:
    """What newcomers may be shown, read once for all for whom it is looked at the same time."""

    work: Work
    tips: dict[str, list[Known]] = field(default_factory=dict)
    talks: list[Talk] | None = None

    async def tips_for(self, practice: str) -> list[Known]:
        """Tips that others rely on, those of a practice too."""
        if practice not in self.tips:
            self.tips[practice] = await for_newcomers.relied_on(self.work, practice)
        return self.tips[practice]

    async def talks_lately(self) -> list[Talk]:
        """Conversations that came to something."""
        if self.talks is None:
            since = self.work.now - timedelta(days=TALKS_DAYS)
            self.talks = await for_newcomers.talks_since(self.work, since)
        return self.talks


async def first_that_fits(shelf: Shelf, one: OnTheWay, fitting: Sequence[Invitation]) -> Invitation | None:
    """The first of these invitations for which there is something to offer now, with why that was chosen."""
    for each in fitting:
        because = await _chance(shelf, one, each)
        if because:
            return Invitation(each.step, each.because if each.because == "later" else because)
    return None


async def _chance(shelf: Shelf, one: OnTheWay, invitation: Invitation) -> str:
    """Why something was chosen for an invitation; empty where there is nothing to offer."""
    match invitation.step:
        case Step.MATCH:
            tip = await tip_to_match(shelf, one)
            return tip.because if tip is not None else ""
        case Step.LISTEN:
            talks = await talks_for(shelf, one)
            return talks[0][1] if talks else ""
        case Step.COME:
            guide = await guide_for(shelf.work, one.member)
            return guide.because if guide is not None else ""
        case Step.ASK if invitation.because == "gap":
            return "gap" if await for_newcomers.open_gap(shelf.work, member_id(one.member)) else ""
        case _:
            return invitation.because


async def tip_to_match(shelf: Shelf, one: OnTheWay) -> choices.Chosen | None:
    """The tip that a newcomer may say something of now: the one that they put off, else one that is new to them."""
    before = one.steps.get(Step.MATCH)
    if before is not None and before.state is StepState.LATER:
        known = await tip_offered(shelf.work, member_id(one.member))
        if known is not None:
            return choices.Chosen(known, before.because)
    shown = {before.tip_id} if before is not None and before.tip_id is not None else set()
    return choices.tip_to_match(one.member, await shelf.tips_for(one.member.practice), but=shown)


async def tip_offered(work: Work, member: int) -> Known | None:
    """The tip that a newcomer was offered for a word on it, as long as it is live."""
    step = (await newcomers.steps_of(work, [member]))[member].get(Step.MATCH)
    found = await tips.find_tips(work, [step.tip_id]) if step is not None and step.tip_id is not None else []
    return next((each for each in found if each.state is TipState.LIVE), None)


async def talks_for(shelf: Shelf, one: OnTheWay) -> list[tuple[Talk, str]]:
    """The conversations that a newcomer may listen in on: one that lies open or was put off first, then the best."""
    before = one.steps.get(Step.LISTEN)
    rows = choices.talks_for(one.member, await shelf.talks_lately(), one.spaces)
    if before is None or before.state is StepState.PASSED:
        return [row for row in rows if before is None or row[0].message != before.about]
    return sorted(rows, key=lambda row: row[0].message != before.about)


async def guide_for(work: Work, member: Member) -> Guide | None:
    """Who may show a newcomer round; nobody while somebody does, or while they were told of somebody."""
    mine = (await pairs.pairs_of(work, [member_id(member)]))[member_id(member)]
    if any(each.state in pairs.OPEN_STATES for each in mine):
        return None
    return await another_guide(work, member, mine)


async def another_guide(work: Work, member: Member, mine: Sequence[Pair]) -> Guide | None:
    """Who else may show a newcomer round."""
    willing = await pairs.companions(work)
    without = {each.companion_id for each in mine} | await newcomers.on_the_way(work)
    without |= await strangers(work, member, [member_id(each) for each in willing])
    return choices.companion_for(member, willing, await pairs.loads(work), work.now, without=without)


async def strangers(work: Work, member: Member, others: Collection[int]) -> set[int]:
    """Which of these members have no account in a space where `member` has one: they can't meet there."""
    here = {each.key.rsplit(":", 1)[0] for each in await members.accounts_of(work, member_id(member))}
    spaces = await members.spaces_of(work, others)
    return {each for each in others if here.isdisjoint(spaces.get(each, ()))}


def is_still_open(way: Way, step: Step) -> bool:
    """Whether an invitation that is about to be sent still makes sense."""
    return way.open is step and step not in set(rules.taken_unprompted(way))


def current(mine: Sequence[Pair]) -> Pair | None:
    """The pair that is not over, if any."""
    return next((each for each in mine if each.state in pairs.OPEN_STATES), None)


def _signs(sent: Sequence[Notice], word: FirstWord | None) -> list[datetime]:
    signs = [row.answered_at for row in sent if row.answered_at is not None]
    return [*signs, word.at] if word is not None else signs


def _unreached(sent: Sequence[Notice]) -> str:
    """Why the newest message of the way was not sent, where it was not and never will be."""
    gone = sent[0] if sent and sent[0].state is NoticeState.DROPPED else None
    return gone.held if gone is not None and gone.held == NO_DIRECT_MESSAGES else ""
