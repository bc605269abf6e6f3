"""How far a history has been brought in, so that it can go on after a stop and is counted once."""

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.models.base import moment, of_community


class ImportPart(SQLModel, table=True):
    """How far one room of a history has been read; nothing of what was said in it.

    Attributes:
        source: the digest of what was brought in (its content, and the space that it was said to be from).
        part: key of the channel (`slack:T1:C3`).
        done: how many of its messages are counted.
        counted: months of this channel (`2024-03`, by UTC) of which ties were counted before this history came.
        done_at: when that was written.
    """

    __table_args__ = (UniqueConstraint("community_id", "source", "part"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    source: str
    part: str
    done: int
    counted: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    done_at: datetime = moment(nullable=False)
