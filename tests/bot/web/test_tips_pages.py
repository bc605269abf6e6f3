"""Tips on pages: looked for and filtered, shown to whom they may be shown, changed, merged, and taken back."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web.pages_stage import Stage, Window, words_of

from bot.web.tips import _difference
from knowledge.models import Consent, Outcome, TipKind, TipState
from knowledge.store import Work, audit, confirmations, consents, members, tips
from knowledge.tips import TipForm

ANN, BEN, CY, DAN = "room:ward:ann", "room:ward:ben", "room:ward:cy", "room:ward:dan"
DRAFT, WITHDRAWN = "Quokkas sleep by day", "Wombats dig by night"
RETIRED, MERGED, UNNAMED, STORY, TOGETHER = range(6, 11)
"""Numbers of what `fill` adds; 1 to 3 are the stage's, 4 is Ben's draft, and 5 what Cy took back."""


async def keep(work: Work, title: str, *authors: int, works: str = "", **parts: Any) -> int:
    """A live tip with these authors of what works; gives its id."""
    tip = await tips.keep_tip(work, TipForm(works or f"{title}, as we do it.", title, **parts), kept_by=authors[0])
    for author in authors:
        await tips.add_author(work, tip, author)
    await tips.publish_tip(work, tip, by=authors[0])
    return tip


async def fill(stage: Stage) -> None:
    """A draft, tips in every state, one by somebody who is not named, and one of two authors with a part each."""
    ben, cy = stage.people["ben"], stage.people["cy"]
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        dan = stage.people["dan"] = members.member_id(await members.add_member(work, DAN, "Dan"))
        await members.describe(work, dan, practice="porter", place="ward 7")
        await members.describe(work, cy, practice="cook", place="kitchen")
        draft = await tips.keep_tip(work, TipForm(DRAFT, DRAFT), kept_by=ben)
        await tips.add_author(work, draft, ben)
        await tips.set_state(work, await keep(work, WITHDRAWN, cy), TipState.WITHDRAWN, by=cy)
        await tips.set_state(work, await keep(work, "Old kettle", ben), TipState.RETIRED, by=ben)
        await tips.merge_tip(work, await keep(work, "Twin kettle", ben), into=1, by=ben)
        await consents.set_named(work, await keep(work, "Silent shoes", cy), cy, named=False)
        await keep(work, "A night at the lift", dan, kind=TipKind.STORY, tags=("night",))
        both = await keep(work, "Warm towels", ben, works="Ben says: warm them.", why="Cy says: they dry sooner.")
        await tips.add_author(work, both, cy, part="why")


@pytest.fixture
async def filled(stage: Stage) -> Stage:
    """A filled stage of the test's own."""
    await fill(stage)
    return stage


def numbers_on(page: str) -> list[int]:
    """The numbers of the tips that a list has, in its order."""
    return [int(each) for each in re.findall(r'class="title" href="/pages/tips/(\d+)"', page)]


async def found(window: Window, query: str) -> list[int]:
    return numbers_on((await window.open(f"/tips?{query}")).text)


LIST = [
    ("", [10, 9, 8, 3, 2, 1]),
    ("tag=night", [9]),
    ("practice=porter", [9]),
    ("place=ward+7", [9]),
    ("practice=cook", [10]),
    ("kind=story", [9]),
    ("kind=story&tag=lifting", []),
    ("state=retired", [6]),
    ("state=merged", [7]),
    ("state=draft", [10, 9, 8, 3, 2, 1]),
    ("state=retired&q=KETTLE+old", [6]),
    ("state=retired&q=kettle+new", []),
    ("q=spastisity+of+the+rist", [2]),
    ("q=%239", [9]),
    ("q=6", [6]),
    ("q=99999999999", []),
    ("q=silent+shoes&practice=cook", []),
]


async def windows_of(stage: Stage) -> dict[str, Window]:
    return {who: await stage.window(who) for who in (ANN, BEN, CY, DAN)}


async def test_the_list_is_filtered_by_everything_that_it_offers(filled: Stage) -> None:
    windows = await windows_of(filled)
    for query, numbers in LIST:
        shown = await found(windows[ANN], query)
        assert (shown[: len(numbers)] if "spast" in query else shown) == numbers, query
    assert "Nothing fits" in await windows[ANN].sees("/tips?tag=nothing-has-this")


