"""How a digest tells of meetups and what came of them: a line, a button to join, a label where there is no problem."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.port import Choice, Message, plain
from bot.features.digest import views
from bot.features.digest.rules import Item, Kind, Told
from bot.words import Words
from knowledge.models import Meetup, QuickWin

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SAY = Words()


def meetup(problem: str, host: str = "") -> Item:
    row = Meetup(id=5, community_id=1, number=3, problem=problem, created_at=NOW, starts_at=NOW)
    return Item(Kind.MEETUP, 5, frozenset(), NOW, meetup=row, name=host)


def win(text: str, name: str = "") -> Item:
    row = QuickWin(id=8, community_id=1, meetup_id=2, member_id=9, text=text, at=NOW)
    return Item(Kind.WIN, 8, frozenset({9}), NOW, win=row, name=name)


def shown(*items: Item) -> Message:
    return views.digest(SAY, Told(items, {}, {}, {}))


def lines(message: Message) -> list[str]:
    return [line.strip() for section in message.sections for line in plain(section.text).splitlines()]


def buttons(message: Message) -> dict[str, str]:
    elements: list[Any] = [each for section in message.sections for each in section.buttons]
    return {each.id: each.label for each in elements if each.id.startswith("meetups:")}


@pytest.mark.parametrize(
    ("item", "line"),
    [
        (meetup("Beds are lost", "Ravi"), "- “Beds are lost”, Mon 02 Mar, 09:00 UTC, with Ravi"),
        (meetup("Beds are lost"), "- “Beds are lost”, Mon 02 Mar, 09:00 UTC"),
        (meetup("", "Ravi"), "- “an open table”, Mon 02 Mar, 09:00 UTC, with Ravi"),
        (win("Ring at ten", "Lena"), "- Ring at ten (Lena)"),
        (win("Ring\nat  ten"), "- Ring at ten"),
    ],
)
def test_what_is_coming_up_and_what_is_tried_are_told_in_a_line(item: Item, line: str) -> None:
    assert line in lines(shown(item))


@pytest.mark.parametrize(
    ("problem", "label"),
    [("Beds are lost", "I'll come: Beds are lost"), ("", "I'll come: an open table")],
)
def test_who_reads_of_a_meetup_can_join_it(problem: str, label: str) -> None:
    assert buttons(shown(meetup(problem), win("Ring at ten"))) == {"meetups:join:3": label}


def test_long_words_are_cut_to_what_a_button_holds() -> None:
    (label,) = buttons(shown(meetup("Beds " * 50))).values()
    assert label.startswith("I'll come: Beds Beds") and label.endswith("…")


def test_a_coordinator_can_leave_out_each_of_them() -> None:
    told = Told((meetup(""), win("Ring at ten", "Lena")), {}, {}, {})
    (field,) = views.left_out_form(SAY, 1, told, ["win:8"]).fields
    assert isinstance(field, Choice)
    assert [(each.value, each.label) for each in field.options] == [
        ("meetup:5", "an open table"),
        ("win:8", "Ring at ten"),
    ]
    assert field.chosen == ("win:8",)


def test_what_coordinators_see_before_has_nothing_to_press_of_it() -> None:
    message = views.preview(SAY, 1, Told((meetup("Beds"),), {}, {}, {}), "", NOW)
    assert buttons(message) == {} and any("Beds" in line for line in lines(message))
