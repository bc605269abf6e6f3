"""What a report counts, read a second time with plain SQL from the database file.

It shares no line with `knowledge`: see `by_hand`, which measures these rows.
"""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeAlias

FEWEST = 5
TURNS_TO = ("reply", "mention", "quote", "inferred")
"""Kinds of ties that may be the answer to a question asked in a room."""

IN_TIME = timedelta(days=3)

Asked: TypeAlias = tuple[int | None, int | None, datetime, datetime | None]
"""Who asked, who answered first, when each."""


@dataclass(frozen=True)
class Person:
    """Who somebody is, as the member table has it; `line` is what their practice is published under."""

    is_core: bool
    practice: str
    place: str
    line: str


class Tie(NamedTuple):
    """Who, towards whom, in which month, how many times, and how."""

    by: int
    to: int
    month: str
    times: int
    kind: str


@dataclass(frozen=True)
class Lines:
    """Practices as they are published: the line of each digest of a name, and how many are in each line."""

    of: dict[str, int]
    people: tuple[int, ...]

    def line(self, community: int, practice: str) -> str:
        """The name of a line, in the order of their numbers; empty for none."""
        at = self.of.get(digest(community, practice))
        return "" if at is None else f"{at:04}"


@dataclass(frozen=True)
class Rows:
    """What a report on some time may count.

    Attributes:
        people: by member id, in the order of ids.
        ties: between these people.
        asked: what was put to everybody, and what was asked in rooms.
        channels: in how many channels ties were seen.
        newcomers: who came.
        published: how many are in each line of practices.
    """

    people: dict[int, Person]
    ties: list[Tie]
    asked: list[Asked]
    channels: int
    newcomers: frozenset[int]
    published: tuple[int, ...]

    def without(self, member: int) -> "Rows":
        """The same, had somebody never been there; a question of theirs stays as one of nobody known."""
        people = {each: person for each, person in self.people.items() if each != member}
        ties = [each for each in self.ties if member not in each[:2]]
        asked = [
            (None if asker == member else asker, None if answerer == member else answerer, at, answered_at)
            for asker, answerer, at, answered_at in self.asked
        ]
        return replace(self, people=people, ties=ties, asked=asked)


def rows_of(file: Path, community: int, since: datetime, until: datetime, *, whenever: bool = False) -> Rows:
    """Reads the rows of a community from `since` to before `until`; of people who were here then, or `whenever`."""
    with closing(sqlite3.connect(file)) as database:
        published = lines_of(database, community)
        span = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)) if whenever else (since, until)
        people = dict(_people(database, community, *span, published))
        seen = [*_seen(database, community, since, until)]
        ties = [*(tie for tie, _ in seen), *_derived(database, community, since, until)]
        asked = [
            each for each in [*_put(database, community), *in_rooms(database, community)] if since <= each[2] < until
        ]
        began = database.execute("SELECT member_id, began_at FROM newcomer WHERE community_id = ?", (community,))
        newcomers = frozenset(member for member, at in began if since <= moment(at) < until)
    known = [each for each in ties if each.by != each.to and each.by in people and each.to in people]
    return Rows(people, known, asked, len({channel for _, channel in seen} - {""}), newcomers, published.people)


