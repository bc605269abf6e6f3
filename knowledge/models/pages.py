"""The pages in the browser: one-time links, who is signed in, calendar feeds, what coordinators did and settled."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.models.base import moment, of_community


class SignIn(SQLModel, table=True):
    """A one-time link by which a member signs in; only its digest is kept. `account` is where it was sent."""

    digest: str = Field(primary_key=True)
    community_id: int = of_community()
    member_id: int = Field(foreign_key="member.id", index=True)
    account: str
    expires_at: datetime = moment(nullable=False)


class BrowserSession(SQLModel, table=True):
    """A browser in which a member is signed in; only the digest of its secret is kept."""

    digest: str = Field(primary_key=True)
    community_id: int = of_community()
    member_id: int = Field(foreign_key="member.id", index=True)
    account: str
    begun_at: datetime = moment(nullable=False)
    seen_at: datetime = moment(nullable=False)


class CalendarFeed(SQLModel, table=True):
    """The secret address under which a member's calendar reads the meetups; only its digest is kept."""

    digest: str = Field(primary_key=True)
    community_id: int = of_community()
    member_id: int = Field(foreign_key="member.id", index=True)
    made_at: datetime = moment(nullable=False)


class AuditEntry(SQLModel, table=True):
    """Something that was done to what is the community's: who, what, when.

    `did` is one word; `subject` holds numbers of tips, questions and meetups, ids of members under `member`, and values
    of the community's own options, as they were and as they are; never anybody's words.
    """

    __table_args__ = (Index("ix_auditentry_community_id_at", "community_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    did: str
    subject: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = moment(nullable=False)


class NotSame(SQLModel, table=True):
    """Two tips of which a coordinator said that they are not the same, the lower id first."""

    __table_args__ = (UniqueConstraint("community_id", "first_id", "second_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    first_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    second_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    at: datetime = moment(nullable=False)
