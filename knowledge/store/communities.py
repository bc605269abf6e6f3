"""Communities, the spaces that are connected to them, and the channels that the bot was invited to."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from knowledge.models import Channel, Community, Space
from knowledge.store import job_times, newcomers
from knowledge.store.engine import write_once
from knowledge.store.work import FORGET, Store, Work


@dataclass(frozen=True, slots=True)
class Options:
    """What a community chose for itself. Every one can be changed by its coordinators.

    Attributes:
        keep_emoji: the reaction that keeps a message as know-how.
        solved_emoji: the asker's reaction that marks a reply as the solution.
        sure_in_ten: an answer is given, without "I'm not sure", from so many times in ten (1 to 9) that it is right.
        look_after_months: how long a tip may go without anyone saying how it went.
        languages: ISO 639-1 codes of the languages that the community writes in.
        time_zone: IANA name, for days and quiet hours of people who set none.
        quiet_from: the local hour (0 to 23) from which people are sent nothing unasked; equal to `quiet_until`: never.
        quiet_until: the local hour until which they are not.
        nudges_a_week: the most that somebody is sent unasked in seven days, unless they say another number.
        digest_rooms: keys of the channels that get the digest, one in each space at most; none: it is not posted.
        digest_day: the day (`mon` to `sun`) on which it is posted.
        digest_hour: the local hour (0 to 23).
        questions_channel: key of the channel that takes questions asked in private, if one was chosen.
        meetup_rooms: keys of the channels where meetups are announced, one in each space at most; none: where one is
            proposed, or else where the digest is posted.
        meetup_quiet_weeks: after so many weeks without a meetup an open table is offered; 0: never.
        report_rooms: keys of the channels that get the monthly report.
        welcomes: whether who joins is welcomed.
        core_groups: keys of what makes somebody a coordinator in a chat: a user group, a role or a channel.
        words: texts that the community changed: language -> key -> text.
        offers_in: keys of the channels where the bot may quietly offer answers; changed by `set_offers`.
        new_here: keys of the accounts of newcomers whose first words in a room are still to come.
        waiting_in: keys of the channels where a newcomer's first words wait for an answer.
    """

    keep_emoji: str = "bulb"
    solved_emoji: str = "white_check_mark"
    sure_in_ten: int = 6
    look_after_months: int = 6
    languages: tuple[str, ...] = ("en",)
    time_zone: str = "Europe/London"
    quiet_from: int = 20
    quiet_until: int = 8
    nudges_a_week: int = 2
    digest_rooms: tuple[str, ...] = ()
    digest_day: str = "mon"
    digest_hour: int = 9
    questions_channel: str = ""
    meetup_rooms: tuple[str, ...] = ()
    meetup_quiet_weeks: int = 4
    report_rooms: tuple[str, ...] = ()
    welcomes: bool = True
    core_groups: tuple[str, ...] = ()
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    offers_in: frozenset[str] = frozenset()
    new_here: frozenset[str] = frozenset()
    waiting_in: frozenset[str] = frozenset()

    @property
    def answered_from(self) -> float:
        """The probability from which an answer is given without "I'm not sure"."""
        return self.sure_in_ten / 10

    @property
    def offered_from(self) -> float:
        """The probability from which an answer is quietly offered to who did not ask the bot: one in ten more."""
        return min(self.sure_in_ten + 1, 9) / 10


SEVERAL = ("languages", "digest_rooms", "meetup_rooms", "report_rooms", "core_groups")
"""Options that are tuples; a database keeps them as lists."""

KEPT_ELSEWHERE = frozenset({"offers_in", "new_here", "waiting_in"})
"""What stands among the options and is no choice in them: every event asks for it."""


async def open_community(store: Store, name: str, now: datetime) -> int:
    """Finds the community called `name`, or makes it; gives its id."""
    named = select(Community.id).where(Community.name == name)
    async with store.session() as session:
        found = (await session.exec(named)).first()
        if found is None:
            session.info[FORGET] = await write_once(session, Community(name=name, created_at=now))
            found = (await session.exec(named)).one()
        assert found is not None
        return found


async def list_communities(store: Store) -> list[tuple[int, str]]:
    """Lists every community of the installation as (id, name), oldest first."""
    async with store.session(reading=True) as session:
        rows = (await session.exec(select(Community).order_by(col(Community.id)))).all()
        return [(_id(row), row.name) for row in rows]


async def name_of(work: Work) -> str:
    """Gives the community's name."""
    return (await work.session.get_one(Community, work.community)).name


async def began(work: Work) -> datetime:
    """Says since when there is the community."""
    return (await work.session.get_one(Community, work.community)).created_at


