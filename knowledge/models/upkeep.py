"""What the bot notes for itself: what came in, what is owed, what was run, what only one process does."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.models.base import moment, of_community, word_of


class NoticeState(StrEnum):
    """Where something owed to a person is on its way."""

    PENDING = "pending"
    SENT = "sent"
    DROPPED = "dropped"


class Delivery(SQLModel, table=True):
    """An event that a platform delivered, by its key, so that a repeat is dropped. `done_at` is set when handled."""

    key: str = Field(primary_key=True)
    community_id: int = of_community()
    at: datetime = moment(nullable=False, index=True)
    done_at: datetime | None = moment()


class Notice(SQLModel, table=True):
    """The outbox: something owed to a member and not yet delivered.

    `name` says which feature writes it (`capture.consent`), `subject` about what (ids and addresses, no words).
    """

    __table_args__ = (UniqueConstraint("community_id", "once"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    name: str
    member_id: int = Field(foreign_key="member.id", index=True)
    subject: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    once: str
    state: NoticeState = word_of(NoticeState, NoticeState.PENDING)
    tries: int = 0
    due_at: datetime = moment(nullable=False, index=True)
    sent_at: datetime | None = moment()


class JobRun(SQLModel, table=True):
    """A run of a scheduled job that somebody claimed: whoever inserts the row, runs it."""

    __table_args__ = (UniqueConstraint("community_id", "job", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    job: str
    period: str
    at: datetime = moment(nullable=False)


class Lease(SQLModel, table=True):
    """What only one process may do at a time, such as listening to Discord; the whole installation's.

    `holder` is empty once it was given back; `beat_at` is when its holder last showed to be alive.
    """

    name: str = Field(primary_key=True)
    holder: str
    beat_at: datetime = moment(nullable=False)
