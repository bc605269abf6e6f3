"""What the report on lateral activity keeps beside ties."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.models.base import moment, of_community


class Asking(SQLModel, table=True):
    """That somebody put a question to a whole room, and when; never what it was.

    `once` is the message's key; who answered is seen by the ties that follow.
    """

    __table_args__ = (UniqueConstraint("community_id", "once"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    asker_id: int = Field(foreign_key="member.id", index=True)
    channel: str
    once: str
    at: datetime = moment(nullable=False, index=True)


class PublishedTable(SQLModel, table=True):
    """What was last published of a table of people, so that the next month gives nobody away.

    Attributes:
        name: of the table.
        month: when it was last counted anew, such as `2026-03`.
        body: lines and counts; groups stand in it as digests of their names.
    """

    __table_args__ = (UniqueConstraint("community_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    name: str
    month: str
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