async def community_of_space(store: Store, space: str) -> int | None:
    """Finds the community that a space is connected to, by the space's key."""

    async def read() -> int | None:
        async with store.session(reading=True) as session:
            found = await session.get(Space, space)
            return found.community_id if found else None

    found: int | None = await store.remember(("space", space), read)
    return found


async def connect_space(work: Work, space: str) -> None:
    """Connects a space to the community.

    Raises:
        ValueError: the space belongs to another community.
    """
    if await write_once(work.session, Space(key=space, community_id=work.community)):
        work.session.info[FORGET] = True
    elif (await work.session.get_one(Space, space)).community_id != work.community:
        raise ValueError("this space is connected to another community")


async def options(work: Work) -> Options:
    """Reads what the community chose for itself."""
    row = await work.session.get_one(Community, work.community)
    known = {name: value for name, value in row.options.items() if name in Options.__dataclass_fields__}
    known |= {name: tuple(known[name]) for name in SEVERAL if name in known}
    offering = select(Channel.key).where(Channel.community_id == work.community, col(Channel.offers).is_(True))
    new_here, waiting_in = await newcomers.awaited(work)
    offers_in = frozenset((await work.session.exec(offering)).all())
    return Options(**known, offers_in=offers_in, new_here=new_here, waiting_in=waiting_in)


async def options_now(store: Store, community: int, now: datetime) -> Options:
    """Reads what a community chose for itself, without asking the database for every event."""

    async def read() -> Options:
        async with store.read(community, now) as work:
            return await options(work)

    found: Options = await store.remember(("options", community), read)
    return found


async def choose(work: Work, **changes: Any) -> None:
    """Changes options of the community.

    Raises:
        TypeError: there is no such option.
    """
    if not KEPT_ELSEWHERE.isdisjoint(changes):
        raise TypeError("set_offers says where the bot may offer answers; who is new is not chosen")
    Options(**changes)
    row = await work.session.get_one(Community, work.community, with_for_update=True)
    row.options = {**row.options, **changes}
    work.session.info[FORGET] = True
    await job_times.ask_again(work)


async def spaces(work: Work) -> list[str]:
    """Lists the keys of the spaces that are connected to the community."""
    return sorted((await work.session.exec(select(Space.key).where(Space.community_id == work.community))).all())


async def next_tip_number(work: Work, *, count: int = 1) -> int:
    """Takes the next number for a tip, or so many and gives the last; no number is given twice."""
    return await _count_up(work, "last_tip", count)


async def next_question_number(work: Work) -> int:
    """Takes the next number for a question; no number is given twice."""
    return await _count_up(work, "last_question")


async def next_meetup_number(work: Work) -> int:
    """Takes the next number for a meetup; no number is given twice."""
    return await _count_up(work, "last_meetup")


async def next_change(work: Work, *, count: int = 1) -> int:
    """Counts the community's change up, for a tip that is about to be written, or for so many."""
    return await _count_up(work, "change", count)


async def last_change(work: Work) -> int:
    """Reads the community's change: search indexes ask it before each question."""
    return (await work.session.exec(select(Community.change).where(Community.id == work.community))).one()


async def remember_channel(work: Work, key: str, name: str) -> None:
    """Notes a channel that the bot was invited to, or its new name."""
    found = await _channel(work, key)
    if found is None:
        work.session.add(Channel(key=key, community_id=work.community, name=name))
    elif name:
        found.name = name


async def channels(work: Work) -> list[Channel]:
    """Lists the channels that the bot was invited to, by name."""
    query = select(Channel).where(Channel.community_id == work.community)
    return sorted((await work.session.exec(query)).all(), key=lambda each: (each.name, each.key))


async def set_offers(work: Work, key: str, offers: bool) -> None:
    """Chooses whether the bot may quietly offer answers in a channel."""
    await remember_channel(work, key, "")
    await work.session.flush()
    found = await _channel(work, key)
    if found is not None:
        found.offers = offers
        work.session.info[FORGET] = True


async def _channel(work: Work, key: str) -> Channel | None:
    query = select(Channel).where(Channel.key == key, Channel.community_id == work.community)
    return (await work.session.exec(query)).first()


async def _count_up(work: Work, column: str, count: int = 1) -> int:
    counter = getattr(Community, column)
    statement = update(Community).where(col(Community.id) == work.community).values({column: counter + count})
    result = await work.session.exec(statement.returning(counter))
    return int(result.scalar_one())


def _id(row: Community) -> int:
    assert row.id is not None
    return row.id
