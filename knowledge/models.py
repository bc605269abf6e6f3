"""The tables. Every row belongs to one community; every moment is aware UTC.

Numbers that people see (`#12`) count up within a community; `id` is the database's own. Rows are read and written by
`knowledge.store` only, which validates before it writes.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Enum, Index, LargeBinary, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.columns import UTCDateTime

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata


class TipKind(StrEnum):
    """What sort of know-how a tip is."""

    TIP = "tip"
    WORKAROUND = "workaround"
    RULE_OF_THUMB = "rule of thumb"
    STORY = "story"


class TipState(StrEnum):
    """Where a tip is in its life. Only `LIVE` tips are found and shown to everyone."""

    DRAFT = "draft"
    LIVE = "live"
    RETIRED = "retired"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Consent(StrEnum):
    """What an author said about their words. `OWN` was filed by the author themself."""

    ASKED = "asked"
    OWN = "own"
    YES = "yes"
    NO = "no"
    LAPSED = "lapsed"


class TieKind(StrEnum):
    """How one member acted towards another."""

    REPLY = "reply"
    MENTION = "mention"
    REACTION = "reaction"


class Outcome(StrEnum):
    """A member's word on a tip."""

    WORKED = "worked"
    CHANGED = "worked with a change"
    NOT_HERE = "did not work here"


class QuestionState(StrEnum):
    """`OPEN` was put to the community; `PARKED` waits for its asker; `ANSWERED` is settled."""

    OPEN = "open"
    ANSWERED = "answered"
    PARKED = "parked"


class NoticeState(StrEnum):
    """Where something owed to a person is on its way."""

    PENDING = "pending"
    SENT = "sent"
    DROPPED = "dropped"


def _moment(*, nullable: bool = True, index: bool = False) -> Any:
    return Field(default=None, sa_column=Column(UTCDateTime, nullable=nullable, index=index))


def _word_of(words: type[StrEnum], default: StrEnum | None = None) -> Any:
    """A column that holds one of `words` as text, so that a new word needs no change of a database type."""
    kind = Enum(
        words, native_enum=False, length=40, values_callable=lambda all_words: [str(word) for word in all_words]
    )
    return Field(default=default, sa_column=Column(kind, nullable=False))


def _community() -> Any:
    return Field(foreign_key="community.id", index=True)


class Community(SQLModel, table=True):
    """The people whom one installation serves together; the unit of isolation.

    `change` counts up with every change to a tip, so that search indexes know what to read again.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    last_tip: int = 0
    last_question: int = 0
    change: int = 0
    created_at: datetime = _moment(nullable=False)


class Space(SQLModel, table=True):
    """A Slack workspace, Discord server or browser room that is connected to a community."""

    key: str = Field(primary_key=True)
    community_id: int = _community()


class Channel(SQLModel, table=True):
    """A channel that the bot was invited to. `offers` is true where it may quietly offer answers."""

    key: str = Field(primary_key=True)
    community_id: int = _community()
    name: str = ""
    offers: bool = False


class Member(SQLModel, table=True):
    """A person in a community. `practice` and `place` are their own words.

    They may take no questions of others, no quiet offers, and no requests to keep what they wrote. `is_counted` says
    whether their ties are counted.
    """

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    name: str
    practice: str = ""
    place: str = ""
    time_zone: str = ""
    language: str = ""
    is_core: bool = False
    takes_questions: bool = True
    takes_offers: bool = True
    takes_requests: bool = True
    is_counted: bool = True
    joined_at: datetime = _moment(nullable=False)
    left_at: datetime | None = _moment()


class Account(SQLModel, table=True):
    """How one space knows a member, by its text key (`slack:T1:U2`)."""

    key: str = Field(primary_key=True)
    community_id: int = _community()
    member_id: int = Field(foreign_key="member.id", index=True)
    name: str = ""


class Tip(SQLModel, table=True):
    """One piece of know-how as it stands; its earlier forms are `TipVersion`s.

    `changed` is the community's `change` at the last change. `source` is the key of the message it came from,
    `source_link` the address that opens it. `checked_at` is when somebody last said how it went.
    """

    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        UniqueConstraint("community_id", "external_id"),
        Index("ix_tip_community_id_changed", "community_id", "changed"),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    number: int
    kind: TipKind = _word_of(TipKind, TipKind.TIP)
    state: TipState = _word_of(TipState, TipState.DRAFT)
    title: str = ""
    situation: str = ""
    works: str
    why: str = ""
    context: str = ""
    source: str = Field(default="", index=True)
    source_link: str = ""
    external_id: str | None = None
    kept_by: int | None = Field(default=None, foreign_key="member.id", index=True)
    variation_of: int | None = None
    merged_into: int | None = None
    changed: int = 0
    created_at: datetime = _moment(nullable=False)
    published_at: datetime | None = _moment()
    checked_at: datetime | None = _moment()


class TipAuthor(SQLModel, table=True):
    """A person whose words a tip holds, and what they said about showing them.

    `part` is what their words became (`situation`, `works` or `why`), `source` the key of the message they stood in.
    Imported authors without an account have a `name` and no member.
    """

    __table_args__ = (UniqueConstraint("tip_id", "member_id", "part"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    name: str = ""
    part: str = "works"
    named: bool = True
    consent: Consent = _word_of(Consent, Consent.OWN)
    asked_at: datetime | None = _moment()
    reminded_at: datetime | None = _moment()
    source: str = Field(default="", index=True)


class TipTag(SQLModel, table=True):
    """A tag of a tip, in small letters."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    tag: str = Field(index=True)


