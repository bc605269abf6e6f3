"""Everything that is held about one member, as values for a file: for themself, machine-readable.

It goes through the same description of the tables as `forget`. Of other people it says names where a row is about both,
and never their words.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, select

from knowledge.models import metadata
from knowledge.store.holdings import ABOUT_MEMBERS, named_in, places
from knowledge.store.work import Work

OF_OTHERS = {
    ("meetup", "host_id"): ("problem", "detail", "place"),
    ("question", "answerer_id"): ("text", "room", "heard"),
    ("tip", "kept_by"): ("title", "situation", "works", "why", "context", "source", "source_link"),
    ("tipversion", "member_id"): ("form",),
}
"""Words of other people in rows that name a member; their own are shown where they are the author."""

OF_PART = {"works": ("works", "title", "context")}
"""What is theirs of a tip whose part is theirs, where it is more than the part itself."""

LEFT_OUT = ("community_id", "changed", "once")
"""What says nothing of a person: the bot's own count of changes, and by what it tells repeats apart."""

Held = dict[str, Any]


async def everything_about(work: Work, member: int) -> Held:
    """Gives all that is held about a member: a list of rows for each table that they stand in.

    Every row says `as` what they stand there. Ids of tips, questions and meetups are the numbers that people see, ids
    of members names, ids of times that suit them the times.
    """
    names = await _column(work, "member", "name")
    numbers = {table: await _column(work, table, "number") for table in ("tip", "question", "meetup")}
    numbers["meetuptime"] = {id: _plain(at) for id, at in (await _column(work, "meetuptime", "starts_at")).items()}
    held: Held = {"member": await _rows(work, metadata.tables["member"], metadata.tables["member"].c.id, member)}
    for table, column in sorted(places(), key=lambda place: (place[0].name, place[1].name)):
        rows = await _rows(work, table, column, member)
        for row in rows:
            for name in OF_OTHERS.get((table.name, column.name), ()):
                row.pop(name, None)
        shown = [{"as": column.name.removesuffix("_id"), **_readable(table, row, names, numbers)} for row in rows]
        held.setdefault(table.name, []).extend(shown)
    await _add_words(work, held, member)
    held["shown"] = await _shown(work, member)
    held["delivery"] = [key for each in held["account"] for key in await _deliveries(work, each["key"])]
    return held


async def _rows(work: Work, table: Table, column: Column[Any], member: int) -> list[Held]:
    columns = [each for each in table.columns if not isinstance(each.type, LargeBinary) and each.name not in LEFT_OUT]
    query = select(*columns).where(column == member, table.c.community_id == work.community)
    rows = (await (await work.session.connection()).execute(query.order_by(*table.primary_key.columns))).all()
    return [{name: _plain(value) for name, value in _named(row).items()} for row in rows]


async def _column(work: Work, table: str, name: str) -> dict[int, Any]:
    """One column of all rows of a table in the community, by id."""
    columns = metadata.tables[table].c
    query = select(columns.id, columns[name]).where(columns.community_id == work.community)
    return {id: value for id, value in (await (await work.session.connection()).execute(query)).all()}


async def _add_words(work: Work, held: Held, member: int) -> None:
    """Adds to each tip that they are an author of the words that are theirs, as they stand and as they stood."""
    tip, author, version = (metadata.tables[name].c for name in ("tip", "tipauthor", "tipversion"))
    theirs = (author.member_id == member, author.community_id == work.community)
    query = select(tip.number, author.part, version.form, version.at).order_by(version.id)
    query = query.where(version.tip_id == author.tip_id, tip.id == author.tip_id, *theirs)
    earlier: dict[tuple[int, str], list[Held]] = {}
    for number, part, form, at in (await (await work.session.connection()).execute(query)).all():
        words = {name: form[name] for name in OF_PART.get(part, (part,)) if form.get(name)}
        earlier.setdefault((number, part), []).append({"at": _plain(at), **words})
    columns = [tip[name] for name in ("number", "title", "situation", "works", "why", "context", "state")]
    query = select(*columns, author.part).where(tip.id == author.tip_id, *theirs)
    for row in (await (await work.session.connection()).execute(query)).all():
        found = _named(row)
        for each in held["tipauthor"]:
            if (each["tip"], each["part"]) == (found["number"], found["part"]):
                each |= {name: _plain(found[name]) for name in (*OF_PART.get(found["part"], (found["part"],)), "state")}
                each["versions"] = earlier.get((found["number"], found["part"]), [])


async def _shown(work: Work, member: int) -> list[Held]:
    """Which tips were shown for their questions, and what they said of them."""
    tip, question, shown = (metadata.tables[name].c for name in ("tip", "question", "shown"))
    query = select(question.number.label("question"), tip.number.label("tip"), shown.said)
    query = query.where(shown.question_id == question.id, shown.tip_id == tip.id, question.asker_id == member)
    rows = await (await work.session.connection()).execute(query.where(question.community_id == work.community))
    return [_named(row) for row in rows]


async def _deliveries(work: Work, account: str) -> list[str]:
    key = metadata.tables["delivery"].c.key
    here = metadata.tables["delivery"].c.community_id == work.community
    return list(
        (await (await work.session.connection()).execute(select(key).where(here, named_in(key, account)))).scalars()
    )


def _readable(table: Table, row: Held, names: Mapping[int, str], numbers: Mapping[str, Mapping[int, Any]]) -> Held:
    shown: Held = {}
    for name, value in row.items():
        column = table.c[name]
        refers = next((key.column.table.name for key in column.foreign_keys), "")
        if refers == "member":
            shown[name.removesuffix("_id")] = names.get(value)
        elif refers in numbers:
            shown[name.removesuffix("_id")] = numbers[refers].get(value)
        elif name == "subject":
            shown[name] = _subject(value, names)
        elif not column.primary_key or name in ("key", "digest"):
            shown[name] = value
    return shown


def _subject(subject: Mapping[str, Any], names: Mapping[int, str]) -> Held:
    def named(value: Any) -> Any:
        return [named(each) for each in value] if isinstance(value, list) else names.get(value, value)

    return {name: named(value) if name in ABOUT_MEMBERS else value for name, value in subject.items()}


def _named(row: Any) -> Held:
    return dict(row._mapping)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value.value) if isinstance(value, Enum) else value
