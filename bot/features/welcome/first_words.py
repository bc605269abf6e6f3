"""A newcomer's first words in a room: who sees and answers them, and whom they are brought to while nobody does.

The words themselves are not kept: a peer is shown them as they stand in the room at that moment. The newcomer never
hears of any of this.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.port import ButtonPressed, Message, MessagePosted, PlatformRefused, Post, ReactionAdded, Refused, plain
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, number_of
from bot.features.welcome import choices, rules, views
from bot.services import message_from
from knowledge.models import FirstWord, FirstWordPeer, Member, Notice, NoticeState
from knowledge.store import Work, deeds, first_words, members, newcomers, notices, tips
from knowledge.store.first_words import word_id
from knowledge.store.members import member_id
from knowledge.tips import who_touched

KNOWING = 5
"""Members who know something near first words that are noted, at most."""

NEAR = 0.4
"""A tip is near first words from this score (0 to 1) on; the same as for near misses of an answer."""

ABOUT_DAYS = 28
"""Who did something in so many days was about lately."""

PEERS_AT_MOST = 8
"""Peers who are told of one newcomer's first words, at most: then coordinators see to it."""

CORE_TOLD = 3
"""Coordinators who are told, at most."""

CORE_LOOKS_AT = 20
"""First words that are looked at in their room for one message to a coordinator, at most."""


async def hear(context: Context, event: MessagePosted) -> None:
    """Somebody wrote in a room: a newcomer's first words, or an answer to some."""
    post = event.post
    is_first = event.who.key in context.options.new_here and not event.to_bot
    if post.ref.room.key in context.options.waiting_in and not (is_first and not post.ref.room.thread_id):
        await _note_answers(context, event)
    if is_first:
        knowing = await _who_knows(context, post.text)
        async with context.write() as work:
            word = FirstWord(
                community_id=context.community,
                member_id=context.who,
                message=post.ref.key,
                room=post.ref.room.key,
                thread=post.ref.thread.thread_id,
                at=event.at,
            )
            await first_words.note_first_word(work, word, [each for each in knowing if each != context.who])


async def see(context: Context, event: ReactionAdded) -> None:
    """Somebody put an emoji on a newcomer's first words: they were seen, which is no answer."""
    async with context.write() as work:
        for word in await first_words.waiting_words(work, room=event.message.room.key):
            if word.message == event.message.key and word.member_id != context.who:
                word.seen_at = word.seen_at or event.at


async def bring(context: Context, work: Work) -> None:
    """Brings what nobody answered within a day to one or two peers, and after two days to coordinators."""
    waiting = await first_words.waiting_words(work, before=context.now - first_words.ALONE_AFTER)
    for word in waiting:
        if context.now - word.at > rules.GIVEN_UP_AFTER:
            await first_words.settle(work, word)
    waiting = [each for each in waiting if each.settled_at is None]
    if waiting:
        await _tell_peers(work, waiting)
        await _tell_core(work, [each for each in waiting if context.now - each.at >= rules.CORE_TOLD_AFTER])


