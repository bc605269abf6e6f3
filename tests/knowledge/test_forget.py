"""Forgetting a person leaves no trace of them, takes nothing of anybody else's, and nothing brings them back."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Enum, LargeBinary, String, TypeDecorator, select
from sqlmodel import select as rows_of
from waldo import BEN, FLOOR, LATER, LENA, NOW, SLACK, TRACES, WORKS, a_tip, who

from knowledge.importing import writing
from knowledge.importing.reading import ReadTip
from knowledge.importing.tips import import_tips
from knowledge.library import Library
from knowledge.models import (
    Consent,
    DigestPace,
    DigestState,
    FirstWord,
    FirstWordPeer,
    Newcomer,
    Pair,
    StepTaken,
    TieKind,
    TipState,
    metadata,
)
from knowledge.store import (
    Store,
    consents,
    digests,
    first_words,
    forget,
    forgotten,
    members,
    notices,
    questions,
    ties,
    tips,
)
from knowledge.store.forget import CLEANED, Done, forget_member
from knowledge.store.holdings import IMPERSONAL, MEMBERS, WORDS
from knowledge.store.letting_go import TipFate, fate_of
from knowledge.store.ties import Seen
from knowledge.tips import TipForm


async def forget_waldo(store: Store, community: int, *, keep_tips: bool) -> Done:
    async with store.write(community, LATER) as work:
        return await forget_member(work, await who(work, SLACK), keep_tips=keep_tips)


async def dump(store: Store) -> str:
    """Every row of every table, as text."""
    said: list[str] = []
    async with store.session(reading=True) as session:
        for name, table in metadata.tables.items():
            rows = (await (await session.connection()).execute(select(table))).all()
            said += [f"{name}: {json.dumps([str(value) for value in row], ensure_ascii=False)}" for row in rows]
    return "\n".join(said)


def traces(text: str, but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{trace} in {line}"
        for trace in TRACES
        if trace not in but
        for line in text.lower().split("\n")
        if trace in line
    ]


async def exported(store: Store, community: int) -> str:
    async with store.read(community, LATER) as work:
        live = await tips.live_tips(work)
    return "".join("".join(write(live)) for write in (writing.as_jsonl, writing.as_csv, writing.as_markdown))


async def test_nothing_is_left_of_somebody_whose_tips_go_too(store: Store, community: int) -> None:
    before = (await dump(store)).lower()
    assert [trace for trace in TRACES if trace not in before] == []
    done = await forget_waldo(store, community, keep_tips=False)
    assert traces(await dump(store)) == []
    assert traces(await exported(store, community)) == []
    assert (done.tips_kept, done.tips_deleted, done.tips_shortened, done.drafts) == (0, 1, 1, 1)
    assert (done.questions, done.confirmations, done.comments, done.ties, done.accounts) == (1, 1, 1, 4, 2)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("keep_tips", [False, True])
async def test_nothing_is_left_in_the_file_itself(store: Store, community: int, keep_tips: bool) -> None:
    path = Path(store.url.removeprefix("sqlite:///"))
    files = [path, path.with_name(f"{path.name}-wal")]
    assert any(b"Waldo" in each.read_bytes() for each in files)
    await forget_waldo(store, community, keep_tips=keep_tips)
    assert await forget.wipe(store)
    left = b"".join(each.read_bytes() for each in files if each.exists()).lower()
    assert [trace for trace in TRACES if trace.encode() in left and not (keep_tips and trace == "unicorn")] == []


async def test_tips_stay_without_the_name_where_that_was_chosen(store: Store, community: int) -> None:
    done = await forget_waldo(store, community, keep_tips=True)
    assert (done.tips_kept, done.tips_deleted, done.tips_shortened, done.drafts) == (2, 0, 0, 1)
    assert traces(await dump(store), but=("unicorn",)) == []
    assert traces(await exported(store, community), but=("unicorn",)) == []
    async with store.read(community, LATER) as work:
        known = await tips.find_tip(work, 1)
    assert known is not None and known.form.works == f"{WORKS} Twice." and known.state is TipState.LIVE
    assert (known.names, known.source, known.source_link, known.kept_by) == ((), "", "", None)
    assert [each.note for each in known.said] == ["Like @… says."]


async def test_what_others_gave_stays(store: Store, community: int) -> None:
    await forget_waldo(store, community, keep_tips=False)
    async with store.read(community, LATER) as work:
        ben, lena = await who(work, BEN), await who(work, LENA)
        shared, bens = await tips.find_tip(work, 2), await tips.find_tip(work, 3)
        asked = await questions.find_question(work, 2)
        counted = [(each.from_id, each.to_id) for each in await ties.list_ties(work)]
        due = {each.name: each for each in await notices.due_notices(work)}
    assert shared is not None and (shared.form.title, shared.form.situation, shared.form.works) == (
        "Ring the lift",
        "",
        "Ring the lift.",
    )
    assert bens is not None and bens.form.works == "Ask @…, or @…, first. Ben knows too." and bens.names == ("Ben",)
    assert [remark.text for remark in bens.remarks] == ["Thanks @…!"]
    assert asked is not None and (asked.asker_id, asked.answerer_id, asked.text) == (
        ben,
        None,
        "How do I lift a bed, @…?",
    )
    assert counted == [(ben, lena)]
    assert {name for name in due if not name.startswith("meetups.")} == {"tips.look", CLEANED}, (
        "what is about them is owed no more, a number that is the same is no name"
    )


async def test_of_their_way_in_nothing_is_left_and_who_answered_others_is_nobody(store: Store, community: int) -> None:
    await forget_waldo(store, community, keep_tips=True)
    async with store.read(community, LATER) as work:
        ben, lena = await who(work, BEN), await who(work, LENA)
        assert [row.member_id for row in (await work.session.exec(rows_of(Newcomer))).all()] == [lena]
        assert [row.member_id for row in (await work.session.exec(rows_of(StepTaken))).all()] == [lena]
        (word,) = (await work.session.exec(rows_of(FirstWord))).all()
        assert (word.member_id, word.answerer_id, word.answered_at, word.settled_at) == (lena, None, NOW, NOW)
        peers = (await work.session.exec(rows_of(FirstWordPeer))).all()
        assert [(row.first_word_id, row.member_id) for row in peers] == [(word.id, ben)]
        assert (await work.session.exec(rows_of(Pair))).all() == []
        assert [each.waited for each in await first_words.first_answers(work, NOW - timedelta(days=1))] == [timedelta()]


async def test_the_bot_s_messages_in_rooms_are_owed_an_edit(store: Store, community: int) -> None:
    done = await forget_waldo(store, community, keep_tips=True)
    shown = [(post.message, post.how) for post in done.posts if post.question]
    assert shown == [(f"{FLOOR}:77", "asked"), (f"{FLOOR}:78", "answered")]
    async with store.read(community, LATER) as work:
        owed = [each for each in await notices.due_notices(work) if each.name == CLEANED and each.subject["question"]]
    assert [(each.room, each.edits, each.subject["question"]) for each in owed] == [
        (FLOOR, f"{FLOOR}:77", 1),
        (FLOOR, f"{FLOOR}:78", 2),
    ]


async def test_so_are_digests_in_rooms_that_tell_of_them(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        for number, (items, opening) in enumerate(
            [(["worked:1"], ""), (["new:3", "waiting:9"], ""), (["waiting:1"], ""), (["look:3"], "Waldo's week.")], 1
        ):
            digest = await digests.digest_for(work, f"day {number}")
            digest.items, digest.opening, digest.state = items, opening, DigestState.POSTED
            subject = {"digest": digests.digest_id(digest)}
            await notices.owe(work, "digest.post", None, subject, once=f"digest:{number}", room=FLOOR)
        for row in [each for each in await notices.due_notices(work) if each.name == "digest.post"]:
            assert row.id is not None
            taken = await notices.take_notice(work, row.id)
            assert taken is not None
            await notices.settle_notice(work, taken, message=f"{FLOOR}:digest{row.once[-1]}")
    done = await forget_waldo(store, community, keep_tips=True)
    assert [post.message for post in done.posts if post.how == "digest"] == [
        f"{FLOOR}:digest1",
        f"{FLOOR}:digest3",
        f"{FLOOR}:digest4",
    ]
    assert traces(await dump(store), but=("unicorn",)) == []


async def test_search_of_every_process_lets_go_of_the_words(store: Store, community: int) -> None:
    here, elsewhere = Library(store, None), Library(store, None)
    for library in (here, elsewhere):
        assert (await library.search(community, "unicorn", LATER)).hits
    await forget_waldo(store, community, keep_tips=False)
    for library in (here, elsewhere):
        shelf = await library.refresh(community, LATER)
        assert not shelf.titles.find("unicorn") and not shelf.tags.get(1)
        assert (await library.search(community, "unicorn upright", LATER)).hits == ()


async def test_what_is_left_of_a_tip_goes_a_month_later(store: Store, community: int) -> None:
    await forget_waldo(store, community, keep_tips=False)
    async with store.write(community, LATER) as work:
        assert await tips.withdrawn_before(work, LATER) == []
        for tip in await tips.withdrawn_before(work, LATER + timedelta(seconds=1)):
            await tips.drop_tip(work, tip)
        assert await tips.find_tip(work, 1) is None


async def test_coordinators_see_that_somebody_asked_and_nothing_else(store: Store, community: int) -> None:
    await forget_waldo(store, community, keep_tips=True)
    async with store.read(community, LATER) as work:
        assert await forgotten.forgettings(work, NOW) == [LATER]
        assert await forgotten.forgettings(work, LATER + timedelta(seconds=1)) == []
    assert set(metadata.tables["forgetting"].columns.keys()) == {"id", "community_id", "at", "tips_kept"}


async def test_no_tie_and_no_colleague_brings_them_back(store: Store, community: int) -> None:
    await forget_waldo(store, community, keep_tips=True)
    async with store.write(community, LATER) as work:
        seen = [Seen("m9", TieKind.MENTION, BEN, SLACK, FLOOR, LATER, "Ben", "Waldo")]
        seen += [Seen("m10", TieKind.MENTION, BEN, LENA, FLOOR, LATER)]
        await ties.note_ties(work, seen)
        assert len(await ties.list_ties(work)) == 2
        assert await members.who_is(work, SLACK, "Waldo") is None
    assert traces(await dump(store), but=("unicorn",)) == []


async def test_who_comes_back_begins_anew_and_is_brought_nothing(store: Store, community: int) -> None:
    await forget_waldo(store, community, keep_tips=True)
    async with store.write(community, LATER + timedelta(hours=1)) as work:
        back = await members.member_of(work, SLACK, "Waldo")
        await ties.note_ties(work, [Seen("m9", TieKind.MENTION, BEN, SLACK, FLOOR, LATER)])
        assert not back.is_counted and back.digest is DigestPace.NEVER
        assert not any(getattr(back, name) for name in members.TAKES)
        assert await tips.tips_by(work, members.member_id(back)) == []
        assert await forgotten.forgotten_among(work, [SLACK]) == {SLACK}
        assert len(await ties.list_ties(work)) == 1
    assert await forget.forget_again(store, LATER) == 0, "who came back by themself stays"


@pytest.mark.parametrize("keep_tips", [True, False])
async def test_an_import_brings_nobody_back(store: Store, community: int, keep_tips: bool) -> None:
    await forget_waldo(store, community, keep_tips=keep_tips)
    rows = [
        ReadTip("line 1", "tip-1", TipForm(f"{WORKS} Twice.", title="Unicorn", tags=("unicorn",)), "Waldo"),
        ReadTip("line 2", "ext-1", TipForm("Imported words."), "Waldo"),
        ReadTip("line 3", "ext-2", TipForm("More of them."), "waldo "),
        ReadTip("line 4", "ext-3", TipForm("By somebody else."), "Waldorf"),
    ]
    imported = await import_tips(store, community, rows, LATER)
    assert (imported.new, imported.same, imported.left_out) == ((2, 2, 0) if keep_tips else (2, 1, 1))
    left = (await dump(store)).replace("Waldorf", "")
    assert traces(left, but=("unicorn",) if keep_tips else ()) == []
    async with store.read(community, LATER) as work:
        assert [each.names for each in await tips.live_tips(work)][-1] == ("Waldorf",)


async def test_who_was_forgotten_is_forgotten_again_after_a_restore(
    store: Store, community: int, copy: Callable[[], Store]
) -> None:
    older = copy()
    await forget_waldo(store, community, keep_tips=False)
    await forgotten.add_tombstones(older, await forgotten.read_tombstones(store))
    assert await forget.forget_again(older, LATER + timedelta(days=1)) == 1
    assert traces(await dump(older)) == []
    await forgotten.add_tombstones(older, await forgotten.read_tombstones(store))
    assert await forget.forget_again(older, LATER + timedelta(days=2)) == 0
    await older.close()


@pytest.fixture
def copy(store: Store, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Takes a copy of the store as it is now, as a backup does."""
    import sqlite3

    if not store.url.startswith("sqlite"):
        pytest.skip("what is copied is a file")

    def make() -> Store:
        target = tmp_path / "older.db"
        with sqlite3.connect(store.url.removeprefix("sqlite:///")) as source, sqlite3.connect(target) as copied:
            source.backup(copied)
        return Store(f"sqlite:///{target}")

    return make