class TipVersion(SQLModel, table=True):
    """A tip as it was after one change, with who made it. `form` holds every part, so that a change can be undone."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    action: str
    form: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = _moment(nullable=False)


class TipVector(SQLModel, table=True):
    """A tip's sentence vectors: float32 in machine order, made by `encoder` from the text that hashes to `digest`."""

    tip_id: int = Field(primary_key=True, foreign_key="tip.id", ondelete="CASCADE")
    community_id: int = _community()
    encoder: str
    digest: str
    title_vector: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    text_vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Confirmation(SQLModel, table=True):
    """A member's word on a tip; one each, the latest counts. `place` and `practice` are theirs at that moment."""

    __table_args__ = (UniqueConstraint("tip_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    member_id: int = Field(foreign_key="member.id", index=True)
    outcome: Outcome = _word_of(Outcome)
    note: str = ""
    practice: str = ""
    place: str = ""
    at: datetime = _moment(nullable=False)


class Comment(SQLModel, table=True):
    """Something a member added under a tip."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    member_id: int = Field(foreign_key="member.id", index=True)
    text: str
    at: datetime = _moment(nullable=False)


class Question(SQLModel, table=True):
    """Something that was asked of the bot or, with its asker's consent, put to the community.

    `post` is the key of the message that put it to the community, `heard` of the message it came from.
    `gap` is true where what the bot had was not what was asked.
    """

    __table_args__ = (UniqueConstraint("community_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    number: int
    asker_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    text: str
    state: QuestionState = _word_of(QuestionState, QuestionState.PARKED)
    named: bool = True
    gap: bool = False
    confidence: float = 0.0
    room: str = ""
    heard: str = ""
    post: str = Field(default="", index=True)
    answerer_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    tip_id: int | None = Field(default=None, foreign_key="tip.id", ondelete="SET NULL")
    asked_at: datetime = _moment(nullable=False)
    posted_at: datetime | None = _moment()
    answered_at: datetime | None = _moment()


class Shown(SQLModel, table=True):
    """A tip that was shown for a question, and what the asker said of it (`worked`, …, `not asked`, or nothing)."""

    __table_args__ = (UniqueConstraint("question_id", "tip_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    question_id: int = Field(foreign_key="question.id", index=True, ondelete="CASCADE")
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    position: int
    said: str = ""


class QuestionPeer(SQLModel, table=True):
    """A member who was told of an open question because they may know."""

    __table_args__ = (UniqueConstraint("question_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    question_id: int = Field(foreign_key="question.id", index=True, ondelete="CASCADE")
    member_id: int = Field(foreign_key="member.id", index=True)
    passed: bool = False
    at: datetime = _moment(nullable=False)


class Delivery(SQLModel, table=True):
    """An event that a platform delivered, by its key, so that a repeat is dropped. `done_at` is set when handled."""

    key: str = Field(primary_key=True)
    community_id: int = _community()
    at: datetime = _moment(nullable=False, index=True)
    done_at: datetime | None = _moment()


class Tie(SQLModel, table=True):
    """One member acted towards another: who, whom, how, where and when; never what was said.

    `once` tells it from every other (the message it comes from, the kind and whom), so that it is counted once.
    """

    __table_args__ = (
        UniqueConstraint("community_id", "once"),
        Index("ix_tie_community_id_at", "community_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    from_id: int = Field(foreign_key="member.id", index=True)
    to_id: int = Field(foreign_key="member.id", index=True)
    kind: TieKind = _word_of(TieKind)
    channel: str
    once: str
    at: datetime = _moment(nullable=False)


class Notice(SQLModel, table=True):
    """The outbox: something owed to a member and not yet delivered.

    `name` says which feature writes it (`capture.consent`), `subject` about what (ids and addresses, no words).
    """

    __table_args__ = (UniqueConstraint("community_id", "once"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    name: str
    member_id: int = Field(foreign_key="member.id", index=True)
    subject: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    once: str
    state: NoticeState = _word_of(NoticeState, NoticeState.PENDING)
    tries: int = 0
    due_at: datetime = _moment(nullable=False, index=True)
    sent_at: datetime | None = _moment()


class JobRun(SQLModel, table=True):
    """A run of a scheduled job that somebody claimed: whoever inserts the row, runs it."""

    __table_args__ = (UniqueConstraint("community_id", "job", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = _community()
    job: str
    period: str
    at: datetime = _moment(nullable=False)
