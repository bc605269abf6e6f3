"""Companions: members who said that they show newcomers round, brought together with one only when both want it.

Either side ends it without a reason. What the two write to each other is theirs: only that they wrote is noted, so that
somebody else can be asked where no word comes.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.port import ButtonPressed, Mention, Message, MessagePosted
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, arguments_of, number_of
from bot.features.welcome import choices, reading, views
from bot.nudges import quiet_until
from bot.services import account_from
from knowledge.models import Member, Pair, PairState, Step, StepState
from knowledge.store import Work, deeds, members, newcomers, notices, pairs, ties
from knowledge.store.members import member_id
from knowledge.store.pairs import pair_id, pair_mark

NAMED_FOR = timedelta(days=7)
"""So long a companion who was named is kept free for a newcomer who has not said (ours)."""

ANSWERS_WITHIN = timedelta(days=3)
"""So long it is waited for a companion who was asked, or who is waited for in their conversation (ours)."""

SHOWN_FOR = timedelta(weeks=8)
"""After so long nobody needs showing round any more; the conversation stays theirs (ours)."""

ASKED_AGAIN = timedelta(weeks=26)
"""Nobody is asked more often than this whether they would show newcomers round (ours)."""

ASKED_AT_ONCE = 2
"""Members who are asked that in a day, at most."""

WAITS_FOR_YES = timedelta(days=5)
"""Who was asked so lately may still say yes: nobody else is asked in their place."""


async def people_of(work: Work, member: int) -> views.People:
    """Who shows a member round, and whom they show round."""
    mine = reading.current((await pairs.pairs_of(work, [member]))[member])
    theirs = await pairs.shown_round_by(work, member)
    ids = [each.newcomer_id for each in theirs] + ([mine.companion_id] if mine is not None else [])
    people = await members.find_members(work, ids)
    guide = (mine, people[mine.companion_id]) if mine is not None and mine.companion_id in people else None
    shown = [(each, people[each.newcomer_id]) for each in theirs if each.state is PairState.AGREED]
    return views.People(guide, shown)


async def nearer_guide(work: Work, member: Member) -> views.Named | None:
    """A companion who is more alike, now that it is known what a newcomer does; None where there is none."""
    mine = (await pairs.pairs_of(work, [member_id(member)]))[member_id(member)]
    now = reading.current(mine)
    if now is not None and now.state is not PairState.NAMED:
        return None
    guide = await reading.another_guide(work, member, mine)
    if guide is None or (now is not None and guide.because not in ("both", "practice", "place")):
        return None
    if now is not None:
        await pairs.change_pair(work, now, PairState.PASSED)
    pair = await pairs.name_companion(work, member_id(member), member_id(guide.member))
    return views.Named(pair_id(pair), guide.member)


async def meet(context: Context, event: ButtonPressed) -> Message:
    """*Yes, ask …*: the newcomer would like it, so the companion is asked; not again who said no or had enough."""
    async with context.write() as work:
        pair = await pairs.find_pair(work, number_of(event.button))
        if pair is None or pair.newcomer_id != context.who:
            raise Refusal("common.unknown")
        now = reading.current((await pairs.pairs_of(work, [context.who]))[context.who])
        if now is not None and (now.id != pair.id or now.state is not PairState.NAMED):
            raise Refusal("common.done_already")
        companion = await members.find_member(work, pair.companion_id)
        load = (await pairs.loads(work)).get(pair.companion_id, pairs.Load())
        is_free = pair.state is PairState.NAMED or load.open < choices.MOST_NEWCOMERS
        may_be_asked = pair.state in (PairState.NAMED, PairState.PASSED)
        is_willing = companion is not None and companion.shows_round and companion.left_at is None
        if companion is None or not (is_willing and is_free and may_be_asked):
            return views.ask_another(context.words)
        await _ask(work, pair)
    return cards.plainly(context.words, "welcome.will_ask", name=companion.name)


async def another(context: Context, event: ButtonPressed) -> Message:
    """*Ask somebody else*."""
    assert context.member is not None
    async with context.write() as work:
        mine = (await pairs.pairs_of(work, [context.who]))[context.who]
        if reading.current(mine) is not None:
            raise Refusal("common.done_already")
        guide = await reading.another_guide(work, context.member, mine)
        if guide is None:
            raise Refusal("welcome.nobody_free")
        pair = await pairs.name_companion(work, context.who, member_id(guide.member))
        await _ask(work, pair)
    return cards.plainly(context.words, "welcome.will_ask", name=guide.member.name)


async def agree(context: Context, event: ButtonPressed) -> Message:
    """*Yes, bring us together*: both want it, so a conversation is opened for the two."""
    async with context.read() as work:
        pair, newcomer = await _asked(context, work, number_of(event.button))
        accounts = await members.accounts_of(work, member_id(newcomer))
    assert context.account is not None
    here = next((each for each in accounts if each.key.startswith(f"{context.account.space.key}:")), None)
    if here is None or here.left_at is not None:
        raise Refusal("welcome.not_here")
    room = await context.chat.open_room([context.account, account_from(here.key, here.name)])
    async with context.write() as work:
        pair, newcomer = await _asked(context, work, number_of(event.button))
        await pairs.change_pair(work, pair, PairState.AGREED, room=room.key, thread=room.thread_id)
        await newcomers.note_step(work, pair.newcomer_id, Step.COME, StepState.TAKEN)
        await ties.note_welcomed(work, pair.companion_id, pair.newcomer_id, once=f"welcomed:{pair_mark(pair)}")
        subject = {"pair": pair_id(pair), "thread": room.thread_id, "to": context.account.key, "account": here.key}
        once = f"together:{pair_mark(pair)}"
        await notices.owe(work, "welcome.together", None, subject, once=once, room=room.key)
        told = {"pair": pair_id(pair), "to": here.key}
        await notices.owe(work, "welcome.agreed", pair.newcomer_id, told, once=f"agreed:{pair_mark(pair)}")
    return views.agreed_to(context.words, pair_id(pair), newcomer.name)


async def decline(context: Context, event: ButtonPressed) -> Message:
    """*Not this time*: the newcomer is asked whether they would like somebody else."""
    async with context.write() as work:
        pair, _ = await _asked(context, work, number_of(event.button))
        await _owe_newcomer(work, pair)
        await pairs.change_pair(work, pair, PairState.DECLINED)
    return cards.plainly(context.words, "welcome.declined")


async def end(context: Context, event: ButtonPressed) -> Message:
    """*That's enough for me*, from either side; no reason is asked."""
    async with context.write() as work:
        pair = await pairs.find_pair(work, number_of(event.button))
        if pair is None or context.who not in (pair.newcomer_id, pair.companion_id):
            raise Refusal("common.unknown")
        if pair.state is not PairState.AGREED:
            raise Refusal("common.done_already")
        await pairs.change_pair(work, pair, PairState.ENDED)
        if context.who == pair.companion_id:
            await _owe_newcomer(work, pair)
        else:
            subject = {"pair": pair_id(pair)}
            await notices.owe(work, "welcome.over", pair.companion_id, subject, once=f"over:{pair_mark(pair)}")
    return cards.plainly(context.words, "welcome.ended")


