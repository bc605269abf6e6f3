"""Takes a person out of what is somebody else's: names of imported authors, mentions, what is owed about them.

Their own rows are `forget`'s matter. A name in the running text of others stays: nobody can tell whom it means.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, delete, update
from sqlmodel import col, or_, select

from knowledge.models import (
    Comment,
    Confirmation,
    Digest,
    Meetup,
    MeetupState,
    Member,
    Notice,
    NoticeState,
    Question,
    QuickWin,
    Reply,
    Tip,
    TipAuthor,
    TipVector,
    TipVersion,
)
from knowledge.store import communities, meetups, notices
from knowledge.store.holdings import ABOUT_MEMBERS
from knowledge.store.known import tip_id
from knowledge.store.work import Work

NOBODY = "@…"
"""What a mention of somebody becomes who was forgotten."""

SAID_BY_OTHERS = (
    (Comment, "text"),
    (Confirmation, "note"),
    (Question, "text"),
    (Meetup, "problem"),
    (Meetup, "detail"),
    (Meetup, "place"),
    (QuickWin, "text"),
)
"""Where others may have mentioned them."""

TIP_PARTS = ("title", "situation", "works", "why", "context")

OPEN = (NoticeState.PENDING, NoticeState.SENDING)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is to be forgotten: their id, the keys of their accounts and the names that they went by."""

    id: int
    accounts: tuple[str, ...]
    names: frozenset[str]


async def take_out(work: Work, person: Person) -> None:
    """Takes a person out of everything that is not their own."""
    await _authors_by_name(work, person)
    await _mentions(work, person)
    await _notices(work, person)
    await _digests(work, person)
    await _meetups(work, person)


async def _authors_by_name(work: Work, person: Person) -> None:
    """An imported tip has a name and no member; one that matches exactly is taken to be theirs."""
    theirs = (col(TipAuthor.community_id) == work.community, col(TipAuthor.member_id).is_(None))
    named = update(TipAuthor).where(*theirs, col(TipAuthor.name).in_(person.names))
    await work.session.exec(named.values(name="", named=False, source=""))


async def _mentions(work: Work, person: Person) -> None:
    """Takes mentions of them out of what others wrote; a name that somebody else goes by too mentions nobody."""
    known = {*await _own_names(work, person), *(account.rpartition(":")[2] for account in person.accounts)}
    mention = mention_of(known)
    for row in await _mentioning(work, known, Tip, *TIP_PARTS):
        parts = {name: mention.sub(NOBODY, getattr(row, name)) for name in TIP_PARTS}
        if any(getattr(row, name) != text for name, text in parts.items()):
            await _change_tip(work, row, parts)
    for table, name in SAID_BY_OTHERS:
        for row in await _mentioning(work, known, table, name):
            setattr(row, name, mention.sub(NOBODY, getattr(row, name)))
    for version in await _mentioning(work, known, TipVersion, "form"):
        version.form = {
            name: mention.sub(NOBODY, said) if name in TIP_PARTS else said for name, said in version.form.items()
        }
    await work.session.flush()


def mention_of(known: Iterable[str]) -> re.Pattern[str]:
    """What finds mentions of somebody by their names and ids."""
    longest_first = sorted(known, key=lambda each: (-len(each), each))
    return re.compile(rf"@(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\w)", re.IGNORECASE)


async def _own_names(work: Work, person: Person) -> frozenset[str]:
    """Their names that nobody else here goes by."""
    query = select(Member.name).where(Member.community_id == work.community, Member.id != person.id)
    others = {name.casefold() for name in (await work.session.exec(query)).all()}
    return frozenset(name for name in person.names if name.casefold() not in others)


