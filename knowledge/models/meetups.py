"""Meetups: one problem, a host, a time, no agenda; who is invited and why, and what came of it. Nobody is absent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.models.base import moment, of_community, word_of


class Origin(StrEnum):
    """Where a meetup comes from: a member proposed it, several ran into one problem, or it had been quiet."""

    MEMBER = "member"
    HOT = "hot"
    OPEN_TABLE = "open table"


class MeetupState(StrEnum):
    """Where a meetup is in its life.

    `ASKING`: somebody is asked to host. `DRAFTED`: its host looks at it; nobody was invited. `GATHERING`: an open
    table that takes whoever comes. `POLLING`: invitations are out and times are chosen. `BOOKED`: it has its time. Over
    are `HELD`, `THREAD` (it became a thread), `CANCELLED`, and `SEATED` (an open table whose people are at tables).
    """

    ASKING = "asking"
    DRAFTED = "drafted"
    GATHERING = "gathering"
    POLLING = "polling"
    BOOKED = "booked"
    HELD = "held"
    THREAD = "thread"
    CANCELLED = "cancelled"
    SEATED = "seated"


class Reply(StrEnum):
    """What somebody said to an invitation: nothing yet, that they come, or that they don't this time."""

    NONE = "none"
    COMES = "comes"
    PASSES = "passes"


class Showing(StrEnum):
    """Who may see a quick win: everybody with its name, everybody without, or those of the meetup alone."""

    NAMED = "named"
    UNNAMED = "unnamed"
    PRIVATE = "private"


class WinState(StrEnum):
    """What became of a quick win: it is being tried, it held, held with a change, did not hold, or is kept as a tip."""

    TRYING = "trying"
    HELD = "held"
    CHANGED = "changed"
    NOT_HELD = "not held"
    KEPT = "kept"


class Meetup(SQLModel, table=True):
    """A meeting of a few members about one problem.

    Attributes:
        problem: one line; `detail` what else was said of it. Both are the words of `teller_id`.
        evidence: keys of what made the problem a hot one (`question:12`).
        host_id: in whose name people are invited.
        minutes: how long it lasts.
        place: where, in the host's words; empty for the room's own way to talk.
        space: key of the space in which it was proposed.
        room: key of the channel where it is announced; empty where there is none.
        event: its id in the space's own calendar.
        sequence: counts its changes of time or place, and its cancellation; for calendars.
        starts_at: when it begins, once it is booked.
        settles_at: when the poll, the gathering or the question to a host is over.
        merged_into: number of the meetup that took it in.
    """

    __table_args__ = (UniqueConstraint("community_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    number: int
    origin: Origin = word_of(Origin, Origin.MEMBER)
    state: MeetupState = word_of(MeetupState, MeetupState.DRAFTED)
    problem: str
    detail: str = ""
    evidence: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    teller_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    host_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    minutes: int = 30
    place: str = ""
    space: str = ""
    room: str = ""
    event: str = ""
    sequence: int = 0
    merged_into: int | None = None
    created_at: datetime = moment(nullable=False)
    settles_at: datetime | None = moment(index=True)
    starts_at: datetime | None = moment(index=True)


class Guest(SQLModel, table=True):
    """A member who is invited to a meetup, asked to host it, or comes by themself.

    Attributes:
        because: why they were chosen, in one word of ours; empty for who came by themself.
        invited_at: when they were invited; None for who came by themself.
        asked_to_host_at: when they were asked whether they would host it.
        was_there_at: when they said that they were there; who said nothing was asked nothing more.
        strain: how near the time was to the edge of their day, 0 to 1: for the next choice of a time.
    """

    __table_args__ = (UniqueConstraint("meetup_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    meetup_id: int = Field(foreign_key="meetup.id", index=True, ondelete="CASCADE")
    member_id: int = Field(foreign_key="member.id", index=True)
    because: str = ""
    reply: Reply = word_of(Reply, Reply.NONE)
    invited_at: datetime | None = moment()
    asked_to_host_at: datetime | None = moment()
    replied_at: datetime | None = moment()
    was_there_at: datetime | None = moment()
    strain: float = 0.0


class MeetupTime(SQLModel, table=True):
    """A time that may be chosen for a meetup."""

    __table_args__ = (UniqueConstraint("meetup_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    meetup_id: int = Field(foreign_key="meetup.id", index=True, ondelete="CASCADE")
    position: int
    starts_at: datetime = moment(nullable=False)


class MeetupVote(SQLModel, table=True):
    """That a time suits a member."""

    __table_args__ = (UniqueConstraint("time_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    time_id: int = Field(foreign_key="meetuptime.id", index=True, ondelete="CASCADE")
    member_id: int = Field(foreign_key="member.id", index=True)


class QuickWin(SQLModel, table=True):
    """Something that a member will try after a meetup, and whether it held.

    Attributes:
        showing: who may see it.
        state: what became of it, as its teller says a fortnight later.
    """

    __table_args__ = (UniqueConstraint("meetup_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    meetup_id: int = Field(foreign_key="meetup.id", index=True, ondelete="CASCADE")
    member_id: int = Field(foreign_key="member.id", index=True)
    text: str
    showing: Showing = word_of(Showing, Showing.PRIVATE)
    state: WinState = word_of(WinState, WinState.TRYING)
    at: datetime = moment(nullable=False)
    checked_at: datetime | None = moment()
