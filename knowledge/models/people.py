"""The community, its people and the ties between them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.models.base import moment, of_community, word_of


class TieKind(StrEnum):
    """How one member acted towards another.

    `THANKS` is a reply or a mention that does little more than thank; `INFERRED` is a reply that the chat doesn't call
    one, where a room talks without threads.
    """

    REPLY = "reply"
    MENTION = "mention"
    THANKS = "thanks"
    REACTION = "reaction"
    QUOTE = "quote"
    MET = "met"
    WELCOMED = "welcomed"
    INFERRED = "inferred"


class DigestPace(StrEnum):
    """How often a member gets a digest of their own."""

    NEVER = "never"
    WEEKLY = "weekly"
    DAILY = "daily"


class Community(SQLModel, table=True):
    """The people whom one installation serves together; the unit of isolation.

    `change` counts up with every change to a tip, so that search indexes know what to read again.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    last_tip: int = 0
    last_question: int = 0
    last_meetup: int = 0
    change: int = 0
    created_at: datetime = moment(nullable=False)


class Space(SQLModel, table=True):
    """A Slack workspace, Discord server or browser room that is connected to a community."""

    key: str = Field(primary_key=True)
    community_id: int = of_community()


class Channel(SQLModel, table=True):
    """A channel that the bot was invited to. `offers` is true where it may quietly offer answers."""

    key: str = Field(primary_key=True)
    community_id: int = of_community()
    name: str = ""
    offers: bool = False


class Member(SQLModel, table=True):
    """A person in a community. `practice` and `place` are their own words.

    They may take no questions of others, no quiet offers, no requests to keep what they wrote, no tips to look at,
    no word on what theirs did, no steps of the way in, no word of newcomers and no invitations to meetups.
    `shows_round` says whether they said that they show newcomers round. `digest` is how often they get one of their
    own. `nudges_a_week` is the most that they want unasked (None: the community's number), `paused_until` until
    when they want nothing unasked. `is_counted` says whether their ties are counted.
    `core_from` is the key of the group in a chat by which they are in the core group; empty where somebody named them.
    """

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    name: str
    practice: str = ""
    place: str = ""
    time_zone: str = ""
    language: str = ""
    is_core: bool = False
    core_from: str = ""
    takes_questions: bool = True
    takes_offers: bool = True
    takes_requests: bool = True
    takes_looks: bool = True
    takes_thanks: bool = True
    takes_steps: bool = True
    takes_newcomers: bool = True
    takes_meetups: bool = True
    shows_round: bool = False
    digest: DigestPace = word_of(DigestPace, DigestPace.NEVER)
    nudges_a_week: int | None = None
    paused_until: datetime | None = moment()
    is_counted: bool = True
    joined_at: datetime = moment(nullable=False)
    left_at: datetime | None = moment()


class Account(SQLModel, table=True):
    """How one space knows a member, by its text key (`slack:T1:U2`).

    `brought` is what came with an account that was linked to a member, so that it can be unlinked: what that person had
    said of themself, and the ids of the rows that were theirs, by table and column.
    """

    key: str = Field(primary_key=True)
    community_id: int = of_community()
    member_id: int = Field(foreign_key="member.id", index=True)
    name: str = ""
    left_at: datetime | None = moment()
    brought: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))


class LinkCode(SQLModel, table=True):
    """A one-time code by which a member links another account of theirs; only its digest is kept."""

    digest: str = Field(primary_key=True)
    community_id: int = of_community()
    member_id: int = Field(foreign_key="member.id", index=True)
    account: str
    expires_at: datetime = moment(nullable=False)


class Tie(SQLModel, table=True):
    """One member acted towards another: who, whom, how, where and when; never what was said.

    `once` tells it from every other (the message it comes from, the kind and whom), so that it is counted once.
    """

    __table_args__ = (
        UniqueConstraint("community_id", "once"),
        Index("ix_tie_community_id_at", "community_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    from_id: int = Field(foreign_key="member.id", index=True)
    to_id: int = Field(foreign_key="member.id", index=True)
    kind: TieKind = word_of(TieKind)
    channel: str
    once: str
    at: datetime = moment(nullable=False)


class TieMonth(SQLModel, table=True):
    """How often one member acted towards another in a month (`2026-03`, by UTC), once the ties themselves are old."""

    __table_args__ = (UniqueConstraint("community_id", "month", "from_id", "to_id", "kind", "channel"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    month: str
    from_id: int = Field(foreign_key="member.id", index=True)
    to_id: int = Field(foreign_key="member.id", index=True)
    kind: TieKind = word_of(TieKind)
    channel: str
    count: int


class Forgotten(SQLModel, table=True):
    """The digest of an account that asked to be forgotten, so that no import, restore or mention brings it back."""

    digest: str = Field(primary_key=True)
    community_id: int = of_community()
    at: datetime = moment(nullable=False)


class Forgetting(SQLModel, table=True):
    """That somebody asked to be forgotten, and when; not who, and nothing of what was held."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    at: datetime = moment(nullable=False)
    tips_kept: bool = True