async def _mentioning(work: Work, known: Iterable[str], table: Any, *columns: str) -> list[Any]:
    """The rows that may mention somebody. SQLite knows capitals of English letters only, so several ways are tried."""
    ways = {way for each in known for way in (each, each.lower(), each.upper(), each.title())}
    signs = {sign for way in ways for sign in (f"@{way}", json.dumps(f"@{way}")[1:-1])}
    texts = [cast(getattr(table, name), String) for name in columns]
    held = or_(*(text.icontains(sign, autoescape=True) for text in texts for sign in sorted(signs)))
    return list((await work.session.exec(select(table).where(table.community_id == work.community, held))).all())


async def _change_tip(work: Work, row: Tip, parts: dict[str, str]) -> None:
    for name, text in parts.items():
        setattr(row, name, text)
    row.changed = await communities.next_change(work)
    vector = (col(TipVector.tip_id) == tip_id(row), col(TipVector.community_id) == work.community)
    await work.session.exec(delete(TipVector).where(*vector))


async def _notices(work: Work, person: Person) -> None:
    """What is owed to others about them is owed no more; what was sent keeps nothing of them."""
    query = select(Notice).where(Notice.community_id == work.community)
    others = or_(col(Notice.member_id).is_(None), col(Notice.member_id) != person.id)
    for row in (await work.session.exec(query.where(others, _may_name(person)))).all():
        subject = without(row.subject, person)
        once = row.once if not _names(row.once, person) else f"forgotten:{row.id}"
        if (subject, once) == (row.subject, row.once):
            continue
        if row.state in OPEN:
            await work.session.delete(row)
        else:
            row.subject, row.once = subject, once
    await work.session.flush()


def _may_name(person: Person) -> Any:
    """Finds the rows that may be about them, and some more, so that not all that was ever sent is read."""
    ids = [account.rpartition(":")[2] for account in person.accounts]
    signs = [f'"{name}": {start}' for name in sorted(ABOUT_MEMBERS) for start in (person.id, "[")]
    signs += [json.dumps(id)[1:-1] for id in ids]
    held = [cast(Notice.subject, String).contains(sign, autoescape=True) for sign in signs]
    return or_(*held, *(col(Notice.once).contains(id, autoescape=True) for id in ids))


def without(subject: dict[str, Any], person: Person) -> dict[str, Any]:
    """A notice's subject without what is about a person."""
    left: dict[str, Any] = {}
    for name, value in subject.items():
        if name in ABOUT_MEMBERS and isinstance(value, list):
            left[name] = [each for each in value if each != person.id]
        elif not (name in ABOUT_MEMBERS and value == person.id) and not _names(value, person):
            left[name] = value
    return left


def _names(value: Any, person: Person) -> bool:
    return isinstance(value, str) and any(
        re.search(rf"(?:^|\W){re.escape(account)}(?!\w)", value) for account in person.accounts
    )


async def _digests(work: Work, person: Person) -> None:
    """A coordinator's own opening that names them is left out, and that they were named as new."""
    query = select(Digest).where(Digest.community_id == work.community)
    for row in (await work.session.exec(query)).all():
        if names_in(row.opening, person):
            row.opening = ""
        if f"newcomer:{person.id}" in row.items:
            row.items = [each for each in row.items if each != f"newcomer:{person.id}"]
    await work.session.flush()


async def _meetups(work: Work, person: Person) -> None:
    """What they said of a problem goes; a meetup about it that is still to come is called off."""
    query = select(Meetup).where(Meetup.community_id == work.community, Meetup.teller_id == person.id)
    for row in (await work.session.exec(query)).all():
        row.problem = row.detail = row.place = ""
        if row.state in meetups.UNDER_WAY:
            row.state = MeetupState.CANCELLED
            for guest in await meetups.guests_of(work, meetups.meetup_id(row), Reply.COMES):
                subject, once = {"meetup": row.number}, f"calledoff:{row.number}:{guest.member_id}"
                if guest.member_id != person.id:
                    await notices.owe(work, "meetups.called_off", guest.member_id, subject, once=once)
    await work.session.flush()


def names_in(text: str, person: Person) -> bool:
    """Whether one of a person's names stands in a text as a word of its own."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in person.names)