async def test_the_script_is_sent_the_list_alone(filled: Stage) -> None:
    windows = await windows_of(filled)
    part = (await windows[ANN].open("/tips?tag=night", **{"HX-Request": "true"})).text
    assert numbers_on(part) == [9] and "<html" not in part and "<form" not in part


async def test_an_author_who_is_not_named_is_not_found_by_what_they_do(filled: Stage) -> None:
    """Cy is named on #10 and not on #8: to look for both at once tells nothing of whom #8 is from."""
    windows = await windows_of(filled)
    assert 8 not in await found(windows[ANN], "q=silent+shoes+warm+towels&practice=cook")
    assert 10 in await found(windows[ANN], "q=silent+shoes+warm+towels&practice=cook")


async def test_drafts_and_what_was_taken_back_are_shown_to_nobody_else(filled: Stage) -> None:
    windows = await windows_of(filled)
    for who in (ANN, DAN):
        for query in ("", "q=quokkas", "q=wombats+dig", "q=4", "q=%235", "state=draft", "state=withdrawn"):
            page = (await windows[who].open(f"/tips?{query}")).text
            assert DRAFT not in page and WITHDRAWN not in page, (who, query)
        for number, secret in ((4, DRAFT), (5, WITHDRAWN)):
            for path in (
                f"/tips/{number}",
                f"/tips/{number}/edit",
                f"/tips/{number}/merge",
                f"/tips/1/merge?with={number}",
            ):
                answer = await windows[who].open(path)
                assert answer.status_code == 409 and secret not in answer.text, (who, path)
        for path in ("/", "/questions", "/audit", "/me", "/tips/1/merge?q=quokkas"):
            assert DRAFT not in (await windows[who].open(path)).text


async def test_their_authors_see_them(filled: Stage) -> None:
    windows = await windows_of(filled)
    assert DRAFT in await windows[BEN].sees("/tips/4") and await found(windows[BEN], "q=4") == [4]
    assert WITHDRAWN in await windows[CY].sees("/tips/5")
    assert await found(windows[BEN], "q=quokkas") != [4] and 4 not in await found(windows[BEN], "")


async def test_who_chose_not_to_be_named_is_named_nowhere(filled: Stage) -> None:
    windows = await windows_of(filled)
    for path in ("/tips/8", "/tips?q=8", "/tips?q=silent+shoes&tag=", "/tips/8/merge", "/tips/1/merge?with=8"):
        page = await windows[ANN].sees(path)
        shown = page.partition("Silent shoes")[2].partition("#")[0]
        assert "Cy" not in shown and "somebody" in page.lower(), path
    sent = await windows[ANN].send("/exports", {"what": "tips", "form": "jsonl"})
    line = next(line for line in sent.text.splitlines() if "Silent shoes" in line)
    assert '"author": ""' in line


async def test_pages_of_the_list_turn_and_keep_the_filters(filled: Stage) -> None:
    windows = await windows_of(filled)
    page = (await windows[ANN].open("/tips?page=1&tag=lifting")).text
    assert numbers_on(page) == [] and "Nothing fits" in page


async def test_twenty_tips_are_on_a_page(stage: Stage) -> None:
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        for at in range(20):
            await keep(work, f"Trick {at}", stage.people["ben"], tags=("trick",))
    window = await stage.window(CY)
    first, second = [(await window.open(f"/tips?tag=trick&page={page}")).text for page in (0, 1)]
    assert len(numbers_on(first)) == 20 and "Older" not in first and numbers_on(second) == []
    first, second = [(await window.open(f"/tips?page={page}")).text for page in (0, 1)]
    assert [*numbers_on(first), *numbers_on(second)] == list(range(23, 0, -1))
    assert "Older" in first and "Newer" in second and "Older" not in second


PERSONAL = {"works": "Ring 07700 900123 and ask for Mrs Smith's notes.", "title": "Notes"}


async def test_what_looks_personal_is_held_back_shown_and_taken_out_or_kept(stage: Stage) -> None:
    window = await stage.window(BEN)
    held = await window.send("/tips/1/edit", PERSONAL)
    assert held.status_code == 422 and "07700 900123" in words_of(held) and "Nothing is saved yet" in words_of(held)
    assert "07700" not in await window.sees("/tips/1")
    taken = await window.send("/tips/1/edit", {**PERSONAL, "take_out": "yes"})
    assert taken.status_code == 200 and "07700" not in taken.text and "Ring " in taken.text
    assert "07700" not in await window.sees("/tips/1"), "taking out shows it, and saves nothing"
    assert "#1 is changed" in await window.sends("/tips/1/edit", {**PERSONAL, "looked_at": "yes"})
    assert "07700 900123" in await window.sees("/tips/1")
    assert (await window.send("/tips/1/edit", {**PERSONAL, "why": "It is quick."})).status_code == 303, (
        "looked at by now"
    )


