"""Reads the sample community and writes it into the store. The room's part is put in place by `bot.wiring`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.importing.bringing import bring_history, infer_answers
from knowledge.importing.history import History, Message, Reaction, Read
from knowledge.models import Meetup, MeetupState, Outcome, Reply, Showing, TipKind
from knowledge.store import (
    Store,
    Work,
    communities,
    confirmations,
    consents,
    meetups,
    members,
    notices,
    questions,
    quick_wins,
    ties,
    tips,
)
from knowledge.store.meetups import ends_at, meetup_id
from knowledge.store.members import member_id
from knowledge.store.questions import Asked
from knowledge.tips import TipForm

FOLDER = Path(__file__).parent
ZONE = ZoneInfo("Europe/London")
DIGEST_ROOM = "general"
"""Where the sample community gets its digest. It has no quiet hours: whoever tries it may do so at night."""

OUTCOMES = {"worked": Outcome.WORKED, "changed": Outcome.CHANGED, "not_here": Outcome.NOT_HERE}


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a sample message stands in the room: its key and the address that opens it."""

    key: str
    room_key: str
    link: str


def rows(name: str) -> Iterator[dict[str, Any]]:
    """The rows of one of the sample's files (`members`, `rooms`, `messages`, `tips`, `questions`, `meetups`)."""
    with (FOLDER / f"{name}.jsonl").open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def moment(row: Mapping[str, Any], now: datetime) -> datetime:
    """When something in the sample happened, counted back from `now`, in the service's time zone."""
    day = now.astimezone(ZONE).date() - timedelta(days=row["days_ago"])
    at = time.fromisoformat(row.get("time", "12:00"))
    return datetime.combine(day, at, ZONE)


async def load(store: Store, community: int, space: str, placed: Mapping[str, Placed], now: datetime) -> None:
    """Writes members, tips with their confirmations, open questions, meetups, and who answered whom.

    Args:
        store: the database.
        community: a community without tips.
        space: the key of the space that the sample's people have their accounts in.
        placed: where each message of the sample stands, by its id in the sample.
        now: aware; everything happened before it, but for meetups that are still to come.
    """
    async with store.write(community, now) as work:
        await communities.connect_space(work, space)
        await communities.choose(work, digest_rooms=(f"{space}:{DIGEST_ROOM}",), quiet_from=0, quiet_until=0)
        for row in rows("rooms"):
            await communities.remember_channel(work, f"{space}:{row['id']}", row["name"])
        people = {row["id"]: await _member(work, row, space, now) for row in rows("members")}
        ids = {row["id"]: await _tip(work, row, people, placed, now) for row in rows("tips")}
        await _confirm(work, ids, people, now)
        for row in rows("questions"):
            await _question(replace(work, now=moment(row, now)), row, people, placed, space)
        for row in rows("meetups"):
            await _meetup(work, row, people, space)
    said = _Said(space, "sample", len(placed))
    said.placed, said.now = placed, now
    await bring_history(store, community, said, now)
    await infer_answers(store, community, said, now)


class _Said(History):
    """What the sample's people said to each other, as any chat's history: their ties are counted from it."""

    placed: Mapping[str, Placed]
    now: datetime

    def _messages(self) -> Iterator[Read]:
        for row in order(list(rows("messages"))):
            thread = row.get("thread", "")
            yield Message(
                *(self._id(row["id"]), row["room"], row["author"], moment(row, self.now), row["text"]),
                thread=self._id(thread) if thread not in ("", row["id"]) else "",
                reactions=tuple(Reaction(emoji, tuple(who)) for emoji, who in row["reactions"].items()),
                mentions=tuple(row["mentions"]),
            )

    def _id(self, row: str) -> str:
        return self.placed[row].key.rsplit(":", 1)[-1]


async def _member(work: Work, row: Mapping[str, Any], space: str, now: datetime) -> int:
    joined = now - timedelta(days=row["joined_days_ago"])
    member = await members.add_member(work, f"{space}:{row['id']}", row["name"], joined_at=joined)
    id = member_id(member)
    await members.describe(
        work,
        id,
        practice=row["practice"],
        place=row["place"],
        time_zone=row["time_zone"],
        shows_round=row.get("shows_round", False),
    )
    await members.set_core(work, id, is_core=row["core"])
    return id


