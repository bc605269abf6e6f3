"""Settings on pages: every option is there, what can't be is said, each change is undone by itself."""

import re
from dataclasses import fields, replace
from typing import Any

import pytest
from web.pages_stage import Stage, Window, words_of

from bot.web.options import SECTIONS, SORTS
from knowledge.store import audit, communities
from knowledge.store.communities import KEPT_ELSEWHERE, Options

ANN, BEN = "room:ward:ann", "room:ward:ben"
FLOOR, HALL, OTHER = "room:ward:floor", "room:ward:hall", "slack:T1:C1"

CHOSEN: dict[str, tuple[Any, Any]] = {
    "languages": (["da", "en"], ("en", "da")),
    "time_zone": ("Europe/Oslo", "Europe/Oslo"),
    "quiet_from": ("22", 22),
    "quiet_until": ("0", 0),
    "nudges_a_week": ("0", 0),
    "keep_emoji": (":Star2:", "star2"),
    "solved_emoji": ("tada", "tada"),
    "sure_in_ten": ("9", 9),
    "look_after_months": ("36", 36),
    "digest_day": ("fri", "fri"),
    "digest_hour": ("0", 0),
    "digest_rooms": ([FLOOR, OTHER], (FLOOR, OTHER)),
    "questions_channel": (FLOOR, FLOOR),
    "offers_in": ([FLOOR, HALL], frozenset({FLOOR, HALL})),
    "meetup_rooms": ([HALL], (HALL,)),
    "meetup_quiet_weeks": ("26", 26),
    "report_rooms": ([FLOOR, HALL], (FLOOR, HALL)),
    "welcomes": (None, False),
}
"""What is sent for an option, and what it is from then on."""

REFUSED = [
    ("languages", [], "Choose one at least"),
    ("languages", ["tlh"], "not among what can be chosen"),
    ("time_zone", "Middle/Earth", "I don't know that time zone"),
    ("time_zone", "", "I don't know that time zone"),
    ("quiet_from", "24", "not among what can be chosen"),
    ("quiet_until", "-1", "not among what can be chosen"),
    ("nudges_a_week", "8", "not among what can be chosen"),
    ("keep_emoji", "two words", "can't use that as a reaction"),
    ("solved_emoji", "", "can't use that as a reaction"),
    ("sure_in_ten", "10", "not among what can be chosen"),
    ("look_after_months", "0", "not among what can be chosen"),
    ("digest_day", "someday", "not among what can be chosen"),
    ("digest_hour", "９", "not among what can be chosen"),
    ("digest_rooms", [FLOOR, HALL], "one room in each chat"),
    ("digest_rooms", ["room:lab:floor"], "not among what can be chosen"),
    ("questions_channel", "room:lab:floor", "not among what can be chosen"),
    ("offers_in", ["room:lab:floor"], "not among what can be chosen"),
    ("meetup_rooms", [FLOOR, HALL], "one room in each chat"),
    ("meetup_quiet_weeks", "27", "not among what can be chosen"),
    ("report_rooms", ["room:lab:floor"], "not among what can be chosen"),
]


@pytest.fixture
async def rooms(stage: Stage) -> Stage:
    """A stage whose ward has a second room, and one in another chat."""
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        await communities.connect_space(work, "slack:T1")
        await communities.remember_channel(work, HALL, "hall")
        await communities.remember_channel(work, OTHER, "elsewhere")
    return stage


async def options_of(stage: Stage) -> Options:
    async with stage.store.read(stage.ward, stage.now[0]) as work:
        return await communities.options(work)


def section_of(name: str) -> str:
    return next(section for section, names in SECTIONS.items() if name in names)


def form_of(page: str, section: str) -> dict[str, Any]:
    """What a browser would send of a part of the page as it stands."""
    part = page.partition(f'name="section" value="{section}"')[2].partition("</form>")[0]
    sent: dict[str, Any] = {"section": section}
    for name in SECTIONS[section]:
        if f'<select id="{name}"' in part:
            options = part.partition(f'<select id="{name}"')[2].partition("</select>")[0]
            sent[name] = re.findall(r'value="([^"]*)" selected', options)[0]
        elif f'type="checkbox" name="{name}"' in part:
            sent[name] = re.findall(rf'name="{name}" value="([^"]*)" checked', part)
        elif f'<input id="{name}"' in part:
            sent[name] = re.findall(rf'<input id="{name}" name="{name}" value="([^"]*)"', part)[0]
    return sent


async def choose(window: Window, name: str, value: Any) -> Any:
    """Changes one field of its part of the page, and sends the part as a browser does."""
    sent = form_of((await window.open("/settings")).text, section_of(name)) | {name: value}
    return await window.send("/settings", {key: each for key, each in sent.items() if each is not None})


async def undo_of(window: Window, answer: Any) -> dict[str, str]:
    """What the *Undo* that follows an answer would send."""
    assert answer.status_code == 303, words_of(answer)
    page = (await window.open(answer.headers["location"])).text
    return dict(re.findall(r'<input type="hidden" name="(entry)" value="(\d+)">', page))


def test_every_option_stands_on_the_page() -> None:
    elsewhere = {"words", "core_groups"} | (KEPT_ELSEWHERE - {"offers_in"})
    on_the_page = [name for names in SECTIONS.values() for name in names]
    assert set(on_the_page) == set(SORTS) == {each.name for each in fields(Options)} - elsewhere
    assert len(on_the_page) == len(set(on_the_page)) and set(CHOSEN) == set(SORTS)
    assert {name for name, _, _ in REFUSED} == set(SORTS) - {"welcomes"}, "a switch is on or off, whatever is sent"


