"""Words that wait for a decision, in memory only."""

from datetime import UTC, datetime

from bot.held import Held

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_what_waits_for_somebody_who_is_forgotten_goes_and_nothing_else() -> None:
    held = Held()
    mine, also_mine, theirs = held.put(1, "mine", NOW), held.put(1, "also mine", NOW), held.put(2, "theirs", NOW)
    held.let_go_of(1)
    assert held.take(mine, 1, NOW) is None and held.take(also_mine, 1, NOW) is None
    assert held.take(theirs, 2, NOW) == "theirs"
