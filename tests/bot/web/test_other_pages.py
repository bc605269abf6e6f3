"""Questions, meetups with their calendar, newcomers, exports, who coordinates, one's own page, and what is pressed."""

import csv
import io
import json
import re
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from web.pages_stage import Stage, Window, words_of

from bot.web import exports, guard
from bot.web.press import PRESSED
from bot.wiring import FEATURES
from knowledge.importing.reading import ReadTip, read_tips
from knowledge.models import MeetupState, Reply
from knowledge.store import Work, communities, consents, meetups, members, questions, tips
from knowledge.store.filing import NewTip, publish_new
from knowledge.store.questions import Asked
from knowledge.tips import TipForm

ANN, BEN, CY, ZOE = "room:ward:ann", "room:ward:ben", "room:ward:cy", "room:lab:zoe"
ALONE = "What I asked the bot alone"


async def put(work: Work, asker: int, text: str, *, named: bool, answerer: int = 0, tip: int | None = None) -> int:
    """A question that was put to the community, answered where there is an answerer; gives its number."""
    asked = await questions.write_question(work, asker, Asked(text))
    await questions.open_question(work, asked.number, named=named)
    await questions.note_post(work, asked.number, f"room:ward:floor:m{asked.number}", "room:ward:floor")
    if answerer:
        await questions.solve_question(work, asked.number, answerer=answerer, tip=tip)
    return asked.number


async def test_what_was_asked_of_the_bot_alone_stands_on_no_page(stage: Stage) -> None:
    for who in (ANN, CY, BEN):
        window = await stage.window(who)
        for path in ("/", "/questions", "/questions?state=answered", "/review", "/audit", "/newcomers"):
            assert ALONE not in (await window.open(path)).text, (who, path)
        assert ALONE not in (await window.send("/exports", {"what": "questions", "form": "jsonl"})).text
        assert (await window.send("/press", {"button": "me:file"})).text.count(ALONE) == (who == BEN)


async def test_who_asked_without_their_name_is_named_nowhere(stage: Stage) -> None:
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        await put(work, stage.people["cy"], "Unnamed and open?", named=False)
        await put(work, stage.people["cy"], "Unnamed and solved?", named=False, answerer=stage.people["ben"])
    window = await stage.window(ANN)
    waiting, solved = "Unnamed and open?", "Unnamed and solved?"
    for path, text in (("/questions", waiting), ("/", waiting), ("/questions?state=answered", solved)):
        shown = (await window.sees(path)).partition(text)[2]
        assert shown.startswith(" Asked by somebody here") and "Cy" not in shown, path
    assert "answered by Ben" in await window.sees("/questions?state=answered")
    sent = await window.send("/exports", {"what": "questions", "form": "csv"})
    assert "Unnamed and open?" in sent.text and "Cy" not in sent.text and "Ben" not in sent.text


async def test_of_an_answer_that_became_a_tip_nobody_is_named_who_is_not_on_the_tip(stage: Stage) -> None:
    ben, cy = stage.people["ben"], stage.people["cy"]
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        kept = [await tips.keep_tip(work, TipForm(f"Answer {at}."), kept_by=ben) for at in range(2)]
        for tip in kept:
            await tips.add_author(work, tip, cy)
        await tips.publish_tip(work, kept[0], by=ben)
        await consents.set_named(work, kept[0], cy, named=False)
        for tip in kept:
            await put(work, ben, f"What about {tip - kept[0]}?", named=True, answerer=cy, tip=tip)
    page = await (await stage.window(ANN)).sees("/questions?state=answered")
    draft, _, live = page.partition("What about 0?")
    assert "Tip #4 came of it" in live and "Cy" not in live
    assert "answered by Cy" in draft and "came of it" not in draft, "a draft has no number for others"


async def test_answer_it_there_leads_to_the_room(stage: Stage) -> None:
    window = await stage.window(CY)
    assert "Answer it there" in await window.sees("/questions")
    there = await window.open("/questions/1/there")
    assert (there.status_code, there.headers["location"]) == (303, "http://127.0.0.1:8000/#floor/m1")
    for number in (2, 99, 0):
        assert (await window.open(f"/questions/{number}/there")).status_code == 409


