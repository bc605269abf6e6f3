"""Reads what needs a look: in one community, at one moment, bounded however much there is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

from adapters.port import PlatformRefused
from adapters.port.limits import LINK_URL
from bot.feature import Context
from bot.features.review import rules
from bot.features.review.items import Alike, Doubtful, Hot, Item, LeftAlone, Review, Silent, Unanswered
from bot.features.review.rules import MOST_OF_A_SORT, Doubt, Numbers
from bot.nudges import Nudge, decide
from bot.services import message_from
from knowledge.hot_now import hot_now
from knowledge.models import TipState
from knowledge.problems import Problem
from knowledge.store import (
    Work,
    audit,
    communities,
    confirmations,
    consents,
    deeds,
    first_words,
    lookalikes,
    members,
    newcomers,
    notices,
    questions,
    tips,
)
from knowledge.store.consents import Unanswered as Asked
from knowledge.store.first_words import word_id
from knowledge.store.questions import question_id
from knowledge.tips import look_before, shorten, uses_of

OPEN_READ = 100
"""Open questions that are read, the oldest: those that were asked again lately are among them."""

TOPIC_LENGTH = 200
"""Characters of a question that are shown."""


async def review_now(context: Context) -> Review:
    """Reads all that needs a look now, the most useful first, at most `MOST_OF_A_SORT` of each sort."""
    alike = await context.library.alike(context.community, context.now)
    async with context.read() as work:
        items: list[Item] = [
            *await _left_alone(work),
            *await _unanswered(work),
            *await _silent(context, work),
            *await _doubtful(context, work),
            *await _alike(work, alike),
            *[hot_item(each) for each in (await hot_now(context.library, work))[:MOST_OF_A_SORT]],
        ]
        return Review(tuple(items), await _numbers(work))


async def silent_of(context: Context, work: Work) -> dict[int, list[Asked]]:
    """Gives the requests that were repeated and need a look, by the number of their draft, the longest asked first."""
    found: dict[int, list[Asked]] = {}
    for each in await consents.asked_twice(work):
        if rules.is_silent(each.reminded_at, context.now):
            found.setdefault(each.number, []).append(each)
    return found


async def may_ask(context: Context, work: Work, asked: Asked) -> bool:
    """Whether an author may be asked about a draft once more: they take such requests, and were asked twice only."""
    member = await members.find_member(work, asked.member)
    if member is None or member.left_at is not None:
        return False
    times = await notices.count_owed(work, "capture.consent", asked.member, f"consent:{asked.number}:{asked.member}:")
    verdict = decide(member, Nudge.REQUESTS, (), context.options, context.now)
    return times < rules.ASKED_AT_MOST and (verdict.may or verdict.until is not None)


async def doubts(context: Context, work: Work) -> dict[int, Doubt]:
    """Gives the tips (ids) that need a look, and why: first those that fail, last those that nobody checked."""
    doubted = await confirmations.doubted(work)
    held = await _held(work, min((each.failed_at for each in doubted), default=work.now))
    why: dict[int, Doubt] = {}
    for each in doubted:
        doubt = rules.doubt_of(each, held.get(each.number))
        if doubt is not None:
            why[each.tip] = doubt
    before = look_before(context.now, context.options.look_after_months)
    for tip, _ in await confirmations.needing_a_look(work, before=before):
        why.setdefault(tip, Doubt.OLD)
    order = list(Doubt)
    return dict(sorted(why.items(), key=lambda each: order.index(each[1])))


def hot_item(problem: Problem) -> Hot:
    """A hot problem, with the key of the newest signal that others have seen: by it it is known again."""
    return Hot(next(each.key for each in problem.signals if each.is_public), problem.label)


async def link_to(context: Context, message: str) -> str:
    """The address that opens a message, by its key; empty where there is none that a button could open."""
    if not message:
        return ""
    ref = message_from(message)
    platform = context.platforms.get(ref.room.space.platform)
    try:
        link = await platform.link(ref) if platform is not None else ""
    except PlatformRefused:
        return ""
    return link if link.startswith(("http://", "https://")) and len(link) <= LINK_URL else ""


async def _left_alone(work: Work) -> list[LeftAlone]:
    waiting = await first_words.waiting_words(work, before=work.now - first_words.ALONE_AFTER)
    people = await members.find_members(work, [each.member_id for each in waiting])
    here = [each for each in waiting if each.member_id in people and people[each.member_id].left_at is None]
    return [
        LeftAlone(word_id(each), people[each.member_id].name, each.at, each.seen_at is not None, each.message)
        for each in here[:MOST_OF_A_SORT]
    ]


async def _unanswered(work: Work) -> list[Unanswered]:
    found = await questions.open_questions(work, limit=OPEN_READ)
    told = await questions.told_of(work, [question_id(each) for each in found])
    people = await members.find_members(work, [each.asker_id for each in found if each.asker_id])
    waiting = [
        each for each in found if rules.is_unanswered(each.posted_at, list(told[question_id(each)].values()), work.now)
    ]
    return [
        Unanswered(
            each.number,
            shorten(" ".join(each.text.split()), TOPIC_LENGTH),
            people[each.asker_id].name if each.named and each.asker_id in people else "",
            each.posted_at or each.asked_at,
            each.post,
        )
        for each in waiting[:MOST_OF_A_SORT]
    ]


async def _silent(context: Context, work: Work) -> list[Silent]:
    found = await silent_of(context, work)
    people = await members.find_members(work, [each.member for rows in found.values() for each in rows])
    named = ((number, rows) for number, rows in found.items() if any(each.member in people for each in rows))
    drafts = dict(islice(named, MOST_OF_A_SORT))
    rooms = {each.key: each.name for each in await communities.channels(work)} if drafts else {}
    return [
        Silent(
            number,
            tuple(dict.fromkeys(people[each.member].name for each in rows if each.member in people)),
            rooms.get(rows[0].source.rpartition(":")[0], ""),
            min(each.asked_at for each in rows),
            any([await may_ask(context, work, each) for each in rows]),
        )
        for number, rows in drafts.items()
    ]


async def _doubtful(context: Context, work: Work) -> list[Doubtful]:
    why = await doubts(context, work)
    return [
        Doubtful(each.number, each.title, why[each.id], uses_of(each.said), each.checked_at)
        for each in await tips.find_tips(work, list(why)[:MOST_OF_A_SORT])
    ]


async def _held(work: Work, since: datetime) -> Mapping[int, datetime]:
    """When coordinators last said of tips that they hold, by number."""
    return {each.subject["tip"]: each.at for each in await audit.standing(work, "review.held", since)}


async def _alike(work: Work, pairs: Sequence[tuple[int, int]]) -> list[Alike]:
    apart = await lookalikes.not_same(work, {id for pair in pairs for id in pair})
    left = [pair for pair in pairs if pair not in apart][: 2 * MOST_OF_A_SORT]
    found = await tips.find_tips(work, list({id for pair in left for id in pair}))
    live = {each.id: each for each in found if each.state is TipState.LIVE}
    items = []
    for pair in left:
        if all(id in live for id in pair):
            one, other = sorted((live[id] for id in pair), key=lambda each: each.number)
            if one.number != other.variation_of and other.number != one.variation_of:
                items.append(Alike(one.number, one.title, other.number, other.title))
    return items[:MOST_OF_A_SORT]


async def _numbers(work: Work) -> Numbers | None:
    since = work.now - rules.LOOKED_BACK
    came, steps = await newcomers.count_steps(work, since)
    return rules.numbers(came, steps, await first_words.first_answers(work, since), await deeds.moved(work))