async def write_alone(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """*Somebody new wrote…*, for a peer. Nothing where it was answered meanwhile or is not theirs to see."""
    async with context.read() as work:
        word = await first_words.find_first_word(work, subject["word"])
        newcomer = await members.find_member(work, word.member_id) if word is not None else None
    if word is None or newcomer is None or word.settled_at is not None:
        return None
    post = await still_alone(context, word)
    assert context.account is not None
    if post is None or not await context.chat.may_see(context.account, post.ref.room):
        return None
    link = await context.chat.link(post.ref)
    async with context.write() as work:
        await first_words.note_brought(work, word_id(word))
    waiting = views.Waiting(word_id(word), word.at, post.text, link)
    return views.alone(context.words, newcomer, waiting, str(subject["because"]))


async def write_left_alone(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """For coordinators: who wrote their first words days ago and got no answer yet."""
    async with context.read() as work:
        words = await first_words.waiting_words(work, before=context.now - rules.CORE_TOLD_AFTER)
        people = await members.find_members(work, [each.member_id for each in words])
    looked_at = 0
    rows: list[tuple[Member, views.Waiting]] = []
    for word in words[:CORE_LOOKS_AT]:
        if len(rows) == views.SHOWN_WAITING:
            break
        looked_at += 1
        post = await still_alone(context, word)
        if post is not None and word.member_id in people:
            link = await context.platforms[post.ref.room.space.platform].link(post.ref)
            rows.append((people[word.member_id], views.Waiting(word_id(word), word.at, "", link)))
    return views.left_alone(context.words, rows, len(words) - looked_at) if rows else None


async def still_alone(context: Context, word: FirstWord) -> Post | None:
    """First words as they stand in the room; None where they are gone or somebody answered, which is noted then.

    Raises:
        PlatformRefused: the chat cannot be reached now, so nobody knows.
    """
    message = message_from(word.message)
    platform = context.platforms.get(message.room.space.platform)
    if platform is None:
        return None
    try:
        post = await platform.read_message(message)
        thread = await platform.read_thread(message) if post is not None else ()
    except PlatformRefused as refused:
        if refused.reason is Refused.UNREACHABLE:
            raise
        return None
    answer = next((each for each in thread if _is_answer(each, post)), None) if post is not None else None
    if post is not None and answer is None:
        return post
    async with context.write() as work:
        found = await first_words.find_first_word(work, word_id(word))
        if found is not None and found.settled_at is None and answer is not None:
            who = await members.who_is(work, answer.author.key, answer.author.name)
            await first_words.note_first_answer(work, found, who, answer.at)
        elif found is not None and found.settled_at is None:
            await first_words.drop_word(work, found)
    return None


async def pass_word(context: Context, event: ButtonPressed) -> Message:
    """*Not this one*."""
    async with context.write() as work:
        await first_words.pass_on_word(work, number_of(event.button), context.who)
    return cards.plainly(context.words, "welcome.passed_word")


async def no_newcomers(context: Context, event: ButtonPressed) -> Message:
    """*No more of these*."""
    async with context.write() as work:
        await members.describe(work, context.who, takes_newcomers=False)
    return cards.plainly(context.words, "welcome.no_newcomers")


async def seen_to(context: Context, event: ButtonPressed) -> Message:
    """*Seen to*: a coordinator looked after it."""
    context.only_for_coordinators()
    async with context.write() as work:
        word = await first_words.find_first_word(work, number_of(event.button))
        if word is None:
            raise Refusal("common.unknown")
        if word.settled_at is None:
            await first_words.settle(work, word)
    return cards.plainly(context.words, "welcome.seen_to")


async def _note_answers(context: Context, event: MessagePosted) -> None:
    """Notes which first words a message answers; most messages answer none, and nothing is written then."""
    async with context.read() as work:
        waiting = await first_words.waiting_words(work, room=event.post.ref.room.key)
        people = await members.find_members(work, [each.member_id for each in waiting])
        accounts = await members.accounts_in(work, event.who.space.key, [each.member_id for each in waiting])
        answered = []
        for word in waiting:
            newcomer = people.get(word.member_id)
            if newcomer is None or word.member_id == context.who:
                continue
            is_named = rules.names(event, word, newcomer.name) and not await members.has_namesake(work, newcomer)
            if is_named or rules.answers(event, word, accounts.get(word.member_id, "")):
                answered.append(word_id(word))
    if answered:
        async with context.write() as work:
            for id in answered:
                found = await first_words.find_first_word(work, id)
                if found is not None and found.settled_at is None:
                    await first_words.note_first_answer(work, found, context.member, event.at)


async def _who_knows(context: Context, text: str) -> list[int]:
    """Members who wrote or used something near a text, the nearest first."""
    found = await context.library.search(context.community, plain(text), context.now, limit=KNOWING)
    near = [hit.id for hit in found.hits if hit.score >= NEAR]
    async with context.read() as work:
        known = await tips.find_tips(work, near)
    return list(dict.fromkeys(member for tip in known for member, _ in who_touched(tip)))[:KNOWING]


async def _tell_peers(work: Work, waiting: list[FirstWord]) -> None:
    peers = await first_words.peers_of(work, [word_id(word) for word in waiting])
    missing = {word_id(word): await _missing(work, word, peers[word_id(word)]) for word in waiting}
    waiting = [word for word in waiting if missing[word_id(word)]]
    if not waiting:
        return
    people = [each for each in await members.list_members(work) if not _is_away(each, work.now)]
    about = await deeds.about_since(work, work.now - timedelta(days=ABOUT_DAYS))
    new = await newcomers.on_the_way(work)
    here: dict[str, dict[int, str]] = {}
    for word in waiting:
        newcomer = await members.find_member(work, word.member_id)
        if newcomer is None or newcomer.left_at is not None:
            await first_words.settle(work, word)  # who left waits for nothing
            continue
        space = word.room.rpartition(":")[0]
        here[space] = here.get(space) or await members.accounts_in(work, space)
        mine = peers[word_id(word)]
        without = {each.member_id for each in mine if each.told_at} | new
        reachable = [each for each in people if each.id in here[space]]
        knowing = {each.member_id for each in mine if each.knows}
        told = await first_words.told_of_words(work, days=7)
        helpers = choices.helpers_for(newcomer, reachable, told, knowing=knowing, about=about, without=without)
        for helper in helpers[: missing[word_id(word)]]:
            because = "knows" if helper.id in knowing else choices.why_helper(newcomer, helper, about)
            await _tell(work, word, helper, {"because": because, "to": here[space][member_id(helper)]})


def _is_away(member: Member, now: datetime) -> bool:
    return member.paused_until is not None and member.paused_until > now


async def _tell(work: Work, word: FirstWord, helper: Member, how: Mapping[str, str]) -> None:
    await first_words.tell_peer(work, word, member_id(helper))
    subject = {"word": word_id(word), **how}
    once = f"alone:{word_id(word)}:{word.at:%Y-%m-%dT%H:%M:%S}:{member_id(helper)}"
    await notices.owe(work, "welcome.alone", member_id(helper), subject, once=once)


async def _missing(work: Work, word: FirstWord, mine: list[FirstWordPeer]) -> int:
    """How many more peers are to be told: two at first, one more for each who passed or is not reached soon."""
    told = [each for each in mine if each.told_at is not None]
    sent = await notices.owed_of(work, ["welcome.alone"], [each.member_id for each in told])
    reached = 0
    for each in told:
        rows = [row for row in sent[each.member_id] if row.subject.get("word") == word.id]
        reached += not each.passed and not any(_is_not_reached(row) for row in rows)
    return max(min(choices.TOLD_AT_ONCE - reached, PEERS_AT_MOST - len(told)), 0)


def _is_not_reached(row: Notice) -> bool:
    """Whether a peer will not hear of it, or only after days."""
    waits_long = row.state is NoticeState.PENDING and row.held in ("budget", "ignored", "paused")
    return waits_long or row.state is NoticeState.DROPPED


async def _tell_core(work: Work, waiting: list[FirstWord]) -> None:
    new = [word for word in waiting if word.told_at is None]
    if not new:
        return
    core = [each for each in await members.list_members(work) if each.is_core and each.takes_newcomers]
    for coordinator in core[:CORE_TOLD]:
        once = f"left_alone:{work.now:%Y-%m-%d}:{member_id(coordinator)}"
        await notices.owe(work, "welcome.left_alone", member_id(coordinator), {}, once=once)
    for word in new:
        word.told_at = work.now
    await work.session.flush()


def _is_answer(post: Post, first: Post | None) -> bool:
    return first is not None and not post.by_bot and post.author.key != first.author.key and post.at > first.at
