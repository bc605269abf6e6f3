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
    AuditEntry,
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
from knowledge.store.letting_go import is_from
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
    await _audit(work, person)
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
        if subject == row.subject and not _names(row.once, person):
            continue
        if row.state in OPEN:
            await work.session.delete(row)
        else:
            row.subject, row.once = subject, f"forgotten:{row.id}"
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


async def _audit(work: Work, person: Person) -> None:
    """That something was done to them stays, and not to whom."""
    query = select(AuditEntry).where(AuditEntry.community_id == work.community)
    held = cast(AuditEntry.subject, String).contains(f'"member": {person.id}', autoescape=True)
    for row in (await work.session.exec(query.where(held))).all():
        row.subject = without(row.subject, person)
    await work.session.flush()


async def _digests(work: Work, person: Person) -> None:
    """A coordinator's own opening that names them is left out, and that they were named as new."""
    query = select(Digest).where(Digest.community_id == work.community)
    for row in (await work.session.exec(query)).all():
        if names_in(row.opening, person):
            row.opening = ""
        for name in ("items", "left_out"):
            if f"newcomer:{person.id}" in getattr(row, name):
                setattr(row, name, [each for each in getattr(row, name) if each != f"newcomer:{person.id}"])
    await work.session.flush()


async def _meetups(work: Work, person: Person) -> None:
    """What they said of a problem goes, and a meetup about it is called off; where they only host, others may."""
    theirs = or_(col(Meetup.teller_id) == person.id, col(Meetup.host_id) == person.id)
    query = select(Meetup).where(Meetup.community_id == work.community, theirs)
    for row in (await work.session.exec(query)).all():
        told, is_live = row.teller_id == person.id, row.state in meetups.LIVE
        if row.teller_id in (person.id, None):
            row.detail = row.place = ""
        if told:
            row.problem = ""
            _call_off(row)
        for guest in await meetups.guests_of(work, meetups.meetup_id(row), Reply.COMES) if is_live else ():
            await _owe_what_becomes(work, row, guest.member_id)
    await work.session.flush()


def _call_off(row: Meetup) -> None:
    if row.state in meetups.UNDER_WAY:
        row.sequence += row.state is MeetupState.BOOKED
        row.state, row.settles_at = MeetupState.CANCELLED, None


async def _owe_what_becomes(work: Work, row: Meetup, member: int) -> None:
    """Owes somebody who comes that it is called off, or the question whether they would host."""
    name, once = "meetups.called_off", f"calledoff:{row.number}:{member}"
    if row.state is not MeetupState.CANCELLED:
        name, once = "meetups.host_instead", f"instead:{row.number}:{member}:{work.now:%Y-%m-%dT%H:%M}"
    await notices.owe(work, name, member, {"meetup": row.number}, once=once)


async def unquote(work: Work, person: Person, *, keep_tips: bool) -> None:
    """Takes their words out of meetups about problems that several ran into; those of tips that stay may stand."""
    for row in await quoting(work, person, with_tips=not keep_tips):
        row.problem = row.detail = ""
    await work.session.flush()


async def quoting(work: Work, person: Person, *, with_tips: bool = True) -> list[Meetup]:
    """Lists the meetups about a problem that several ran into and that goes by their words.

    Args:
        work: the piece of work.
        person: whose words: what they asked, and with `with_tips` what they wrote in tips.
        with_tips: whether tips count.
    """
    query = select(Meetup).where(Meetup.community_id == work.community, col(Meetup.teller_id).is_(None))
    rows = [row for row in (await work.session.exec(query.where(Meetup.problem != ""))).all() if row.evidence]
    words = await _asked(work, person) if rows else {}
    if rows and with_tips:
        words |= await _written(work, person)
    return [row for row in rows if any(is_from(row.problem, words.get(key, "")) for key in row.evidence)]


async def _asked(work: Work, person: Person) -> dict[str, str]:
    """What they asked, by the keys that evidence has for it."""
    query = select(Question.number, Question.text).where(Question.community_id == work.community)
    rows = (await work.session.exec(query.where(Question.asker_id == person.id))).all()
    return {f"{sort}:{number}": text for number, text in rows for sort in ("question", "gap")}


async def _written(work: Work, person: Person) -> dict[str, str]:
    """What they wrote in tips, by the keys that evidence has for it."""
    query = select(Tip, TipAuthor.part).join(TipAuthor, col(TipAuthor.tip_id) == Tip.id)
    query = query.where(Tip.community_id == work.community, TipAuthor.community_id == work.community)
    said: dict[str, str] = {}
    for tip, part in (await work.session.exec(query.where(TipAuthor.member_id == person.id))).all():
        words = {"situation": tip.situation, "works": f"{tip.title}\n{tip.works}"}.get(part, "")
        said[f"tip:{tip.number}"] = f"{said.get(f'tip:{tip.number}', '')}\n{words}"
    return said


def names_in(text: str, person: Person) -> bool:
    """Whether one of a person's names stands in a text as a word of its own."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in person.names)