async def answer_guide(context: Context, event: ButtonPressed) -> Message:
    """*Yes, I would*, *Not now*, *Don't ask again*: whether somebody shows newcomers round."""
    said = "".join(arguments_of(event.button))
    if said not in ("yes", "no", "never"):
        raise Refusal("common.unknown")
    changes = {"yes": {"shows_round": True}, "no": {"shows_round": False}, "never": {"takes_newcomers": False}}
    async with context.write() as work:
        await members.describe(work, context.who, **changes[said])
        for pair in await pairs.shown_round_by(work, context.who) if said == "no" else ():
            if pair.state is not PairState.AGREED:
                await _owe_newcomer(work, pair)
                await pairs.change_pair(work, pair, PairState.DECLINED)
        if await newcomers.find_newcomer(work, context.who):
            state = StepState.TAKEN if said == "yes" else StepState.PASSED
            await newcomers.note_step(work, context.who, Step.WELCOME, state)
    return cards.plainly(context.words, f"welcome.guide_{said}")


async def spoke(context: Context, event: MessagePosted) -> None:
    """Somebody wrote in a conversation of a few: where it is one of a newcomer and a companion, that is noted."""
    room = event.post.ref.room
    async with context.write() as work:
        await pairs.note_spoke(work, context.who, room.key, room.thread_id, event.at)


