"""What the bot notes for itself: what came in, what is owed, what was run, what only one process does."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.models.base import moment, of_community, word_of


class NoticeState(StrEnum):
    """Where something owed to a person is on its way."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"


class Delivery(SQLModel, table=True):
    """An event that a platform delivered, by its key, so that a repeat is dropped. `done_at` is set when handled."""

    key: str = Field(primary_key=True)
    community_id: int = of_community()
    at: datetime = moment(nullable=False, index=True)
    done_at: datetime | None = moment()


class Notice(SQLModel, table=True):
    """The outbox: something owed to a member, or to a room, and not yet delivered.

    Attributes:
        name: which feature writes it (`capture.consent`).
        member_id: whom it is owed to; None where it is owed to a room.
        room: key of the channel that it is owed to; empty where it is owed to a member.
        edits: key of the message of the bot that it replaces; empty where it is a new one.
        subject: about what (ids and addresses, no words).
        once: nothing is owed twice under the same.
        nudge: what sort of unasked message it is (`bot.nudges`), empty where it was asked for.
        state: a row that is SENDING after `due_at` is one whose process died.
        tries: how often it was tried.
        due_at: when it is tried next.
        tried_at: when it was first tried: what that try may have said is looked for from then on.
        held: why it was put off or dropped, in one word.
        message: key of the message that was sent, where the platform says.
        answered_at: when the member next did something with the bot.
    """

    __table_args__ = (
        UniqueConstraint("community_id", "once"),
        Index("ix_notice_state_due_at", "state", "due_at"),
        Index("ix_notice_member_id_sent_at", "member_id", "sent_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    name: str
    member_id: int | None = Field(default=None, foreign_key="member.id")
    room: str = ""
    edits: str = ""
    subject: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    once: str
    nudge: str = ""
    state: NoticeState = word_of(NoticeState, NoticeState.PENDING)
    tries: int = 0
    due_at: datetime = moment(nullable=False)
    tried_at: datetime | None = moment()
    sent_at: datetime | None = moment()
    held: str = ""
    message: str = ""
    answered_at: datetime | None = moment()


class JobTime(SQLModel, table=True):
    """When a community's job is due next; `rule` is what that was worked out from, so that a change of it is seen."""

    __table_args__ = (UniqueConstraint("community_id", "job"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    job: str
    rule: str = ""
    next_at: datetime = moment(nullable=False, index=True)


class JobRun(SQLModel, table=True):
    """A run of a scheduled job; `period` is the local time that it was due at (`2026-10-25T02:30`)."""

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
