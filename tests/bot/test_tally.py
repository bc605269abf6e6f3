"""What is only counted: who acts towards whom, in batches, each once, without a word of what was said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from adapters.port import Account, MessagePosted, MessageRef, Post, ReactionAdded, Room, Space
from bot import tally as tally_module
from bot.tally import BATCH, Tally, ties_of
from knowledge.models import Asking, Member, TieKind
from knowledge.store import Store, StoreUnavailable, communities, members, ties

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPACE = Space("slack", "T1")
ANN, BEN, CY = (Account(SPACE, id, name) for id, name in (("UANN", "Ann"), ("UBEN", "Ben"), ("UCY", "Cy")))
CHANNEL = Room(SPACE, "C1", name="ward")


def message(*mentions: Account, answers: Account | None = None, id: str = "2.0", room: Room = CHANNEL) -> MessagePosted:
    post = Post(MessageRef(room, id), ANN, NOW, "the secret words", mentions=mentions)
    return MessagePosted(f"{room.key}:{id}", NOW, ANN, post, direct=room.direct, answers=answers)


def reaction(emoji: str = "bulb", author: Account | None = BEN, room: Room = CHANNEL) -> ReactionAdded:
    return ReactionAdded("e1", NOW, ANN, MessageRef(room, "1.0"), emoji, author)


def seen(event: MessagePosted | ReactionAdded) -> list[tuple[TieKind, str, str]]:
    return [(tie.kind, tie.from_account, tie.to_account) for tie in ties_of(event)]


def test_an_answer_and_a_mention_are_ties() -> None:
    assert seen(message(CY, answers=BEN)) == [
        (TieKind.REPLY, ANN.key, BEN.key),
        (TieKind.MENTION, ANN.key, CY.key),
    ]


def test_an_answer_that_mentions_whom_it_answers_is_one_tie() -> None:
    assert seen(message(BEN, answers=BEN)) == [(TieKind.REPLY, ANN.key, BEN.key)]


def test_an_answer_that_only_thanks_is_thanks_and_counted_once_all_the_same() -> None:
    said = message(BEN, answers=BEN)
    thanked = replace(said, post=replace(said.post, text="Thanks, that worked"))
    (reply,), (thanks,) = ties_of(said), ties_of(thanked)
    assert (reply.kind, thanks.kind) == (TieKind.REPLY, TieKind.THANKS)
    assert reply.once == thanks.once


def test_whose_message_is_passed_on_is_quoted() -> None:
    said = message()
    quoted = replace(said, post=replace(said.post, quotes=(BEN, ANN)))
    assert seen(quoted) == [(TieKind.QUOTE, ANN.key, BEN.key)]


def test_nobody_has_a_tie_to_themself() -> None:
    assert seen(message(ANN, answers=ANN)) == []
    assert seen(reaction(author=ANN)) == []


def test_reactions_are_ties_to_whoever_wrote() -> None:
    assert seen(reaction()) == [(TieKind.REACTION, ANN.key, BEN.key)]
    assert seen(reaction(author=None)) == []


def test_two_reactions_of_one_person_to_one_message_are_one_tie() -> None:
    first, second = (next(iter(ties_of(reaction(emoji)))) for emoji in ("bulb", "heart"))
    assert first.once == second.once


@pytest.mark.parametrize("direct", [Room(SPACE, "D1", direct=True), Room(SPACE, "G1", direct=True)])
def test_private_conversations_are_never_counted(direct: Room) -> None:
    assert seen(message(BEN, answers=CY, room=direct)) == []
    assert seen(reaction(room=direct)) == []


@pytest.fixture
async def community(store: Store) -> int:
    id = await communities.open_community(store, "The ward", NOW)
    async with store.write(id, NOW) as work:
        await communities.connect_space(work, SPACE.key)
    return id


async def written(store: Store, community: int) -> list[tuple[str, TieKind, str]]:
    async with store.read(community, NOW) as work:
        names = {members.member_id(each): each.name for each in await members.list_members(work)}
        return [(names[each.from_id], each.kind, names[each.to_id]) for each in await ties.list_ties(work)]


async def test_a_tie_is_written_once_however_often_it_is_seen(store: Store, community: int) -> None:
    for _ in range(2):
        tally = Tally(store)
        tally.count(message(answers=BEN))
        tally.count(message(answers=BEN))
        await tally.write(NOW)
    assert await written(store, community) == [("Ann", TieKind.REPLY, "Ben")]


async def test_no_word_of_it_is_stored(store: Store, community: int) -> None:
    tally = Tally(store)
    tally.count(message(BEN, answers=CY))
    await tally.write(NOW)
    async with store.read(community, NOW) as work:
        rows = [repr(each) for each in await ties.list_ties(work)]
    assert len(rows) == 2 and not any("secret" in row for row in rows)


async def test_nothing_is_written_until_a_batch_is_full(store: Store, community: int) -> None:
    tally = Tally(store)
    full = [tally.count(message(answers=BEN, id=f"{number}.0")) for number in range(BATCH)]
    assert full == [False] * (BATCH - 1) + [True]
    assert await written(store, community) == []
    await tally.write(NOW)
    assert len(await written(store, community)) == BATCH


async def test_what_an_unconnected_space_says_is_counted_nowhere(store: Store, community: int) -> None:
    other = Account(Space("slack", "T2"), "UANN", "Ann")
    tally = Tally(store)
    tally.count(replace(message(answers=BEN), who=other))
    await tally.write(NOW)
    assert await written(store, community) == []


async def test_ties_wait_while_the_database_takes_none(
    store: Store, community: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = Tally(store)
    tally.count(message(answers=BEN))

    def locked(*arguments: object) -> None:
        raise StoreUnavailable("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(store, "write", locked)
        await tally.write(NOW)
    assert await written(store, community) == []
    await tally.write(NOW)
    assert await written(store, community) == [("Ann", TieKind.REPLY, "Ben")]


async def test_who_is_not_counted_is_in_no_tie(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ben = await members.member_of(work, BEN.key, "Ben")
        await members.describe(work, members.member_id(ben), is_counted=False)
    tally = Tally(store)
    tally.count(message(CY, answers=BEN))
    await tally.write(NOW)
    assert await written(store, community) == [("Ann", TieKind.MENTION, "Cy")]


def floor(text: str, who: Account, number: int, **more: bool) -> MessagePosted:
    post = Post(MessageRef(CHANNEL, f"{number}.0"), who, NOW, text)
    return MessagePosted(post.ref.key, NOW, who, post, **more)


MORNING = [floor("good morning everybody", (ANN, BEN, CY)[number % 3], number) for number in range(20)]
ASKED, ANSWERED = (
    floor("how do you get the hoist battery to charge?", BEN, 20),
    floor("Ben: seat it until it clicks twice", ANN, 21),
)


async def test_in_a_channel_without_threads_it_is_inferred_who_is_answered(store: Store, community: int) -> None:
    tally = Tally(store)
    for event in (*MORNING, ASKED):
        tally.count(event)
    await tally.write(NOW)
    tally.count(ANSWERED)
    await tally.write(NOW)
    assert await written(store, community) == [("Ann", TieKind.INFERRED, "Ben")]


async def test_nothing_is_inferred_of_what_is_said_to_the_bot_or_in_private(store: Store, community: int) -> None:
    tally = Tally(store)
    for event in (*MORNING, ASKED, replace(ANSWERED, to_bot=True), replace(ANSWERED, direct=True)):
        tally.count(event)
    await tally.write(NOW)
    assert await written(store, community) == []


async def test_what_was_inferred_stays_as_it_was_when_the_message_is_looked_at_again(
    store: Store, community: int
) -> None:
    """An import looks at messages a second time, and may find another whom they answer."""
    first, second = (ties.inferred("C1:1", ANN.key, [whom.key], CHANNEL.key, NOW) for whom in (BEN, CY))
    for seen in (first, second):
        async with store.write(community, NOW) as work:
            await ties.note_ties(work, seen)
    assert [to for _, _, to in await written(store, community)] == ["UBEN"]


async def test_whoever_is_met_in_a_tie_goes_by_their_name_where_any_tie_says_it(store: Store, community: int) -> None:
    seen = [
        ties.Seen("1", TieKind.REPLY, ANN.key, BEN.key, CHANNEL.key, NOW, "Ann", "Ben"),
        ties.Seen("2", TieKind.REPLY, CY.key, BEN.key, CHANNEL.key, NOW, "Cy", ""),
    ]
    async with store.write(community, NOW) as work:
        await ties.note_ties(work, seen)
    assert {to for _, _, to in await written(store, community)} == {"Ben"}


async def asked(store: Store, community: int) -> list[tuple[str, str]]:
    async with store.read(community, NOW) as work:
        query = select(Member.name, Asking.once).join(Member, col(Member.id) == Asking.asker_id)
        return list((await work.session.exec(query.order_by(col(Asking.once)))).all())


async def test_a_question_to_a_whole_room_is_noted_without_a_word_of_it(store: Store, community: int) -> None:
    to_all = floor("how do you get the hoist battery to charge?", BEN, 1)
    to_one = replace(floor("how do you get it to charge?", BEN, 2), answers=ANN)
    to_name = floor("how do you get it to charge?", BEN, 3)
    to_name = replace(to_name, post=replace(to_name.post, mentions=(ANN,)))
    tally = Tally(store)
    for event in (to_all, to_one, to_name, floor("really?", BEN, 4), replace(to_all, to_bot=True)):
        tally.count(event)
    await tally.write(NOW)
    assert await asked(store, community) == [("Ben", to_all.post.ref.key)]


async def test_what_asks_somebody_back_in_a_room_without_threads_is_no_question_to_all(
    store: Store, community: int
) -> None:
    tally = Tally(store)
    for event in (*MORNING, ASKED, floor("Ben: which of the two hoists is it?", ANN, 21)):
        tally.count(event)
    await tally.write(NOW)
    assert await asked(store, community) == [("Ben", ASKED.post.ref.key)]


async def test_whoever_stops_being_counted_has_asked_nothing(store: Store, community: int) -> None:
    tally = Tally(store)
    tally.count(ASKED)
    await tally.write(NOW)
    async with store.write(community, NOW) as work:
        ben = members.member_id(await members.member_of(work, BEN.key, "Ben"))
        await ties.let_go_of_ties(work, ben)
        await members.describe(work, ben, is_counted=False)
    tally.count(floor("and how do you get it out again?", BEN, 30))
    await tally.write(NOW)
    assert await asked(store, community) == []


async def test_what_the_chat_itself_shows_is_written_whatever_becomes_of_the_inference(
    store: Store, community: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*given: object) -> None:
        raise ValueError("no")

    monkeypatch.setattr(tally_module, "look", fails)
    tally = Tally(store)
    tally.count(message(answers=BEN))
    await tally.write(NOW)
    assert await written(store, community) == [("Ann", TieKind.REPLY, "Ben")] and "ValueError" in caplog.text