async def look_after(context: Context, work: Work) -> None:
    """Frees companions of whom nothing came, asks newcomers whether they want another, and asks for more companions."""
    rows = await pairs.unsettled(work)
    people = await members.find_members(work, {id for pair in rows for id in (pair.newcomer_id, pair.companion_id)})
    for pair in rows:
        newcomer, companion = people.get(pair.newcomer_id), people.get(pair.companion_id)
        is_night = newcomer is not None and quiet_until(newcomer, context.options, context.now) is not None
        if not is_night:  # what it leads to asks them something
            is_there = all(each is not None and each.left_at is None for each in (newcomer, companion))
            willing = companion is not None and (companion.shows_round or pair.state is PairState.AGREED)
            await _look_at(work, pair, is_there=is_there and willing)
    await _ask_for_companions(work)


async def write_guide(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """*Would you show somebody new round?*, for who may."""
    assert context.member is not None
    if context.member.shows_round or context.member.is_core:
        return None
    return views.would_you(context.words, is_recent=context.now - context.member.joined_at < choices.RECENTLY_NEW)


async def write_request(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """*Somebody new would like you to show them round.* Nothing where that passed."""
    async with context.read() as work:
        pair = await pairs.find_pair(work, subject["pair"])
        newcomer = await members.find_member(work, pair.newcomer_id) if pair is not None else None
    if pair is None or newcomer is None or pair.state is not PairState.ASKED:
        return None
    return views.request(context.words, pair_id(pair), newcomer)


async def write_together(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """The first message in the conversation of two."""
    async with context.read() as work:
        pair = await pairs.find_pair(work, subject["pair"])
        people = await members.find_members(work, [pair.newcomer_id, pair.companion_id]) if pair is not None else {}
    if pair is None or pair.state is not PairState.AGREED or len(people) < 2:
        return None
    newcomer, companion = people[pair.newcomer_id], people[pair.companion_id]
    who = Mention(account_from(subject["account"], newcomer.name)), Mention(account_from(subject["to"], companion.name))
    return views.together(context.words, *who)


async def write_agreed(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """For the newcomer: the conversation is open."""
    async with context.read() as work:
        pair = await pairs.find_pair(work, subject["pair"])
        companion = await members.find_member(work, pair.companion_id) if pair is not None else None
    if pair is None or companion is None or pair.state is not PairState.AGREED:
        return None
    return views.agreed(context.words, pair_id(pair), companion.name)


async def write_away(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """For the newcomer: shall I ask somebody else? Nothing where somebody shows them round by now."""
    async with context.read() as work:
        pair = await pairs.find_pair(work, subject["pair"])
        companion = await members.find_member(work, pair.companion_id) if pair is not None else None
        now = reading.current((await pairs.pairs_of(work, [context.who]))[context.who])
    if pair is None or now is not None:
        return None
    return views.away(context.words, companion.name if companion is not None else "")


async def write_over(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """For the companion: the newcomer finds their own way now."""
    async with context.read() as work:
        pair = await pairs.find_pair(work, subject["pair"])
        newcomer = await members.find_member(work, pair.newcomer_id) if pair is not None else None
    return cards.plainly(context.words, "welcome.over", name=newcomer.name) if newcomer is not None else None


async def _ask(work: Work, pair: Pair) -> None:
    await pairs.change_pair(work, pair, PairState.ASKED)
    theirs = {each.key.rpartition(":")[0] for each in await members.accounts_of(work, pair.newcomer_id)}
    accounts = [each.key for each in await members.accounts_of(work, pair.companion_id)]
    common = next((key for key in accounts if key.rpartition(":")[0] in theirs), "")
    subject, once = {"pair": pair_id(pair), "to": common}, f"request:{pair_mark(pair)}:{work.now:%Y-%m-%d}"
    await notices.owe(work, "welcome.request", pair.companion_id, subject, once=once)


async def _asked(context: Context, work: Work, pair: int) -> tuple[Pair, Member]:
    found = await pairs.find_pair(work, pair)
    newcomer = await members.find_member(work, found.newcomer_id) if found is not None else None
    if found is None or found.companion_id != context.who or newcomer is None:
        raise Refusal("common.unknown")
    if found.state is not PairState.ASKED:
        raise Refusal("common.done_already")
    return found, newcomer


async def _look_at(work: Work, pair: Pair, *, is_there: bool) -> None:
    for_days = work.now - pair.at
    match pair.state:
        case _ if not is_there:
            is_over = True
        case PairState.NAMED:
            is_over = for_days > NAMED_FOR
        case PairState.ASKED:
            is_over = for_days > ANSWERS_WITHIN
        case _:
            is_over = is_silent(pair, work.now)
    if is_over:
        await _owe_newcomer(work, pair)
        is_silence = is_there and pair.state is not PairState.NAMED
        await pairs.change_pair(work, pair, PairState.LAPSED if is_silence else PairState.PASSED)
    elif pair.state is PairState.AGREED and for_days > SHOWN_FOR:
        await pairs.change_pair(work, pair, PairState.ENDED)


def is_silent(pair: Pair, now: datetime) -> bool:
    """Whether a conversation was opened days ago and the companion never wrote in it."""
    return pair.companion_spoke_at is None and now - pair.at > ANSWERS_WITHIN


async def _owe_newcomer(work: Work, pair: Pair) -> None:
    if pair.state is not PairState.NAMED:
        subject, once = {"pair": pair_id(pair)}, f"away:{pair_mark(pair)}"
        await notices.owe(work, "welcome.away", pair.newcomer_id, subject, once=once)


async def _ask_for_companions(work: Work) -> None:
    """Asks a few who may fit whether they would, where too few are free for the newcomers who take part."""
    asked = await notices.owed_since(work, "welcome.guide", work.now - WAITS_FOR_YES)
    if await notices.owed_since(work, "welcome.guide", work.now - timedelta(days=1)):
        return
    new = await newcomers.on_the_way(work)
    mine = await pairs.pairs_of(work, new)
    willing, loads = await pairs.companions(work), await pairs.loads(work)
    free = sum(max(choices.MOST_NEWCOMERS - loads.get(member_id(each), pairs.Load()).open, 0) for each in willing)
    enough_for = free + choices.MOST_NEWCOMERS * len(asked)
    if sum(not each for each in mine.values()) <= enough_for:
        return
    about = await deeds.about_since(work, work.now - timedelta(days=56))
    people = await members.list_members(work)
    alone = [each for each in people if each.id in new and not mine[each.id] and (each.practice or each.id in about)]
    if len(alone) <= enough_for:
        return
    before = await notices.owed_since(work, "welcome.guide", work.now - ASKED_AGAIN)
    for each in choices.likely_companions(people, about, work.now, without=before | new)[:ASKED_AT_ONCE]:
        once = f"guide:{member_id(each)}:{work.now:%Y-%m}"
        await notices.owe(work, "welcome.guide", member_id(each), {}, once=once)