async def test_a_tip_without_what_works_is_not_saved_and_the_rest_stays_typed(stage: Stage) -> None:
    window = await stage.window(BEN)
    answer = await window.send("/tips/1/edit", {"works": " \n ", "why": "Typed a moment ago", "kind": "story"})
    assert answer.status_code == 422 and "Say in a few words what works" in words_of(answer)
    assert "Typed a moment ago" in answer.text and '<option value="story" selected>' in answer.text


async def test_an_author_of_two_changes_their_own_part(filled: Stage) -> None:
    parts = {"works": "Cy's other way.", "why": "Cy's other reason.", "title": "Cy's title"}
    page = await (await filled.window(CY)).sends(f"/tips/{TOGETHER}/edit", parts)
    assert "Cy's other reason." in page and "Ben says: warm them." in page
    assert "Cy's other way." not in page and "Cy's title" not in page
    assert (await (await filled.window(DAN)).send(f"/tips/{TOGETHER}/edit", parts)).status_code == 409
    page = await (await filled.window(ANN)).sends(f"/tips/{TOGETHER}/edit", {"works": "As a coordinator."})
    assert "As a coordinator." in page


async def test_a_draft_is_changed_without_an_undo_that_could_not_be(filled: Stage) -> None:
    window = await filled.window(BEN)
    page = await window.sends("/tips/4/edit", {"works": "Quokkas sleep all day."})
    assert "Quokkas sleep all day." in page and "#4 is changed." in page and "Undo" not in page
    assert (await (await filled.window(ANN)).send("/tips/4/edit", {"works": "x"})).status_code == 409


async def test_undo_takes_back_the_change_that_it_stands_under_and_no_later_one(stage: Stage) -> None:
    window = await stage.window(BEN)
    first = await window.open((await window.send("/tips/1/edit", {"works": "First change."})).headers["location"])
    version = re.findall(r'name="version" value="(\d+)"', first.text)[0]
    assert version == "2"
    await window.sends("/tips/1/edit", {"works": "Second change."})
    late = await window.send("/tips/1/undo", {"version": version})
    assert late.status_code == 409 and "settled already" in words_of(late)
    assert "Second change." in await window.sees("/tips/1")
    page = await window.sends("/tips/1/undo", {"version": "3"})
    assert "First change." in page and "The last change of #1 is taken back" in page
    assert (await window.send("/tips/1/undo", {"version": "3"})).status_code == 409, "pressed twice"
    stranger = await (await stage.window(CY)).send("/tips/1/undo", {"version": "4"})
    assert stranger.status_code == 409 and "First change." in await window.sees("/tips/1")


async def test_what_was_out_of_date_holds_again(stage: Stage) -> None:
    window = await stage.window(CY)
    assert "is found no more" in await window.sends("/tips/2/retire")
    assert await found(window, "q=spasticity") != [2] and 2 not in await found(window, "")
    assert "#2 holds again" in await window.sends("/tips/2/restore")
    assert (await window.send("/tips/2/restore")).status_code == 409
    assert 2 in await found(window, "q=spasticity+of+the+wrist")


@pytest.mark.parametrize(("going", "staying"), [(1, 3), (3, 1)])
async def test_either_of_two_goes_into_the_other_and_comes_back(stage: Stage, going: int, staying: int) -> None:
    window = await stage.window(CY)
    beside = await window.sees("/tips/1/merge?with=3")
    assert "Keep this one: #1 goes into #3" in beside and "Keep this one: #3 goes into #1" in beside
    assert "They are not the same" not in beside, "that is for coordinators"
    answer = await window.send(f"/tips/{going}/merge", {"into": str(staying)})
    assert answer.headers["location"] == f"/pages/tips/{staying}"
    assert f"It went into #{staying}" in await window.sees(f"/tips/{going}")
    assert (await window.send("/tips/2/merge", {"into": "2"})).status_code == 409
    assert f"change of #{going} is taken back" in await window.sends(f"/tips/{going}/undo", {"version": "2"})
    assert await found(window, "") == [3, 2, 1]