async def book(stage: Stage, problem: str, *, state: MeetupState = MeetupState.BOOKED, days: float = 2) -> int:
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        meetup = await meetups.propose(work, problem, state=state, host_id=stage.people["ben"], space="room:ward")
        meetup.starts_at = stage.now[0] + timedelta(days=days)
        await meetups.note_reply(work, meetups.meetup_id(meetup), stage.people["ben"], Reply.COMES)
        return meetup.number


async def address(window: Window) -> str:
    return re.findall(r'id="feed" readonly value="http://[^/]+([^"]+)"', (await window.send("/calendar")).text)[0]


def events(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/calendar")
    return {str(each["summary"]): each for each in Calendar.from_ical(answer.content).walk("VEVENT")}


async def test_the_calendar_shows_what_is_booked_and_marks_what_was_called_off(stage: Stage) -> None:
    await book(stage, "Beds; lifts, and “quotes”\\n")
    await book(stage, "Called off", state=MeetupState.CANCELLED)
    await book(stage, "Long ago", state=MeetupState.HELD, days=-70)
    await book(stage, "Only thought of", state=MeetupState.DRAFTED)
    nobody, feed = await stage.window(), await address(await stage.window(CY))
    found = events(await nobody.open(feed))
    assert len(found) == 2
    (off,), (on,) = ([each for name, each in found.items() if ("Called off" in name) is gone] for gone in (True, False))
    assert off["status"] == "CANCELLED" and on.get("status", "CONFIRMED") == "CONFIRMED"
    assert on["dtstart"].dt == stage.now[0] + timedelta(days=2) and "Beds; lifts, and" in on["summary"]
    assert "mailto" not in (await nobody.open(feed)).text.lower()
    foreign = feed.replace(f"/{stage.ward}.", f"/{stage.lab}.")
    for wrong in (foreign, f"{feed[:-8]}.ics", "/calendar/1.ics"):
        answer = await nobody.open(wrong)
        assert answer.status_code == 404 and "Beds" not in answer.text
    assert events(await nobody.open(await address(await stage.window(ZOE)))) == {}


async def test_a_new_address_ends_the_old_one_and_who_leaves_reads_no_more(stage: Stage) -> None:
    window, nobody = await stage.window(CY), await stage.window()
    first, second = await address(window), await address(window)
    assert (await nobody.open(first)).status_code == 404 and (await nobody.open(second)).status_code == 200
    assert second.partition(".")[2][:20] not in (await window.open("/meetups")).text, "it is shown once"
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        await members.mark_left(work, CY)
    assert (await nobody.open(second)).status_code == 404


@settings(max_examples=7, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    problem=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=120),
    minutes=st.integers(15, 600),
    hours=st.integers(-1_000, 5_000),
)
async def test_what_is_booked_is_read_back_by_a_calendar(stage: Stage, problem: str, minutes: int, hours: int) -> None:
    number = await book(stage, problem.strip() or "x", days=hours / 24)
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        meetup = await meetups.find_meetup(work, number)
        assert meetup is not None
        meetup.minutes = minutes
    entries = Calendar.from_ical((await (await stage.window()).open(await address(await stage.window(CY)))).content)
    (found,) = (each for each in entries.walk("VEVENT") if str(each["uid"]).startswith(f"meetup-{number}-"))
    assert found["dtstart"].dt.astimezone(UTC) == stage.now[0] + timedelta(hours=hours)
    assert found["dtend"].dt - found["dtstart"].dt == timedelta(minutes=minutes)
    assert " ".join(problem.split()) in " ".join(str(found["summary"]).split())


async def pressed(window: Window, button: str) -> Any:
    return await window.send("/press", {"button": button, "back": "/meetups"})


async def test_somebody_joins_a_meetup_and_leaves_it_again(stage: Stage) -> None:
    number = await book(stage, "Beds")
    window = await stage.window(CY)
    assert "I'll come" in await window.sees("/meetups") and "You come" not in await window.sees("/meetups")
    assert (await window.send("/press", {"button": f"meetups:join:{number}", "back": "/meetups"})).status_code in (
        200,
        303,
    )
    page = await window.sees("/meetups")
    assert "You come" in page and "Ben and Cy come" in page and "I can't come after all" in page
    assert (await window.send("/press", {"button": f"meetups:leave:{number}", "back": "/meetups"})).status_code in (
        200,
        303,
    )
    assert "You come" not in await window.sees("/meetups")
    assert (await window.send("/press", {"button": "meetups:join:99"})).status_code == 409


