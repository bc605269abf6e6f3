"""What is worth telling of a week, and to whom. Pure.

Distinct people come before volume: of two items, the one that brings in more people who were not named yet is told
first, so that a week is not one busy member's. At most a screenful, nothing twice in a row, and nothing at all where
there is too little.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.times import DAYS, When
from knowledge.models import Meetup, Member, Question, QuickWin, Showing
from knowledge.practice import Asker, shared
from knowledge.store.communities import Options
from knowledge.store.digests import News
from knowledge.tips import Known

AT_MOST = 8
"""Items of one digest: a screenful on a phone."""

OF_A_KIND = 3
"""Items of one kind."""

AT_LEAST = 2
"""News, and distinct people behind them, below which a week is too thin to tell."""

LONGEST_DAYS = 14
"""However long ago the last digest was, what is older is no news."""

WAITS_HOURS = 24
"""A question is told from so long after it was put: the room itself saw it before that."""

NEAR_ENOUGH = timedelta(days=8)
"""A meetup is told of in the digest before it, and in no earlier one (ours)."""

POSTED_WITHIN = timedelta(hours=12)
"""A digest that could not be posted within so long is left out: what was missed is in the next one."""


class Kind(StrEnum):
    """What an item is about, in the order in which a digest tells it."""

    WORKED = "worked"
    WIN = "win"
    NEW = "new"
    WAITING = "waiting"
    MEETUP = "meetup"
    SOLVED = "solved"
    NEWCOMER = "newcomer"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing worth telling, and the members it is about.

    It is about a tip, a question, a newcomer, a meetup or a quick win: `id` is theirs. `name` is whose win it is or who
    hosts the meetup, where that is shown.
    """

    kind: Kind
    id: int
    people: frozenset[int]
    at: datetime
    tip: Known | None = None
    question: Question | None = None
    newcomer: Member | None = None
    meetup: Meetup | None = None
    win: QuickWin | None = None
    name: str = ""

    @property
    def about(self) -> str:
        """What it is about: two items on one tip are about the same."""
        return f"tip:{self.id}" if self.tip is not None else self.key

    @property
    def key(self) -> str:
        """By which it is known that it was told: `worked:12`."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Told:
    """Items with what is shown of them: names of askers and answerers by question id, and addresses of questions."""

    items: tuple[Item, ...]
    askers: dict[int, str]
    answerers: dict[int, str]
    links: dict[int, str]


def items_of(news: News, now: datetime) -> list[Item]:
    """Everything that could be told."""
    found = [Item(Kind.NEW, tip.id, _authors(tip), tip.published_at or now, tip=tip) for tip in news.new]
    for tip, people in news.used.items():
        known = news.tips[tip]
        found.append(Item(Kind.WORKED, tip, people | _authors(known), known.checked_at or now, tip=known))
    for question in news.waiting:
        if question.posted_at is not None and question.posted_at <= now - timedelta(hours=WAITS_HOURS):
            found.append(_about(Kind.WAITING, question, question.posted_at))
    found += [_about(Kind.SOLVED, question, question.answered_at or now) for question in news.solved]
    found += [Item(Kind.NEWCOMER, id, frozenset({id}), at, newcomer=who) for id, (who, at) in news.newcomers.items()]
    found += [_of_meetup(news, *each) for each in news.meetups if _is_near(each[0], now)]
    found += [_of_win(news, each) for each in news.wins]
    for tip in news.stale:
        found.append(Item(Kind.LOOK, tip, frozenset(), news.tips[tip].checked_at or now, tip=news.tips[tip]))
    return found


def choose(
    items: Sequence[Item], *, told: Collection[str] = (), left_out: Collection[str] = (), at_most: int = AT_MOST
) -> list[Item]:
    """Chooses what a digest tells, in the order in which it tells it.

    Args:
        items: everything that could be told.
        told: keys of what the last digest told; not told again.
        left_out: keys of what a coordinator took out.
        at_most: how many.
    """
    left = [each for each in items if each.key not in told and each.key not in left_out]
    chosen: list[Item] = []
    named: set[int] = set()
    used: set[int] = set()
    while left and len(chosen) < at_most:
        kinds = Counter(each.kind for each in chosen)
        open_to = [each for each in left if kinds[each.kind] < OF_A_KIND and not (each.tip and each.id in used)]
        if not open_to:
            break
        best = max(open_to, key=lambda each: _worth(each, named, kinds))
        chosen.append(best)
        left.remove(best)
        named |= best.people
        used |= {best.id} if best.tip else set()
    order = list(Kind)
    return sorted(chosen, key=lambda each: order.index(each.kind))


def is_thin(items: Sequence[Item]) -> bool:
    """Whether there is too little to tell: fewer than two pieces of news, new faces aside, or all of one person."""
    news = [each for each in items if each.kind not in (Kind.LOOK, Kind.NEWCOMER)]
    people = {person for each in news for person in each.people}
    return len(news) < AT_LEAST or len(people) < AT_LEAST


def touches(item: Item, reader: Member, tags: Collection[str]) -> bool:
    """Whether an item touches what somebody knows, does or asked: their tags, their practice or place, their words."""
    if reader.id in item.people:
        return True
    if item.tip is None:
        return False
    asker = Asker(reader.id, reader.practice, reader.place)
    is_like = any(shared(each, asker) for each in item.tip.said)
    return is_like or bool(set(item.tip.form.tags) & set(tags))


def since(last: datetime | None, now: datetime, *, days: int = 7) -> datetime:
    """From when on things are news: the last digest, else so many days and one more; never over a fortnight ago."""
    return max(last or now - timedelta(days=days + 1), now - timedelta(days=LONGEST_DAYS))


def posted(options: Options) -> When:
    """When the community's digest is posted."""
    return When(_hour(options), 0, _day(options), POSTED_WITHIN)