async def test_a_draft_that_waited_for_them_alone_is_published_without_their_part(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        waldo, ben, lena = [await who(work, key) for key in (SLACK, BEN, LENA)]
        draft = await tips.keep_tip(work, TipForm("Ring first.", "Ring first", "A unicorn question?"), kept_by=lena)
        await tips.add_author(work, draft, ben, consent=Consent.ASKED)
        await tips.add_author(work, draft, waldo, part="situation", consent=Consent.ASKED)
        await consents.request_consent(work, draft)
        await consents.answer_request(work, draft, ben, yes=True)
    await forget_waldo(store, community, keep_tips=True)
    async with store.read(community, LATER) as work:
        (known,) = await tips.find_tips(work, [draft])
        assert (known.state, known.form.situation, known.names) == (TipState.LIVE, "", ("Ben",))


async def test_what_was_merged_into_a_tip_that_goes_is_its_author_s_again(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        mine = await a_tip(work, await who(work, LENA), TipForm("Wait ten minutes."))
        await tips.merge_tip(work, mine, into=1, by=None)
        variation = await a_tip(work, await who(work, LENA), TipForm("Wait twenty minutes."))
        await tips.mark_variation(work, variation, 1)
    await forget_waldo(store, community, keep_tips=False)
    async with store.read(community, LATER) as work:
        merged, varied = await tips.find_tips(work, [mine, variation])
    assert (merged.state, merged.merged_into, varied.variation_of) == (TipState.LIVE, None, None)


async def test_of_a_name_that_two_people_have_mentions_stay(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        await members.add_member(work, "slack:T1:UOTHER", "Waldo")
    await forget_waldo(store, community, keep_tips=False)
    async with store.read(community, LATER) as work:
        bens = await tips.find_tip(work, 3)
    assert bens is not None and bens.form.works == "Ask @Waldo, or @…, first. Ben knows too."


async def test_nobody_is_forgotten_twice(store: Store, community: int) -> None:
    async with store.write(community, LATER) as work:
        waldo = await who(work, SLACK)
        await forget_member(work, waldo, keep_tips=True)
        before = await forgotten.forgettings(work, NOW)
        assert await forget_member(work, waldo, keep_tips=True) == Done()
        assert await forgotten.forgettings(work, NOW) == before


@pytest.mark.parametrize(
    ("state", "theirs", "kept_by_them", "keeping", "deleting"),
    [
        (TipState.LIVE, {"works"}, False, TipFate.NAMELESS, TipFate.EMPTIED),
        (TipState.LIVE, {"situation"}, False, TipFate.NAMELESS, TipFate.SHORTENED),
        (TipState.MERGED, {"works", "why"}, False, TipFate.NAMELESS, TipFate.EMPTIED),
        (TipState.RETIRED, {"why"}, True, TipFate.NAMELESS, TipFate.SHORTENED),
        (TipState.WITHDRAWN, {"works"}, False, TipFate.EMPTIED, TipFate.EMPTIED),
        (TipState.WITHDRAWN, {"why"}, False, TipFate.NAMELESS, TipFate.SHORTENED),
        (TipState.DRAFT, {"works"}, False, TipFate.DROPPED, TipFate.DROPPED),
        (TipState.DRAFT, set(), True, TipFate.DROPPED, TipFate.DROPPED),
        (TipState.DRAFT, {"situation"}, False, TipFate.SHORTENED, TipFate.SHORTENED),
    ],
)
def test_what_becomes_of_a_tip(
    state: TipState, theirs: set[str], kept_by_them: bool, keeping: TipFate, deleting: TipFate
) -> None:
    assert fate_of(state, theirs, keep_tips=True, kept_by_them=kept_by_them) is keeping
    assert fate_of(state, theirs, keep_tips=False, kept_by_them=kept_by_them) is deleting


def test_every_column_that_names_a_member_is_described() -> None:
    naming = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "member.id" for key in column.foreign_keys)
    }
    assert naming == set(MEMBERS)


def test_every_column_that_can_hold_words_names_or_keys_is_described() -> None:
    def can_hold(kind: Any) -> bool:
        bare = kind.impl if isinstance(kind, TypeDecorator) else kind
        return isinstance(bare, String | JSON | LargeBinary) and not isinstance(bare, Enum)

    holding = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if can_hold(column.type)
    }
    assert holding == set(WORDS) | IMPERSONAL
    assert not set(WORDS) & IMPERSONAL