async def test_numbers_of_fewer_than_five_newcomers_are_not_shown(stage: Stage) -> None:
    window = await stage.window(ANN)
    assert "Left alone" in await window.sees("/newcomers") and "Cy" in await window.sees("/newcomers")
    assert "Step" not in (await window.sees("/newcomers")).partition("Left alone")[2].partition("Cy")[2]
    async with stage.store.write(stage.ward, stage.now[0] - timedelta(days=9)) as work:
        for at in range(6):
            await members.add_member(work, f"room:ward:new{at}", f"New {at}")
    page = await window.sees("/newcomers")
    assert "New 1" not in page
    figures = page.partition("Came")[2]
    assert re.findall(r"\d+", figures.partition("What newcomers did")[0]) in ([], ["6"]), figures


@pytest.fixture
async def many(stage: Stage) -> Stage:
    """A ward with 450 tips and the stage's own, in more pieces than two."""
    words = ["=1+1", "-2+3", "+4", "@cmd", "plain", "two\nlines", "a | b", "ä, “q”"]
    forms = [TipForm(f"{words[at % 8]} {at}", f"No {at}", why=words[-at % 8], tags=("many",)) for at in range(447)]
    new = [NewTip(form) for form in forms]
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        await publish_new(work, new)
        await put(work, stage.people["ben"], "- Two\n| lines?", named=True)
    return stage


async def test_exports_hold_everything_once_in_pieces(many: Stage, tmp_path: Path) -> None:
    window = await many.window(ANN)
    taken = {form: await window.send("/exports", {"what": "tips", "form": form}) for form in exports.FORMS}
    rows = list(csv.reader(io.StringIO(taken["csv"].text)))
    assert len(rows) / 2 > exports.AT_ONCE and len(rows) == 451 and rows[0][0] == "id"
    assert [row[rows[0].index("number")] for row in rows[1:]] == [str(at) for at in range(1, 451)]
    assert not any(cell[:1] in tuple("=+-@") for row in rows for cell in row if cell)
    lines = [json.loads(line) for line in taken["jsonl"].text.splitlines()]
    assert [line["number"] for line in lines] == list(range(1, 451))
    assert len(re.findall(r"^# ", taken["md"].text, re.MULTILINE)) == 450
    for form in ("jsonl", "csv"):
        file = tmp_path / f"tips.{form}"
        file.write_text(taken[form].text, encoding="utf-8", newline="")
        read = [each.form for each in read_tips(file) if isinstance(each, ReadTip)]
        async with many.store.read(many.ward, many.now[0]) as work:
            assert read == [each.form for each in await tips.live_tips(work)], form
    assert "attachment" in taken["csv"].headers["content-disposition"]
    assert (await window.send("/exports", {"what": "tips", "form": "xls"})).status_code == 409
    assert "Ann" in await window.sees("/audit?did=export")


async def test_questions_go_out_as_one_row_each_without_who_asked(many: Stage) -> None:
    window = await many.window(ANN)
    sent = {form: (await window.send("/exports", {"what": "questions", "form": form})).text for form in exports.FORMS}
    table = sent["md"].splitlines()
    assert len(table) == 4 and all(line.startswith("| ") or line.startswith("|---") for line in table)
    assert "- Two \\| lines?" in sent["md"]
    rows = list(csv.DictReader(io.StringIO(sent["csv"])))
    assert sorted(row["text"] for row in rows) == ["'- Two\n| lines?", "Where is the Sliding-sheet kept?"]
    assert all("Ben" not in each for each in sent.values())


async def adds(window: Window, name: str) -> Any:
    return await window.send("/form", {"opener": "core:add", "form": "core:add", "who": name, "back": "/core"})


