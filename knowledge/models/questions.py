"""Questions: what was asked, what was shown for it, who was told."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.models.base import moment, of_community, word_of


class QuestionState(StrEnum):
    """`OPEN` was put to the community; `PARKED` waits for its asker; `ANSWERED` is settled."""

    OPEN = "open"
    ANSWERED = "answered"
    PARKED = "parked"


class Question(SQLModel, table=True):
    """Something that was asked of the bot or, with its asker's consent, put to the community.

    `post` is the key of the message that put it to the community, `heard` of the message it came from.
    `gap` is true where what the bot had was not what was asked.
    """

    __table_args__ = (UniqueConstraint("community_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    number: int
    asker_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    text: str
    state: QuestionState = word_of(QuestionState, QuestionState.PARKED)
    named: bool = True
    gap: bool = False
    confidence: float = 0.0
    room: str = ""
    heard: str = ""
    post: str = Field(default="", index=True)
    answerer_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    tip_id: int | None = Field(default=None, foreign_key="tip.id", ondelete="SET NULL")
    asked_at: datetime = moment(nullable=False)
    posted_at: datetime | None = moment()
    answered_at: datetime | None = moment()


class Shown(SQLModel, table=True):
    """A tip that was shown for a question, and what the asker said: an `Outcome`, `not what I asked`, or nothing."""

    __table_args__ = (UniqueConstraint("question_id", "tip_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    question_id: int = Field(foreign_key="question.id", index=True, ondelete="CASCADE")
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    position: int
    said: str = ""


class QuestionPeer(SQLModel, table=True):
    """A member who was told of an open question because they may know."""

    __table_args__ = (UniqueConstraint("question_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    question_id: int = Field(foreign_key="question.id", index=True, ondelete="CASCADE")
    member_id: int = Field(foreign_key="member.id", index=True)
    passed: bool = False
    at: datetime = moment(nullable=False)