async def test_what_went_along_in_a_merge_comes_back_with_it(filled: Stage) -> None:
    """#7 is in #1: when #1 goes into #2, and comes back, #7 is in #1 again."""
    window = await filled.window(ANN)
    await window.sends("/tips/1/merge", {"into": "2"})
    assert "It went into #2" in await window.sees(f"/tips/{MERGED}")
    await window.sends("/tips/1/undo", {"version": "2"})
    assert "It went into #1" in await window.sees(f"/tips/{MERGED}")


async def test_authors_of_a_tip_that_went_into_another_are_named_there_and_change_nothing(filled: Stage) -> None:
    cy = await filled.window(CY)
    await (await filled.window(ANN)).sends("/tips/9/merge", {"into": "2"})
    page = await cy.sees("/tips/2")
    assert "From Ben and Dan" in page
    assert (await (await filled.window(DAN)).send("/tips/2/edit", {"works": "Dan's"})).status_code == 409
    await (await filled.window(ANN)).sends(f"/tips/{UNNAMED}/merge", {"into": "3"})
    assert "Cy" not in (await cy.sees("/tips/3")).partition("A Sliding-sheet for two")[2]


async def test_what_is_not_the_same_is_not_offered_again(stage: Stage) -> None:
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        for _ in range(2):
            await keep(work, "Rinse the blocked feeding tube", stage.people["ben"], works="Rinse it with warm water.")
    window = await stage.window(ANN)
    offered = 'href="/pages/tips/4/merge?with=5"'
    assert offered in (await window.open("/tips/4/merge")).text
    assert "stay apart" in await window.sends("/tips/4/apart", {"other": "5"})
    assert offered not in (await window.open("/tips/4/merge")).text
    assert 'href="/pages/tips/5/merge?with=4"' not in (await window.open("/tips/5/merge")).text
    assert offered in (await window.open("/tips/4/merge?q=feeding+tube")).text, "who looks for it finds it"
    assert (await window.send("/tips/4/apart", {"other": "4"})).status_code == 409
    assert (await window.send("/tips/4/apart", {"other": "77"})).status_code == 409


async def test_history_names_who_changed_it_unless_they_are_not_to_be_named(filled: Stage) -> None:
    ann = await filled.window(ANN)
    await (await filled.window(CY)).sends(f"/tips/{UNNAMED}/edit", {"works": "Take the felt ones."})
    page = await ann.sees(f"/tips/{UNNAMED}")
    assert "Take the felt ones." in page and "Cy" not in page
    await ann.sends("/tips/1/edit", {"works": "As Ann writes."})
    history = (await (await filled.window(DAN)).sees("/tips/1")).partition("What happened to it")[2]
    assert "Ann" in history and "taken out:" in history and "put in:" in history


async def test_the_trail_says_who_changed_what_and_not_how(filled: Stage) -> None:
    window = await filled.window(ANN)
    await window.sends("/tips/1/edit", {"works": "Seldom-heard words."})
    async with filled.store.read(filled.ward, filled.now[0]) as work:
        done = await audit.trail(work)
    assert [(each.did, each.subject) for each in done] == [("tip.edited", {"tip": 1})]
    assert "Ann changed tip #1" in await window.sees("/audit")


async def test_who_waits_for_an_author_leaves_the_draft_as_it_is(stage: Stage) -> None:
    """Ann kept Cy's words: until Cy answers, only the two of them see the draft."""
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        draft = await tips.keep_tip(work, TipForm(DRAFT), kept_by=stage.people["ann"])
        await tips.add_author(work, draft, stage.people["cy"], consent=Consent.ASKED)
        await confirmations.confirm_tip(work, 2, stage.people["cy"], Outcome.WORKED)
    window = await stage.window(ANN)
    assert DRAFT in await window.sees("/tips/4")
    assert (await window.send("/tips/4/edit", {"works": "Other words."})).status_code == 409
    assert (await (await stage.window(BEN)).open("/tips/4")).status_code == 409


TEXTS = st.lists(st.sampled_from(["warm", "hand", "the", " ", "  ", "\n", "é", "🙂", ".", "first"]), max_size=14).map(
    "".join
)


@given(TEXTS, TEXTS)
def test_the_pieces_of_a_difference_are_the_old_text_and_the_new_one(old: str, new: str) -> None:
    pieces = _difference(old, new)
    assert "".join(words for how, words in pieces if how != "new") == old
    assert "".join(words for how, words in pieces if how != "gone") == new
    assert all(words and how in ("same", "gone", "new") for how, words in pieces)
    assert old != new or {how for how, _ in pieces} <= {"same"}