async def test_a_coordinator_is_added_by_name_and_taken_out_again(stage: Stage) -> None:
    window = await stage.window(ANN)
    assert "Ben coordinates now" in words_of(await adds(window, "  @bEN "))
    assert "2 of us coordinate here" in await window.sees("/core")
    for name in ("Nobody", "", "Zoe"):
        answer = await adds(window, name)
        assert answer.status_code == 422 and (not name or f'value="{name}"' in answer.text), name
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        await members.add_member(work, "room:ward:cy2", "Cy")
    twice = await adds(window, "Cy")
    assert twice.status_code == 422 and "or several do" in words_of(twice) and 'value="Cy"' in twice.text
    out = {"opener": "core:takeout", "form": "core:takeout", "who": str(stage.people["ben"]), "back": "/core"}
    assert "Ben coordinates no longer" in words_of(await window.send("/form", out))
    last = await window.send("/form", out | {"who": str(stage.people["ann"])})
    assert last.status_code == 409 and "Nobody else who is here coordinates" in words_of(last)
    assert (await adds(await stage.window(BEN), "Cy")).status_code == 409
    assert "Add somebody" not in await (await stage.window(BEN)).sees("/core")


async def test_what_is_not_pressed_on_pages_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(guard.A_MINUTE, "change", 1_000)
    window, refused = await stage.window(ANN), 0
    for feature in FEATURES:
        for action in {str(getattr(route, "action", "")) for route in feature.routes} - {""}:
            name = f"{feature.name}:{action}"
            if feature.name not in PRESSED and name not in PRESSED:
                refused += 1
                assert (await window.send("/press", {"button": name})).status_code == 409, name
                assert (await window.send("/form", {"opener": name, "form": name})).status_code == 409, name
    assert refused > 20


async def test_a_form_that_comes_back_keeps_all_that_was_typed_and_chosen(stage: Stage) -> None:
    window = await stage.window(CY)
    typed = {"practice": "porter", "place": "ward 9", "time_zone": "Middle/Earth", "language": "en"}
    answer = await window.send("/form", {"opener": "me:edit", "form": "me:edit", "back": "/me", **typed})
    assert answer.status_code == 422 and "Middle/Earth" in words_of(answer)
    for value in ("porter", "ward 9", "Middle/Earth"):
        assert f'value="{value}"' in answer.text
    assert '<option value="en" selected>' in answer.text
    opened = await window.send("/press", {"button": "me:edit", "back": "/me"})
    assert '<option value="en" selected>' not in opened.text, "it was chosen a moment ago, and not before"
    assert 'href="/pages/me"' in answer.text and 'name="back" value="/me"' in answer.text


async def test_everything_that_is_held_comes_as_a_file(stage: Stage) -> None:
    got = await (await stage.window(BEN)).send("/press", {"button": "me:file", "back": "/me"})
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''everything-about-me.json"
    assert got.headers["x-content-type-options"] == "nosniff" and ALONE in json.dumps(got.json())


@pytest.mark.parametrize("how", ["keep", "drop"])
async def test_who_wants_to_be_forgotten_is_out_at_once(stage: Stage, how: str) -> None:
    window, other = await stage.window(BEN), await stage.window(BEN)
    asked = await window.send("/press", {"button": "me:forget", "back": "/me"})
    assert asked.status_code == 200 and "me:forgetme" in asked.text
    assert (await other.open("/me")).status_code == 200
    assert (await window.send("/press", {"button": f"me:forgetme:{how}", "back": "/me"})).status_code == 200
    for each in (window, other):
        assert (await each.open("/me")).status_code == 401
    listed = await (await stage.window(ANN)).sees("/tips")
    assert "Ben" not in listed and ("Spasticity" in listed) is (how == "keep")


async def test_a_member_reads_pages_in_their_own_language(stage: Stage) -> None:
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        await communities.choose(work, words={"cy": {"web.nav.tips": "Awgrymiadau"}})
        await members.describe(work, stage.people["cy"], language="cy")
    page = (await (await stage.window(CY)).open("/tips")).text
    assert '<html lang="cy">' in page and "Awgrymiadau" in page
    assert "Awgrymiadau" not in (await (await stage.window(BEN)).open("/tips")).text
