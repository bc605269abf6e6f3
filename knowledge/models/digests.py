"""Digests: what was told when, so that nothing is told twice in a row."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.models.base import moment, of_community, word_of


class DigestState(StrEnum):
    """Where a digest is: shown to coordinators, posted, skipped by one of them, or left out because it was thin."""

    PREVIEWED = "previewed"
    POSTED = "posted"
    SKIPPED = "skipped"
    THIN = "thin"


class Digest(SQLModel, table=True):
    """One digest of the community, or one of a member's own.

    It tells what happened after `since`. `items` are the keys of what it told (`new:12`), `left_out` of what a
    coordinator took out. `opening` is a coordinator's own, empty where the bot wrote it.
    """

    __table_args__ = (UniqueConstraint("community_id", "once"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    once: str
    state: DigestState = word_of(DigestState, DigestState.PREVIEWED)
    opening: str = ""
    items: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    left_out: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    at: datetime = moment(nullable=False)
    since: datetime | None = moment()
    posted_at: datetime | None = moment()
