"""A history in the store: its ties are those that anybody would count, once, whatever happens meanwhile."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_exports import neutral, neutral_file, slack, slack_zip
from sqlmodel import select

from knowledge.importing import bringing, ties_of
from knowledge.importing.bringing import Brought, bring_history
from knowledge.importing.history import History, LeftOut, Message, Person, Reaction, Read
from knowledge.importing.messages import open_messages
from knowledge.importing.reading import UnreadableFile
from knowledge.importing.slack_export import open_slack
from knowledge.importing.ties_of import told_in
from knowledge.models import Account, ImportPart, Member, TieKind, TieMonth
from knowledge.store import Store, communities, members, retention, ties
from knowledge.store.forget import forget_member, wipe
from knowledge.store.history import NotKept, Told
from knowledge.store.ties import KEPT_DAYS, Seen, month_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=700)
Tied = tuple[str, str, str]


class Made(History):
    """A history that stands in a list."""

    def __init__(self, messages: list[Message], space: str = "slack:T1", digest: str = "d", **people: Person) -> None:
        super().__init__(space, digest, len(messages), people=people)
        self.said = messages

    def _messages(self) -> Iterator[Read]:
        for self.done, each in enumerate(self.said, 1):  # noqa: B020 - how far it was read
            yield each


class StopError(Exception):
    """What a killed process is in these tests."""


def message(id: int | str, author: str, at: datetime = NOW, room: str = "C1", **more: Any) -> Message:
    return Message(str(id), room, author, at, "a seldom heard word", **more)


@pytest.fixture
async def community(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW)


async def bring(store: Store, community: int, history: History, now: datetime = NOW) -> Brought:
    return await bring_history(store, community, history, now)


async def kept(store: Store, community: int) -> Counter[Tied]:
    """Who acted towards whom and how, by accounts; kept one by one or as counts."""
    async with store.read(community, NOW) as work:
        accounts = (await work.session.exec(select(Account).where(Account.community_id == community))).all()
        keys = {each.member_id: each.key.rpartition(":")[2] for each in accounts}
        months = (await work.session.exec(select(TieMonth).where(TieMonth.community_id == community))).all()
        found: Counter[Tied] = Counter()
        for tie in await ties.list_ties(work):
            found[keys[tie.from_id], keys[tie.to_id], str(tie.kind)] += 1
        for each in months:
            found[keys[each.from_id], keys[each.to_id], str(each.kind)] += each.count
        return found


async def old_ones(store: Store, community: int) -> dict[tuple[str, str], int]:
    async with store.read(community, NOW) as work:
        rows = (await work.session.exec(select(TieMonth).where(TieMonth.community_id == community))).all()
        return {(each.month, each.channel): each.count for each in rows}


PEOPLE = st.sampled_from("ABCDE")
IDS = st.integers(0, 12).map(str)
reactions = st.builds(Reaction, st.just("bed"), st.lists(PEOPLE, max_size=2).map(tuple))
made = st.lists(
    st.builds(
        Message,
        *(IDS, st.sampled_from(["C1", "C2"]), PEOPLE),
        st.sampled_from([NOW, NOW - timedelta(days=399), LONG_AGO, NOW - timedelta(days=401)]),
        thread=st.one_of(st.just(""), IDS),
        reply_to=st.one_of(st.just(""), IDS),
        mentions=st.lists(PEOPLE, max_size=3).map(tuple),
        reactions=st.lists(
            st.builds(Reaction, st.just("bed"), st.lists(PEOPLE, max_size=2).map(tuple)), max_size=2
        ).map(tuple),
    ),
    max_size=14,
)


def counted_plainly(messages: list[Message], bots: str) -> Counter[Tied]:
    """The same ties, counted as one would by hand: every message looks through all before it."""
    found: Counter[Tied] = Counter()
    before: list[Message] = []
    for each in messages:
        if any((one.room, one.id) == (each.room, each.id) for one in before):
            continue
        before.append(each)
        whom = ""
        for id in (each.reply_to, each.thread):
            wrote = [one.author for one in before if (one.room, one.id) == (each.room, id)]
            whom = whom or (wrote[0] if id and wrote else "")
        pairs = {("reply", whom)} if whom else set()
        pairs |= {("mention", one) for one in each.mentions if one != whom}
        for kind, to in pairs:
            if to != each.author and not {to, each.author} & set(bots):
                found[each.author, to, kind] += 1
        for by in {one for reaction in each.reactions for one in reaction.by}:
            if by != each.author and not {by, each.author} & set(bots):
                found[by, each.author, "reaction"] += 1
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made, st.integers(1, 5), st.integers(0, 4))
async def test_its_ties_are_those_that_one_counts_by_hand_wherever_it_stops(
    store: Store, monkeypatch: pytest.MonkeyPatch, messages: list[Message], batch: int, stop: int
) -> None:
    """It is stopped after some batches, goes on, and is run again; at each end there are the same ties."""
    community = await communities.open_community(store, f"Ward {len(messages)} {hash(tuple(messages))} {batch}", NOW)
    monkeypatch.setattr(bringing, "BATCH", batch)
    history = Made(messages, f"import:{community}-{batch}-{stop}", E=Person("E", is_bot=True))

    def stopping(done: int, read: int) -> None:
        if read >= stop * batch:
            raise StopError

    with suppress(StopError):
        await bring_history(store, community, history, NOW, progress=stopping)
    gone_on = await bring(store, community, history, NOW + timedelta(hours=20))
    expected = counted_plainly(messages, "E")
    assert await kept(store, community) == expected
    again = await bring(store, community, history, NOW + timedelta(days=30))
    assert await kept(store, community) == expected
    assert (again.new, again.ties, again.in_months, again.people) == (0, 0, 0, 0)
    assert gone_on.messages == again.messages == len({(each.room, each.id) for each in messages})


async def test_what_was_seen_live_is_not_counted_again(store: Store, community: int, tmp_path: Path) -> None:
    first, second = f"{NOW.timestamp():.6f}", f"{NOW.timestamp() + 60:.6f}"
    between = ("slack:T1:UANN", "slack:T1:UBEN", "slack:T1:CWARD")
    reply = Seen(f"slack:T1:CWARD:{second}:reply:UBEN", TieKind.REPLY, *between, NOW)
    reaction = Seen(f"slack:T1:CWARD:{first}:reaction:UBEN:UANN", TieKind.REACTION, *between, NOW)
    async with store.write(community, NOW) as work:
        await ties.note_ties(work, [reply, reaction])
    answer = slack("UANN", second, "<@UBEN> <@UCY>", thread_ts=first, parent_user_id="UBEN")
    said = [slack("UBEN", first, reactions=[{"name": "tada", "users": ["UANN"]}]), answer]
    await bring(store, community, open_slack(slack_zip(tmp_path / "e.zip", {"ward": said})))
    assert await kept(store, community) == {
        ("UANN", "UBEN", "reply"): 1,
        ("UANN", "UBEN", "reaction"): 1,
        ("UANN", "UCY", "mention"): 1,
    }


async def test_months_that_were_counted_before_are_left_alone(store: Store, community: int) -> None:
    """Live ties became a count of March; an export that has them too adds only the months that nobody counted."""
    live = [
        Seen(f"slack:T1:C1:{number}:reply:B", TieKind.REPLY, "slack:T1:A", "slack:T1:B", "slack:T1:C1", LONG_AGO)
        for number in (2, 3)
    ]
    async with store.write(community, LONG_AGO) as work:
        await ties.note_ties(work, live)
    later = LONG_AGO + timedelta(days=40)
    messages = [message(1, "B", LONG_AGO), *(message(number, "A", LONG_AGO, reply_to="1") for number in (2, 3))]
    messages += [message(4, "A", later, reply_to="1"), message(5, "A", LONG_AGO, room="C2", mentions=("B",))]
    brought = await bring(store, community, Made(messages))
    assert await old_ones(store, community) == {
        (month_of(LONG_AGO), "slack:T1:C1"): 2,
        (month_of(later), "slack:T1:C1"): 1,
        (month_of(LONG_AGO), "slack:T1:C2"): 1,
    }
    assert brought.left_out[NotKept.MONTHS] == 2 and brought.in_months == 2


async def test_a_newer_export_of_the_same_channel_adds_only_what_is_new(store: Store, community: int) -> None:
    first = [message(1, "B", LONG_AGO), message(2, "A", LONG_AGO, reply_to="1"), message(3, "A", mentions=("B",))]
    await bring(store, community, Made(first))
    newer = [*first, message(4, "B", mentions=("A",))]
    await bring(store, community, Made(newer, digest="newer"))
    assert await kept(store, community) == {("A", "B", "reply"): 1, ("A", "B", "mention"): 1, ("B", "A", "mention"): 1}


async def test_what_is_recent_becomes_a_count_in_time_and_is_still_once(store: Store, community: int) -> None:
    history = Made([message(1, "B"), message(2, "A", reply_to="1")])
    await bring(store, community, history)
    later = NOW + timedelta(days=KEPT_DAYS + 1)
    async with store.write(community, later) as work:
        await retention.sweep(work)
    for digest in ("d", "another"):
        history.digest = digest
        await bring(store, community, history, later)
        assert await kept(store, community) == {("A", "B", "reply"): 1}


async def test_ties_on_the_way_to_be_counts_are_counted_once(store: Store, community: int) -> None:
    """What is older than an import's limit, and was seen live, is made a count before the import looks at months."""
    old, young = NOW - timedelta(days=KEPT_DAYS - 1), NOW - timedelta(days=KEPT_DAYS - 3)
    between = ("slack:T1:A", "slack:T1:B", "slack:T1:C1")
    async with store.write(community, NOW) as work:
        await ties.note_ties(work, [Seen("slack:T1:C1:2:reply:B", TieKind.REPLY, *between, old)])
    messages = [message(1, "B", old), message(2, "A", old, reply_to="1"), message(3, "A", young, mentions=("B",))]
    await bring(store, community, Made(messages))
    assert await old_ones(store, community) == {(month_of(old), "slack:T1:C1"): 1}
    assert await kept(store, community) == {("A", "B", "reply"): 1, ("A", "B", "mention"): 1}


