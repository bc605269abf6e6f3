"""What is worth telling: people before volume, a screenful, nothing twice in a row, nothing in a thin week."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.digest import rules
from bot.features.digest.rules import Item, Kind
from bot.times import DAYS
from knowledge.models import Meetup, Member, Outcome, Question, QuickWin, Showing, TipState
from knowledge.store.communities import Options
from knowledge.store.digests import News
from knowledge.tips import Author, Known, Said, TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def tip(id: int, *authors: int, tags: tuple[str, ...] = ()) -> Known:
    return Known(
        id=id,
        number=id,
        state=TipState.LIVE,
        form=TipForm("works", title=f"Tip {id}", tags=tags),
        created_at=NOW,
        authors=tuple(Author(each, f"Person {each}") for each in authors),
        published_at=NOW,
    )


def of_tip(kind: Kind, id: int, *people: int, author: int = 0, hours_ago: float = 1) -> Item:
    known = tip(id, author) if author else tip(id)
    return Item(kind, id, frozenset({*people, author} - {0}), NOW - timedelta(hours=hours_ago), tip=known)


def asked(id: int, asker: int, *, hours_ago: float = 30) -> Item:
    at = NOW - timedelta(hours=hours_ago)
    question = Question(id=id, community_id=1, number=id, asker_id=asker, text="why?", asked_at=at, posted_at=at)
    return Item(Kind.WAITING, id, frozenset({asker}), at, question=question)


def test_a_week_of_one_busy_member_leaves_room_for_the_others() -> None:
    busy = [of_tip(Kind.NEW, number, author=1, hours_ago=number) for number in range(1, 10)]
    others = [of_tip(Kind.NEW, 20, author=2, hours_ago=90), of_tip(Kind.NEW, 21, author=3, hours_ago=100)]
    chosen = rules.choose([*busy, *others])
    assert {each.id for each in chosen} >= {20, 21} and len(chosen) == rules.OF_A_KIND


def test_what_worked_for_more_people_comes_before_what_is_said_more_often() -> None:
    few, many = of_tip(Kind.WORKED, 1, 5, author=1), of_tip(Kind.WORKED, 2, 6, 7, 8, author=2)
    assert rules.choose([few, many], at_most=1) == [many]


def test_the_order_is_always_the_same() -> None:
    items = [asked(1, 4), of_tip(Kind.LOOK, 9), of_tip(Kind.NEW, 2, author=2), of_tip(Kind.WORKED, 1, 5, author=1)]
    assert [each.kind for each in rules.choose(items)] == [Kind.WORKED, Kind.NEW, Kind.WAITING, Kind.LOOK]


def test_a_meetup_to_come_and_a_quick_win_are_news_with_the_names_that_are_shown() -> None:
    coming = Meetup(id=5, community_id=1, number=3, problem="Beds", host_id=7, created_at=NOW, starts_at=NOW)
    hostless = Meetup(id=6, community_id=1, number=4, problem="", created_at=NOW, starts_at=NOW)
    about: dict[str, Any] = {"community_id": 1, "meetup_id": 2, "at": NOW}
    named = QuickWin(id=8, member_id=9, text="Ring at ten", showing=Showing.NAMED, **about)
    unnamed = QuickWin(id=9, member_id=7, text="Ask twice", showing=Showing.UNNAMED, **about)
    happened = News(
        (), {}, {}, (), (), (), {}, ((coming, frozenset({7, 8})), (hostless, frozenset())), (named, unnamed)
    )
    items = rules.items_of(replace(happened, names={7: "Ravi", 9: "Lena"}), NOW)
    assert [(each.key, each.name, each.people) for each in items] == [
        ("meetup:5", "Ravi", {7, 8}),
        ("meetup:6", "", set()),
        ("win:8", "Lena", {9}),
        ("win:9", "", {7}),
    ]
    assert [each.key for each in rules.choose(items)] == ["win:8", "win:9", "meetup:5", "meetup:6"]
    assert [each.key for each in rules.choose(items, left_out=["meetup:5", "win:9"])] == ["win:8", "meetup:6"]
    assert [each.key for each in rules.choose(items, told=["win:8", "meetup:6"])] == ["win:9", "meetup:5"]
    assert not rules.is_thin(items), "what people try together is worth a digest"
    lena = Member(id=9, community_id=1, name="Lena", joined_at=NOW)
    assert [each.key for each in items if rules.touches(each, lena, ())] == ["win:8"]


def test_of_meetups_the_sooner_one_is_told() -> None:
    rows = [
        Meetup(id=id, community_id=1, number=id, problem="Beds", created_at=NOW, starts_at=NOW + timedelta(days=days))
        for id, days in ((1, 3), (2, 1), (3, 2))
    ]
    items = [Item(Kind.MEETUP, row.id or 0, frozenset(), row.starts_at or NOW, meetup=row) for row in rows]
    assert [each.id for each in rules.choose(items, at_most=2)] == [2, 3]


def test_a_tip_that_is_new_and_worked_is_told_once() -> None:
    items = [of_tip(Kind.NEW, 1, author=1), of_tip(Kind.WORKED, 1, 5, 6, author=1)]
    assert [each.kind for each in rules.choose(items)] == [Kind.WORKED]


@pytest.mark.parametrize(
    ("items", "thin"),
    [
        ([], True),
        ([of_tip(Kind.NEW, 1, author=1)], True),
        ([of_tip(Kind.NEW, 1, author=1), of_tip(Kind.NEW, 2, author=1)], True),
        ([of_tip(Kind.NEW, 1, author=1), of_tip(Kind.NEW, 2, author=2)], False),
        ([of_tip(Kind.NEW, 1, author=1), asked(1, 2)], False),
        ([of_tip(Kind.LOOK, 1), of_tip(Kind.LOOK, 2), of_tip(Kind.LOOK, 3), asked(1, 2)], True),
    ],
)
def test_a_thin_week(items: list[Item], thin: bool) -> None:
    assert rules.is_thin(items) is thin


kinds = st.sampled_from([Kind.WORKED, Kind.NEW, Kind.LOOK])
items = st.one_of(
    st.builds(of_tip, kinds, st.integers(1, 12), st.integers(1, 9), author=st.integers(0, 9)),
    st.builds(asked, st.integers(1, 12), st.integers(1, 9), hours_ago=st.floats(25, 300)),
)


@given(
    st.lists(items, max_size=40, unique_by=lambda each: each.key),
    st.sets(st.sampled_from([f"{kind}:{id}" for kind in Kind for id in range(1, 13)])),
    st.sets(st.sampled_from([f"{kind}:{id}" for kind in Kind for id in range(1, 13)])),
)
def test_whatever_happened_it_is_a_screenful_and_nothing_twice(
    given_items: list[Item], told: set[str], left_out: set[str]
) -> None:
    chosen = rules.choose(given_items, told=told, left_out=left_out)
    assert len(chosen) <= rules.AT_MOST
    assert not {each.key for each in chosen} & (told | left_out)
    assert all(sum(each.kind is kind for each in chosen) <= rules.OF_A_KIND for kind in Kind)
    tips = [each.id for each in chosen if each.tip]
    assert len(tips) == len(set(tips))
    following = rules.choose(given_items, told=rules.keys_of(chosen), left_out=left_out)
    assert not {each.key for each in following} & {each.key for each in chosen}


@given(st.lists(items, max_size=30, unique_by=lambda each: each.key), st.integers(0, rules.AT_MOST - 1))
def test_who_is_told_next_brings_in_the_most_people_who_were_not_told(given_items: list[Item], told: int) -> None:
    news = [each for each in given_items if each.kind is not Kind.LOOK]
    before, after = rules.choose(news, at_most=told), rules.choose(news, at_most=told + 1)
    assert all(each in after for each in before)
    named = {person for each in before for person in each.people}
    tips = {each.id for each in before if each.tip}
    kinds = [each.kind for each in before]
    could = [
        len(each.people - named)
        for each in news
        if each not in before and kinds.count(each.kind) < rules.OF_A_KIND and not (each.tip and each.id in tips)
    ]
    chosen = [each for each in after if each not in before]
    assert [len(each.people - named) for each in chosen] == ([max(could)] if could else [])


def test_near_is_what_shares_a_tag_a_practice_or_ones_own_name() -> None:
    nurse = Member(id=7, community_id=1, name="Ann", practice="nurse", place="ward 4", joined_at=NOW)
    said = Said(5, Outcome.WORKED, "", "ward nurse", "ward 6", NOW)
    tagged = replace(of_tip(Kind.NEW, 1, author=1), tip=tip(1, 1, tags=("feeding",)))
    alike = replace(of_tip(Kind.NEW, 2, author=1), tip=replace(tip(2, 1), said=(replace(said, practice="nurses"),)))
    far = replace(of_tip(Kind.NEW, 3, author=1), tip=replace(tip(3, 1), said=(replace(said, practice="porter"),)))
    assert rules.touches(tagged, nurse, {"feeding"}) and not rules.touches(tagged, nurse, {"hoists"})
    assert rules.touches(alike, nurse, ()) and not rules.touches(far, nurse, ())
    assert rules.touches(asked(1, 7), nurse, ()) and not rules.touches(asked(1, 8), nurse, ())


def test_news_are_what_came_since_the_last_one_and_never_over_a_fortnight_old() -> None:
    assert rules.since(NOW - timedelta(days=3), NOW) == NOW - timedelta(days=3)
    assert rules.since(NOW - timedelta(days=60), NOW) == NOW - timedelta(days=14)
    assert rules.since(None, NOW) == NOW - timedelta(days=8)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("at monday 9", ("mon", 9)),
        ("at Friday at 14:00", ("fri", 14)),
        ("at sun 0", ("sun", 0)),
        ("at thursday 23.00", ("thu", 23)),
        ("at mo 9", None),
        ("at monday", None),
        ("at monday 9:30", None),
        ("at monday 24", None),
        ("at 1 9", None),
        ("at someday 9", None),
    ],
)
def test_days_and_hours_as_people_write_them(text: str, time: tuple[str, int] | None) -> None:
    assert rules.time_named(text) == time


@pytest.mark.parametrize("day", DAYS)
def test_the_preview_comes_a_day_before(day: str) -> None:
    options = Options(digest_day=day, digest_hour=9)
    posted, previewed = rules.posted(options), rules.previewed(options)
    assert (DAYS.index(posted.day) - DAYS.index(previewed.day)) % 7 == 1 and posted.hour == previewed.hour


def test_options_that_make_no_sense_are_monday_at_nine() -> None:
    when = rules.posted(Options(digest_day="someday", digest_hour=99))
    assert (when.day, when.hour) == ("mon", 9)