def moment(text: str) -> datetime:
    """A moment as SQLite keeps it: UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def plainly(name: str) -> str:
    return " ".join(name.split()).casefold()


def digest(community: int, practice: str) -> str:
    return hashlib.sha256(f"{community}:{plainly(practice)}".encode()).hexdigest()[:16]


def lines_of(database: sqlite3.Connection, community: int) -> Lines:
    """The lines that were published and may be shown; none where nothing was published yet."""
    query = "SELECT body FROM publishedtable WHERE community_id = ? AND name = 'practices'"
    row = database.execute(query, (community,)).fetchone()
    body = json.loads(row[0]) if row else {"rows": [], "row_totals": [], "cells": []}
    every = zip(body["rows"], body["row_totals"], body["cells"], strict=True)
    shown = [(names, total) for names, total, cells in every if total and None not in cells]
    return Lines({name: at for at, (names, _) in enumerate(shown) for name in names}, tuple(each[1] for each in shown))


def wrongly_published(file: Path, community: int) -> list[str]:
    """What is wrong with the lines, where they were published for the first time and nobody came or went since."""
    with closing(sqlite3.connect(file)) as database:
        query = "SELECT practice FROM member WHERE community_id = ? AND is_counted AND left_at IS NULL"
        people = Counter(plainly(name) for (name,) in database.execute(query, (community,)) if plainly(name))
        query = "SELECT body FROM publishedtable WHERE community_id = ? AND name = 'practices'"
        body = json.loads(database.execute(query, (community,)).fetchone()[0])
    of = {digest(community, name): count for name, count in people.items()}
    wrong = []
    if sorted(each for line in body["rows"] for each in line) != sorted(of):
        wrong.append("a practice of somebody is in no line, or in two, or one of nobody is")
    for line, total, cells in zip(body["rows"], body["row_totals"], body["cells"], strict=True):
        counts = [of.get(each, 0) for each in line]
        if sum(counts) != total or cells != [total]:
            wrong.append(f"{line} is said to be of {total}: {cells}, and is of {counts}")
        if total < FEWEST:
            wrong.append(f"{line} is of {total}")
        if sum(count >= FEWEST for count in counts) > 1:
            wrong.append(f"{line} puts together what could stand alone: {counts}")
    if not body["total"] == sum(people.values()) == sum(body["row_totals"]) == sum(body["column_totals"]):
        wrong.append(f"{body['total']} in all are {sum(people.values())}")
    return wrong


def _people(
    database: sqlite3.Connection, community: int, since: datetime, until: datetime, lines: Lines
) -> Iterator[tuple[int, Person]]:
    query = "SELECT id, is_core, practice, place, is_counted, joined_at, left_at FROM member WHERE community_id = ?"
    for id, is_core, practice, place, is_counted, joined, left in database.execute(
        f"{query} ORDER BY id", (community,)
    ):
        if is_counted and moment(joined) < until and (left is None or moment(left) >= since):
            yield id, Person(bool(is_core), plainly(practice), plainly(place), lines.line(community, practice))


def _seen(database: sqlite3.Connection, community: int, since: datetime, until: datetime) -> Iterator[tuple[Tie, str]]:
    """Ties that were seen, each with its channel."""
    single = "SELECT from_id, to_id, at, kind, channel FROM tie WHERE community_id = ?"
    for by, to, at, kind, channel in database.execute(single, (community,)):
        if since <= moment(at) < until:
            yield Tie(by, to, at[:7], 1, kind), channel
    counted = "SELECT from_id, to_id, month, count, kind, channel FROM tiemonth WHERE community_id = ?"
    for *tie, channel in database.execute(counted, (community,)):
        if f"{since:%Y-%m}" <= tie[2] < f"{until:%Y-%m}":
            yield Tie(*tie), channel


def _derived(database: sqlite3.Connection, community: int, since: datetime, until: datetime) -> Iterator[Tie]:
    """Answers to questions are ties, and words on tips to those who found what works."""
    answers = "SELECT answerer_id, asker_id, answered_at FROM question WHERE community_id = ? AND named"
    words = """
        SELECT confirmation.member_id, tipauthor.member_id, confirmation.at FROM confirmation
        JOIN tipauthor ON tipauthor.tip_id = confirmation.tip_id
        WHERE confirmation.community_id = ? AND part = 'works' AND named AND consent IN ('own', 'yes')
        AND outcome != 'did not work here'
    """
    for kind, query in (("answer", answers), ("confirmation", words)):
        for by, to, at in database.execute(query, (community,)):
            if at is not None and since <= moment(at) < until:
                yield Tie(by, to, at[:7], 1, kind)


def _put(database: sqlite3.Connection, community: int) -> Iterator[Asked]:
    """Questions that were put to everybody through the bot."""
    query = "SELECT asker_id, answerer_id, posted_at, answered_at FROM question WHERE community_id = ? AND post != ''"
    for asker, answerer, posted, answered in database.execute(query, (community,)):
        yield asker, answerer, moment(posted), moment(answered) if answered else None


def in_rooms(database: sqlite3.Connection, community: int) -> Iterator[Asked]:
    """Questions asked in rooms, with who turned to the asker there first, then or later, unless that was too late."""
    query = "SELECT from_id, to_id, channel, kind, at FROM tie WHERE community_id = ? ORDER BY at, id"
    ties = [(*tie, moment(at)) for *tie, at in database.execute(query, (community,))]
    query = "SELECT asker_id, channel, at FROM asking WHERE community_id = ?"
    for asker, room, text in database.execute(query, (community,)):
        at = moment(text)
        turned = [
            (by, then)
            for by, to, channel, kind, then in ties
            if to == asker and channel == room and kind in TURNS_TO and then >= at
        ]
        if turned and turned[0][1] - at <= IN_TIME:
            yield asker, turned[0][0], at, turned[0][1]
        else:
            yield asker, None, at, None