async def _tip(
    work: Work, row: Mapping[str, Any], people: Mapping[str, int], placed: Mapping[str, Placed], now: datetime
) -> int:
    then = replace(work, now=moment(row, now))
    parts = {name: row.get(name, "") for name in ("works", "title", "situation", "why", "context")}
    form = TipForm(**parts, kind=TipKind(row["kind"]), tags=tuple(row["tags"]))
    origin = placed.get(row.get("message", ""))
    author = people[row["author"]]
    id = await tips.keep_tip(
        then, form, kept_by=author, source=origin.key if origin else "", source_link=origin.link if origin else ""
    )
    await tips.add_author(then, id, author)
    await consents.set_named(then, id, author, named=row["named"])
    await tips.publish_tip(then, id, by=author)
    return id


async def _confirm(work: Work, ids: Mapping[str, int], people: Mapping[str, int], now: datetime) -> None:
    said = [(each, ids[row["id"]]) for row in rows("tips") for each in row["confirmations"]]
    for each, tip in sorted(said, key=lambda pair: -pair[0]["days_ago"]):
        then = replace(work, now=moment(each, now))
        await confirmations.confirm_tip(then, tip, people[each["member"]], OUTCOMES[each["outcome"]], note=each["note"])
    for row in rows("tips"):
        for each in row["comments"]:
            then = replace(work, now=moment(each, now))
            await confirmations.comment_on(then, ids[row["id"]], people[each["member"]], each["text"])


async def _question(
    work: Work, row: Mapping[str, Any], people: Mapping[str, int], placed: Mapping[str, Placed], space: str
) -> None:
    heard = placed.get(row.get("message", ""))
    asked = Asked(row["text"], room=f"{space}:{row['room']}", heard=heard.key if heard else "")
    question = await questions.write_question(work, people[row["asker"]], asked)
    await questions.open_question(work, question.number, named=row["named"])
    await questions.note_post(work, question.number, heard.key if heard else "", f"{space}:{row['room']}")


async def _meetup(work: Work, row: Mapping[str, Any], people: Mapping[str, int], space: str) -> None:
    host, starts_at = people[row["host"]], moment(row, work.now)
    proposed = replace(work, now=moment({"days_ago": row["proposed_days_ago"]}, work.now))
    meetup = await meetups.propose(
        proposed,
        row["problem"],
        state=MeetupState.BOOKED,
        teller_id=host,
        host_id=host,
        place=row["place"],
        space=space,
        room=f"{space}:{row['room']}",
        starts_at=starts_at,
    )
    coming = [host, *(people[each] for each in row["guests"])]
    for member in coming:
        await meetups.note_reply(proposed, meetup_id(meetup), member, Reply.COMES)
    if starts_at < work.now:
        await _was_held(work, meetup, coming)
        for win in row["wins"]:
            await _win(replace(work, now=moment(win, work.now)), meetup, win, people)
    else:
        await _is_ahead(work, meetup, coming)


async def _was_held(work: Work, meetup: Meetup, there: Sequence[int]) -> None:
    meetup.state = MeetupState.HELD
    then = replace(work, now=ends_at(meetup))
    for member in there:
        (await meetups.guest_for(work, meetup_id(meetup), member)).was_there_at = then.now
        await ties.note_met(then, member, there, once=f"met:{meetup.number}")


async def _win(work: Work, meetup: Meetup, row: Mapping[str, Any], people: Mapping[str, int]) -> None:
    showing, teller = Showing.NAMED if row["named"] else Showing.UNNAMED, people[row["member"]]
    win = await quick_wins.note_win(work, meetup_id(meetup), teller, row["text"], showing)
    subject, due = {"win": quick_wins.win_id(win)}, work.now + timedelta(days=14)
    await notices.owe(work, "meetups.did_it_hold", teller, subject, once=f"held:{win.id}", due=due)


async def _is_ahead(work: Work, meetup: Meetup, coming: Sequence[int]) -> None:
    """Owes what is still to be said of it: the announcement at once; a reminder and the question afterwards to each."""
    number, ends = meetup.number, ends_at(meetup)
    subject = {"meetup": number, "sequence": 0}
    await notices.owe(work, "meetups.announced", None, subject, once=f"announced:{number}", room=meetup.room)
    for member in coming:
        which, about = f"{number}:0:{member}", {**subject, "how": "tomorrow"}
        day_ahead, after = ends - timedelta(days=1, minutes=meetup.minutes), ends + timedelta(minutes=5)
        await notices.owe(work, "meetups.reminder", member, about, once=f"reminder:{which}:0", due=day_ahead)
        await notices.owe(work, "meetups.after", member, subject, once=f"after:{which}", due=after)


def order(messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The sample's messages in the order in which they were written."""
    return sorted(messages, key=lambda row: (-row["days_ago"], row["time"]))