def previewed(options: Options) -> When:
    """When coordinators see it: a day before, at the same hour."""
    day = DAYS[(DAYS.index(_day(options)) - 1) % 7]
    return When(_hour(options), 0, day, timedelta(hours=20))


def own(options: Options) -> When:
    """When those who want one of their own get it: each day at the digest's hour; nights are theirs."""
    return When(_hour(options), 0, "", POSTED_WITHIN)


def time_named(text: str) -> tuple[str, int] | None:
    """The day and hour in `at friday 14`, `at mon 9:00`, or None where something else was meant."""
    found = re.fullmatch(r"at\s+([a-z]+)\s+(?:at\s+)?([01]?\d|2[0-3])(?:[:.]00)?", text.strip().lower())
    day = next((each for each in DAYS if found and len(found[1]) >= 3 and _NAMES[each].startswith(found[1])), None)
    return (day, int(found[2])) if found and day else None


def users(item: Item) -> frozenset[int]:
    """Those whom a tip worked for, its authors left out."""
    return item.people - _authors(item.tip) if item.tip is not None else frozenset()


def _about(kind: Kind, question: Question, at: datetime) -> Item:
    assert question.id is not None
    people = frozenset(each for each in (question.asker_id, question.answerer_id) if each is not None)
    return Item(kind, question.id, people, at, question=question)


def _is_near(meetup: Meetup, now: datetime) -> bool:
    return meetup.starts_at is not None and meetup.starts_at <= now + NEAR_ENOUGH


def _of_meetup(news: News, meetup: Meetup, coming: frozenset[int]) -> Item:
    assert meetup.id is not None and meetup.starts_at is not None
    name = news.names.get(meetup.host_id or 0, "")
    return Item(Kind.MEETUP, meetup.id, coming, meetup.starts_at, meetup=meetup, name=name)


def _of_win(news: News, win: QuickWin) -> Item:
    assert win.id is not None
    name = news.names.get(win.member_id, "") if win.showing is Showing.NAMED else ""
    return Item(Kind.WIN, win.id, frozenset({win.member_id}), win.at, win=win, name=name)


def _authors(tip: Known) -> frozenset[int]:
    return frozenset(each.member for each in tip.authors if each.member is not None and each.part != "situation")


def _worth(item: Item, named: Collection[int], kinds: Counter[Kind]) -> tuple[bool, int, int, int, float]:
    fresh = len(item.people.difference(named))
    age = item.at.timestamp() if item.kind not in (Kind.WAITING, Kind.MEETUP) else -item.at.timestamp()
    return (item.kind not in (Kind.LOOK, Kind.NEWCOMER), fresh, -kinds[item.kind], len(item.people), age)


def _day(options: Options) -> str:
    return options.digest_day if options.digest_day in DAYS else "mon"


def _hour(options: Options) -> int:
    return options.digest_hour if 0 <= options.digest_hour <= 23 else 9


def keys_of(items: Sequence[Item]) -> list[str]:
    """The keys of items, in order."""
    return [each.key for each in items]


def of_kind(items: Sequence[Item], kind: Kind) -> Iterator[Item]:
    """The items of one kind, in order."""
    return (each for each in items if each.kind is kind)


_NAMES = dict(zip(DAYS, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True))
