"""Nothing is sent unasked that `bot.nudges` was not asked about."""

import ast
from pathlib import Path

import pytest

from bot.feature import Notice, On
from bot.nudges import CHOSEN, Nudge
from bot.wiring import FEATURES
from knowledge.models import Member

FOLDER = Path(__file__).parents[2] / "bot" / "features"

ASKED_FOR = {
    "ask.answered",
    "capture.decided",
    "capture.unreached",
    "core.named",
    "core.untold",
    "digest.post",
    "digest.preview",
    "digest.unposted",
    "me.cleaned",
    "me.linked",
    "meetups.after",
    "meetups.announced",
    "meetups.call",
    "meetups.called_off",
    "meetups.counts",
    "meetups.date",
    "meetups.host_instead",
    "meetups.offers_to_host",
    "meetups.other_time",
    "meetups.reminder",
    "meetups.still_on",
    "meetups.table",
    "meetups.thread",
    "meetups.threaded",
    "meetups.too_few",
    "meetups.win",
    "meetups.yours",
    "reports.month",
    "review.rested",
    "tips.altered",
    "welcome.agreed",
    "welcome.away",
    "welcome.together",
}
"""Notices that follow from what their reader did or chose; all others are nudges."""

SAYS = {
    "capture/handlers.py": "what is said to who asked it to keep a thread, to them alone",
    "ask/handlers.py": "an offer that only the asker sees; its row in the table is a nudge",
    "welcome/companions.py": "a conversation for two who both said that they want it",
    "ask/open_questions.py": "a question, posted because its asker pressed the button",
}
"""Modules of features that speak to a platform themselves, and why they may."""


def test_what_is_no_nudge_is_known_and_was_thought_about() -> None:
    """Whoever adds a notice that asks nobody's leave comes by here."""
    notices = {f"{f.name}.{row.name}": row for f in FEATURES for row in f.routes if isinstance(row, Notice)}
    assert {name for name, row in notices.items() if row.nudge is None} == ASKED_FOR


def test_a_notice_that_is_neither_cannot_be_built() -> None:
    async def writer(context: object, subject: object) -> None:
        return None

    with pytest.raises(ValueError, match="nudge"):
        Notice("unasked", writer)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda each: str(each.relative_to(FOLDER)))
def test_features_speak_by_their_answer_or_by_the_outbox(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [each.func for each in ast.walk(tree) if isinstance(each, ast.Call)]
    sends = [each for each in calls if isinstance(each, ast.Attribute) and each.attr in ("send", "open_room")]
    assert not sends or str(path.relative_to(FOLDER)) in SAYS, f"{path.name} sends without asking bot.nudges"


def test_listeners_that_offer_are_nudges() -> None:
    offers = [row for f in FEATURES for row in f.routes if isinstance(row, On) and row.nudge is not None]
    assert [row.handler.__name__ for row in offers] == ["offer_quietly"]


def test_every_sort_is_a_switch_of_the_member_s() -> None:
    assert {f"takes_{each}" for each in Nudge if each not in CHOSEN} <= set(Member.model_fields)