async def test_people_are_as_the_export_has_them(store: Store, community: int) -> None:
    people = {"A": Person("Ann", has_left=True), "B": Person("Ben"), "D": Person("Dee", has_left=True)}
    messages = [message(1, "A", LONG_AGO), message(2, "A"), message(3, "B", mentions=("D", "F"))]
    brought = await bring(store, community, Made(messages, **people))
    async with store.read(community, NOW) as work:
        rows = (await work.session.exec(select(Member).where(Member.community_id == community))).all()
    found = {each.name: (each.joined_at, each.left_at) for each in rows}
    assert found == {"Ann": (LONG_AGO, NOW), "Ben": (NOW, None), "Dee": (NOW, NOW), "F": (NOW, None)}
    assert (brought.people, brought.authors, brought.since, brought.until) == (4, 2, LONG_AGO, NOW)


async def test_who_was_forgotten_or_is_not_counted_stays_out(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        for id in ("GONE", "SHY"):
            await members.add_member(work, f"slack:T1:{id}", id)
        for key in ("slack:T1:GONE", "slack:T1:SHY"):
            found = await members.find_account(work, key)
            assert found is not None
            if key.endswith("SHY"):
                await members.describe(work, found.member_id, is_counted=False)
            else:
                await forget_member(work, found.member_id, keep_tips=True)
    everyone = ("GONE", "SHY", "A")
    messages = [message(number, who, mentions=everyone) for number, who in enumerate((*everyone, "B"))]
    brought = await bring(store, community, Made(messages))
    assert await kept(store, community) == {("B", "A", "mention"): 1}
    assert brought.left_out == {NotKept.FORGOTTEN: 5, NotKept.NOT_COUNTED: 3}
    async with store.read(community, NOW) as work:
        assert await members.find_account(work, "slack:T1:GONE") is None


async def test_a_name_that_was_forgotten_is_no_account_of_a_neutral_file(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ann = await members.add_member(work, "slack:T1:U1", "Ann Other")
        await forget_member(work, members.member_id(ann), keep_tips=True)
    people = {"Ann": Person("ann other"), "B": Person("B")}
    await bring(store, community, Made([message(1, "B", mentions=("Ann",))], "import:chat", **people))
    async with store.read(community, NOW) as work:
        assert [each.name for each in await members.list_members(work)] == ["B"]


async def test_two_accounts_of_one_member_have_no_tie(store: Store, community: int) -> None:
    await bring(store, community, Made([message(1, "A"), message(2, "B")]))
    async with store.write(community, NOW) as work:
        one, other = [await members.find_account(work, f"slack:T1:{id}") for id in "AB"]
        assert one is not None and other is not None
        other.member_id = one.member_id
    brought = await bring(store, community, Made([message(3, "A", mentions=("B",))], digest="e"))
    assert brought.left_out == {NotKept.SAME: 1} and not await kept(store, community)


@pytest.mark.parametrize("space", ["slack:T1", "import:chat"])
async def test_a_space_of_another_community_is_refused(store: Store, community: int, space: str) -> None:
    await bring(store, community, Made([message(1, "A")], space))
    other = await communities.open_community(store, "Other", NOW)
    with pytest.raises(UnreadableFile, match="another community"):
        await bring(store, other, Made([message(1, "A")], space))
    async with store.read(other, NOW) as work:
        assert await members.list_members(work) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_nothing_of_what_was_said_is_in_the_file(store: Store, community: int, tmp_path: Path) -> None:
    rows = [
        neutral(str(number), f"P{number % 3}", text=f"seldomheard{number}", mentions=["P1"]) for number in range(50)
    ]
    await bring(store, community, open_messages(neutral_file(tmp_path / "chat.jsonl", rows)))
    path = Path(store.url.removeprefix("sqlite:///"))
    written = b"".join(each.read_bytes() for each in (path, path.with_name(f"{path.name}-wal")) if each.exists())
    assert b"import:chat:P1" in written and b"seldomheard" not in written
    await wipe(store)


async def test_how_far_it_was_read_is_kept_for_a_while(store: Store, community: int) -> None:
    await bring(store, community, Made([message(1, "A"), message(2, "A", room="C2"), message(3, "A")]))
    query = select(ImportPart).where(ImportPart.community_id == community)
    async with store.read(community, NOW) as work:
        rows = (await work.session.exec(query)).all()
    assert {each.part: each.done for each in rows} == {"slack:T1:C1": 2, "slack:T1:C2": 1}
    async with store.write(community, NOW + timedelta(days=401)) as work:
        assert (await retention.sweep(work)).rows["importpart"] == 2


def test_a_history_is_read_as_far_as_somebody_asks() -> None:
    """Memory is bounded by construction: messages are taken from the reader one at a time."""
    history = Made([message(number, "A") for number in range(1_000)])
    told = told_in(history)
    assert [next(told) for _ in range(3)] and history.done == 3


def test_a_message_that_is_there_twice_is_counted_once() -> None:
    history = Made([message(1, "A", mentions=("B",)), message(1, "A", mentions=("B",)), message(1, "A", room="C2")])
    told = [each for each in told_in(history) if isinstance(each, Told)]
    assert [(each.channel, each.number, len(each.ties)) for each in told] == [
        ("slack:T1:C1", 1, 1),
        ("slack:T1:C2", 1, 0),
    ]
    assert history.left_out == {LeftOut.AGAIN: 1}


def test_of_very_old_messages_it_is_not_remembered_who_wrote_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ties_of, "REMEMBERED", 10)
    messages = [message(number, "B", reply_to=str(number - back)) for number, back in ((50, 10), (51, 30))]
    history = Made([*(message(number, "A") for number in range(50)), *messages])
    shown = [each.number for each in told_in(history) if isinstance(each, Told) and each.ties]
    assert shown == [51] and history.left_out == {LeftOut.UNKNOWN: 1}


@pytest.mark.parametrize("batch", [1, 100])
async def test_whoever_wrote_earlier_in_a_room_that_is_read_later_was_here_since_then(
    store: Store, community: int, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """Exports go from room to room; ties of before somebody came are in no report."""
    monkeypatch.setattr(bringing, "BATCH", batch)
    history = Made([message(1, "A", NOW - timedelta(days=5)), message(1, "A", NOW - timedelta(days=90), room="C2")])
    await bring(store, community, history)
    async with store.read(community, NOW) as work:
        assert [each.joined_at for each in await members.list_members(work)] == [NOW - timedelta(days=90)]


@pytest.mark.parametrize("first", ["A", "B"])
async def test_whoever_has_two_accounts_was_here_since_the_earlier_of_both(
    store: Store, community: int, first: str
) -> None:
    async with store.write(community, NOW) as work:
        ann = await members.add_member(work, "slack:T1:A", "Ann")
        work.session.add(
            Account(key="slack:T1:B", community_id=community, member_id=members.member_id(ann), name="Ann")
        )
    ago = {"A": 90, "B": 40} if first == "A" else {"A": 40, "B": 90}
    await bring(store, community, Made([message(n, who, NOW - timedelta(days=ago[who])) for n, who in enumerate("AB")]))
    async with store.read(community, NOW) as work:
        assert [each.joined_at for each in await members.list_members(work)] == [NOW - timedelta(days=90)]
