"""Both databases keep and give the same: orders, signs that one of them refuses, high numbers, what search finds."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sample.loading import FOLDER, rows
from knowledge.importing.reading import read_tips
from knowledge.importing.tips import import_tips
from knowledge.library import Library
from knowledge.models import Outcome
from knowledge.search import Encoder
from knowledge.store import Store, communities, confirmations, deliveries, members, notices, questions, tips
from knowledge.store.members import member_id
from knowledge.store.questions import Asked
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = ["Zoë", "anna", "Émile", "Ben", "ben", "_x", "Ölaf", "10", "9"]


@pytest.fixture
async def ward(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW)


async def test_names_stand_in_the_same_order(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        for name in NAMES:
            member = member_id(await members.add_member(work, f"room:ward:{name}", name))
            await members.describe(work, member, practice=name, place=name)
            await communities.connect_space(work, f"room:{name}")
            await communities.remember_channel(work, f"room:ward:{name}", name)
            tip = await tips.keep_tip(work, TipForm("works", tags=(name,)), kept_by=member)
            await tips.publish_tip(work, tip, by=member)
    async with store.read(ward, NOW) as work:
        assert [each.name for each in await members.list_members(work)] == sorted(NAMES)
        assert [each.name for each in await communities.channels(work)] == sorted(NAMES)
        assert await communities.spaces(work) == [f"room:{name}" for name in sorted(NAMES)]
        assert await members.practices_and_places(work) == (sorted(NAMES), sorted(NAMES))
        assert (await tips.words_in_use(work))["tag"] == sorted({name.lower() for name in NAMES})


async def test_what_came_at_the_same_moment_stays_in_the_order_in_which_it_came(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        tip = await tips.keep_tip(work, TipForm("works"), kept_by=None)
        await tips.publish_tip(work, tip, by=None)
        for name in NAMES:
            member = member_id(await members.add_member(work, f"room:ward:{name}", name))
            await confirmations.confirm_tip(work, tip, member, Outcome.WORKED, note=name)
            await confirmations.comment_on(work, tip, member, name)
        first = member_id((await members.list_members(work))[-1])
    async with store.write(ward, NOW) as work:
        await confirmations.confirm_tip(work, tip, first, Outcome.CHANGED, note="Ölaf")
    async with store.read(ward, NOW) as work:
        (known,) = await tips.find_tips(work, [tip])
    assert [each.note for each in known.said] == NAMES and [each.text for each in known.remarks] == NAMES


async def test_a_nul_in_what_people_write_goes_and_the_rest_is_kept(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        member = member_id(await members.member_of(work, "room:ward:r\0avi", "Ra\0vi"))
        await members.describe(work, member, place="ward\0 4")
        await communities.choose(work, words={"en": {"hello": "He\0llo"}})
        form = TipForm("Luke\0warm.", title="W\0ater", situation="\0Blocked", why="\0", tags=("t\0ube",))
        tip = await tips.keep_tip(work, form, kept_by=member, source="room:ward:m\0")
        await tips.publish_tip(work, tip, by=member)
        await confirmations.confirm_tip(work, tip, member, Outcome.WORKED, note="no\0te")
        await confirmations.comment_on(work, tip, member, "com\0ment")
        asked = await questions.write_question(work, member, Asked("How\0?", tips=(tip,)))
        await notices.owe(work, "capture.consent", member, {"link": "a\0b"}, once="on\0ce")
        assert await deliveries.take_delivery(work, "k\0") and not await deliveries.take_delivery(work, "k")
    async with store.read(ward, NOW) as work:
        (known,) = await tips.from_source(work, "room:ward:m\0")
        assert astuple(known.form)[:4] == ("Lukewarm.", "Water", "Blocked", "") and known.form.tags == ("tube",)
        assert (known.said[0].note, known.remarks[0].text) == ("note", "comment")
        account = await members.find_account(work, "room:ward:ravi")
        assert account is not None and (account.name, account.member_id) == ("Ravi", member)
        assert (await members.list_members(work))[0].place == "ward 4"
        question = await questions.find_question(work, asked.number)
        assert question is not None and question.text == "How?"
        assert (await communities.options(work)).words["en"]["hello"] in ("Hello", "He\0llo")
        version, _ = (await tips.history(work, tip))[0]
        assert version.form["works"] == "Lukewarm."


async def test_a_file_with_nul_in_it_is_imported_once(store: Store, ward: int, tmp_path: Path) -> None:
    path = tmp_path / "tips.jsonl"
    lines = ({"id": "o\0ne", "works": "Luke\0warm."}, {"id": "two", "works": "\0", "title": "Nothing"})
    path.write_text("\n".join(json.dumps(line) for line in lines))
    first = await import_tips(store, ward, read_tips(path), NOW)
    again = await import_tips(store, ward, read_tips(path), NOW)
    assert (first.new, len(first.broken)) == (1, 1) and (again.new, again.changed, again.same) == (0, 0, 1)


async def test_high_numbers_find_nothing(store: Store, ward: int) -> None:
    async with store.read(ward, NOW) as work:
        for number in (0, 99_999, 214_748, 214_749, 999_999_999):
            assert await tips.find_tip(work, number) is None
            assert await tips.numbered_like(work, number) == []
            assert await questions.find_question(work, number) is None


async def test_confidence_and_vectors_come_back_as_they_were(store: Store, ward: int) -> None:
    confidence = 0.1 + 0.2
    async with store.write(ward, NOW) as work:
        member = member_id(await members.add_member(work, "room:ward:ravi", "Ravi"))
        number = (await questions.write_question(work, member, Asked("How?", confidence=confidence))).number
    async with store.read(ward, NOW) as work:
        found = await questions.find_question(work, number)
    assert found is not None and found.confidence == confidence and found.asked_at == NOW


@pytest.fixture
async def both(make_database: Callable[..., str]) -> AsyncIterator[Sequence[Store]]:
    """A store on each kind of database."""
    stores = [Store(make_database(kind)) for kind in ("postgresql", "sqlite")]
    yield stores
    for each in stores:
        await each.close()


async def test_search_finds_the_same(both: Sequence[Store], encoder_if_built: Encoder | None, tmp_path: Path) -> None:
    path = tmp_path / "tips.jsonl"
    said = [{"id": row["id"], "works": row["text"]} for row in rows("messages")][:128]
    path.write_text((FOLDER / "tips.jsonl").read_text() + "\n".join(json.dumps(row) for row in said))
    found = []
    for store in both:
        ward = await communities.open_community(store, "The ward", NOW)
        imported = await import_tips(store, ward, read_tips(path), NOW)
        assert imported.new == 200
        library = Library(store, encoder_if_built)
        answers = [await library.search(ward, question, NOW) for question in _thirty_questions()]
        found.append([(answer.hits, answer.confidence, answer.confidence_of_shown) for answer in answers])
        assert all(hits for hits, _, _ in found[-1][:20])
    assert found[0] == found[1]


def _thirty_questions() -> list[str]:
    """What was asked, what tips say where they help, and the same with a letter lost."""
    asked = [row["text"] for row in rows("questions")][:8]
    when = [row["situation"] for row in rows("tips") if row["situation"]][:22]
    return asked + [text if place % 2 else text.replace("e", "", 1) for place, text in enumerate(when)]
