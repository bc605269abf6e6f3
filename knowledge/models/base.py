"""What every table is made of."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Enum, MetaData
from sqlmodel import Field, SQLModel

from knowledge.columns import UTCDateTime

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata


def moment(*, nullable: bool = True, index: bool = False) -> Any:
    """A column that holds a moment, aware UTC."""
    return Field(default=None, sa_column=Column(UTCDateTime, nullable=nullable, index=index))


def word_of(words: type[StrEnum], default: StrEnum | None = None) -> Any:
    """A column that holds one of `words` as text, so that a new word needs no change of a database type."""
    kind = Enum(
        words, native_enum=False, length=40, values_callable=lambda all_words: [str(word) for word in all_words]
    )
    return Field(default=default, sa_column=Column(kind, nullable=False))


def of_community() -> Any:
    """The column that says whose row it is."""
    return Field(foreign_key="community.id", index=True)