async def test_every_option_is_shown_with_its_name_and_its_hint(rooms: Stage) -> None:
    page = (await (await rooms.window(ANN)).open("/settings")).text
    for name, sort in SORTS.items():
        assert f'name="{name}"' in page and f'id="hint-{name}"' in page, name
        assert sort.how in ("several", "switch") or f'<label for="{name}">' in page, name


async def test_each_is_saved_alone_and_undone_alone_and_that_is_undone_too(rooms: Stage) -> None:
    window, before = await rooms.window(ANN), await options_of(rooms)
    for name, (sent, value) in CHOSEN.items():
        entry = await undo_of(window, await choose(window, name, sent))
        assert await options_of(rooms) == replace(before, **{name: value}), name
        again = await undo_of(window, await window.send("/settings/undo", entry))
        assert await options_of(rooms) == before, name
        await window.send("/settings/undo", again)
        assert await options_of(rooms) == replace(before, **{name: value}), name
        assert (await window.send("/settings/undo", again)).status_code == 409
        await window.send("/settings/undo", entry)
        assert await options_of(rooms) == before, name


async def test_what_cannot_be_is_said_where_it_is_and_nothing_is_saved(rooms: Stage) -> None:
    window, before = await rooms.window(ANN), await options_of(rooms)
    for name, sent, said in REFUSED:
        answer = await choose(window, name, sent)
        page = answer.text
        assert answer.status_code == 422, f"{name}: {sent}"
        assert said in page.partition(f'id="wrong-{name}"')[2].partition("</span>")[0].replace("&#39;", "'"), name
        assert await options_of(rooms) == before
    typed = await window.send("/settings", {"section": "community", "time_zone": "Middle/Earth", "quiet_from": "3"})
    assert 'value="Middle/Earth"' in typed.text and '<option value="3" selected>' in typed.text


async def test_what_is_sent_as_it_stands_changes_nothing(rooms: Stage) -> None:
    window = await rooms.window(ANN)
    for name in ("digest_rooms", "offers_in"):
        await choose(window, name, [HALL])
    before = await options_of(rooms)
    page = (await window.open("/settings")).text
    for section in SECTIONS:
        assert "nothing was changed" in await window.sends("/settings", form_of(page, section)), section
    assert await options_of(rooms) == before


async def test_an_undo_leaves_what_was_chosen_since(rooms: Stage) -> None:
    window, before = await rooms.window(ANN), await options_of(rooms)
    sent = {"section": "digest", "digest_day": "wed", "digest_hour": "7", "digest_rooms": FLOOR}
    entry = await undo_of(window, await window.send("/settings", sent))
    await choose(window, "digest_hour", "11")
    await window.send("/settings/undo", entry)
    assert await options_of(rooms) == replace(before, digest_hour=11)
    again = await window.send("/settings/undo", entry)
    assert again.status_code == 409 and "settled already" in words_of(again)


async def test_the_language_that_is_spoken_stays_the_first(rooms: Stage) -> None:
    window = await rooms.window(ANN)
    for sent, kept in (("da de en", "en da de"), ("da de", "da de"), ("ar de", "de ar")):
        await choose(window, "languages", sent.split())
        assert (await options_of(rooms)).languages == tuple(kept.split())


async def test_rooms_of_offers_are_those_where_the_bot_offers(rooms: Stage) -> None:
    window = await rooms.window(ANN)
    await choose(window, "offers_in", [FLOOR, OTHER])
    await choose(window, "offers_in", [OTHER])
    async with rooms.store.read(rooms.ward, rooms.now[0]) as work:
        assert [each.key for each in await communities.channels(work) if each.offers] == [OTHER]


async def test_nobody_undoes_for_another_community_or_what_is_no_change_of_options(rooms: Stage) -> None:
    window, zoe = await rooms.window(ANN), await rooms.window("room:lab:zoe")
    entry = await undo_of(window, await choose(window, "digest_day", "fri"))
    assert (await zoe.send("/settings/undo", entry)).status_code == 409
    async with rooms.store.write(rooms.ward, rooms.now[0]) as work:
        other = await audit.note(work, "tip.retired", None, tip=1)
    for number in (str(other), "0", "x", "９", "9" * 30):
        assert (await window.send("/settings/undo", {"entry": number})).status_code == 409
    assert (await options_of(rooms)).digest_day == "fri"


async def test_when_the_digest_would_come_is_said_as_its_day_is_chosen(rooms: Stage) -> None:
    window = await rooms.window(ANN)
    said = words_of(await window.open("/settings/when?digest_day=fri&digest_hour=7"))
    assert said == "The next one comes on Fri 4 Dec, 07:00."
    assert words_of(await window.open("/settings/when?digest_day=someday&digest_hour=7")) == ""
    assert "it is posted nowhere" in await window.sees("/settings")
    await choose(window, "digest_rooms", [FLOOR])
    assert "The next one comes on Mon 30 Nov, 09:00." in await window.sees("/settings")


async def test_the_trail_says_what_was_chosen(rooms: Stage) -> None:
    window = await rooms.window(ANN)
    await window.send("/settings/undo", await undo_of(window, await choose(window, "digest_day", "fri")))
    async with rooms.store.read(rooms.ward, rooms.now[0]) as work:
        done = [(each.did, each.subject, each.by) for each in await audit.trail(work)]
    assert done == [
        ("settings.undone", {"options": {"digest_day": ["fri", "mon"]}}, "Ann"),
        ("settings.changed", {"options": {"digest_day": ["mon", "fri"]}}, "Ann"),
    ]
