"""Tips: what they say, whose words they are, what became of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from knowledge.models.base import moment, of_community, word_of


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


class Outcome(StrEnum):
    """A member's word on a tip."""

    WORKED = "worked"
    CHANGED = "worked with a change"
    NOT_HERE = "did not work here"


class Tip(SQLModel, table=True):
    """One piece of know-how as it stands; its earlier forms are `TipVersion`s.

    `changed` is the community's `change` at the last change. `source` is the key of the message it came from,
    `source_link` the address that opens it. `checked_at` is when somebody last said how it went.
    """

    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        UniqueConstraint("community_id", "external_id"),
        Index("ix_tip_community_id_changed", "community_id", "changed"),
        Index("ix_tip_community_id_state", "community_id", "state", "published_at", "number"),
        Index(
            "ix_tip_community_id_merged_into",
            "community_id",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    number: int
    kind: TipKind = word_of(TipKind, TipKind.TIP)
    state: TipState = word_of(TipState, TipState.DRAFT)
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
    created_at: datetime = moment(nullable=False)
    published_at: datetime | None = moment()
    checked_at: datetime | None = moment()


class TipAuthor(SQLModel, table=True):
    """A person whose words a tip holds, and what they said about showing them.

    `part` is what their words became (`situation`, `works` or `why`), `source` the key of the message they stood in.
    Imported authors without an account have a `name` and no member.
    """

    __table_args__ = (UniqueConstraint("tip_id", "member_id", "part"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    name: str = ""
    part: str = "works"
    named: bool = True
    consent: Consent = word_of(Consent, Consent.OWN)
    asked_at: datetime | None = moment()
    reminded_at: datetime | None = moment()
    source: str = Field(default="", index=True)


class TipTag(SQLModel, table=True):
    """A tag of a tip, in small letters."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    tag: str = Field(index=True)


class TipVersion(SQLModel, table=True):
    """A tip as it was after one change, with who made it. `form` holds every part, so that a change can be undone."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    action: str
    form: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = moment(nullable=False)


class TipVector(SQLModel, table=True):
    """What `encoder` made of the text that hashes to `digest`, as `knowledge.search` keeps it.

    Two vectors (`pack`), the numbers of the different word pieces (`pack_pieces`) and the states of all
    (`pack_states`).
    """

    tip_id: int = Field(primary_key=True, foreign_key="tip.id", ondelete="CASCADE")
    community_id: int = of_community()
    encoder: str
    digest: str
    title_vector: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    text_vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    pieces: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    states: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Confirmation(SQLModel, table=True):
    """A member's word on a tip; one each, the latest counts. `place` and `practice` are theirs at that moment."""

    __table_args__ = (UniqueConstraint("tip_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    member_id: int = Field(foreign_key="member.id", index=True)
    outcome: Outcome = word_of(Outcome)
    note: str = ""
    practice: str = ""
    place: str = ""
    at: datetime = moment(nullable=False)


class Comment(SQLModel, table=True):
    """Something a member added under a tip."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    tip_id: int = Field(foreign_key="tip.id", index=True, ondelete="CASCADE")
    member_id: int = Field(foreign_key="member.id", index=True)
    text: str
    at: datetime = moment(nullable=False)
