"""What is counted: events, handlers, searches, refusals, failures; by kinds, and never by person or place."""

import re
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics


def samples() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every figure by its name and labels."""
    text = metrics.exposition().decode()
    families = text_string_to_metric_families(text)
    return {
        (each.name, tuple(sorted(each.labels.items()))): each.value for family in families for each in family.samples
    }


class Grown:
    """How much figures grew since it was made."""

    def __init__(self) -> None:
        self._before = samples()

    def by(self, figure: str, /, **labels: str) -> float:
        key = (figure, tuple(sorted(labels.items())))
        return samples().get(key, 0) - self._before.get(key, 0)


@pytest.fixture
def grown() -> Iterator[Grown]:
    yield Grown()


def test_what_is_counted_grows(grown: Grown) -> None:
    metrics.count_event("slack", "CommandUsed")
    metrics.count_failure("job tips.thanks")
    metrics.count_refusal("discord", "not_in_channel")
    metrics.count_notice("capture.consent", "sent")
    metrics.count_job("tips.thanks", "done")
    assert grown.by("tacit_events_total", platform="slack", kind="CommandUsed") == 1
    assert grown.by("tacit_failures_total", where="job tips.thanks") == 1
    assert grown.by("tacit_refusals_total", platform="discord", reason="not_in_channel") == 1
    assert grown.by("tacit_notices_total", name="capture.consent", outcome="sent") == 1
    assert grown.by("tacit_jobs_total", job="tips.thanks", outcome="done") == 1


def test_what_takes_time_is_timed_also_when_it_fails(grown: Grown) -> None:
    with metrics.handling("ButtonPressed"):
        pass
    with pytest.raises(ValueError, match="no"), metrics.searching():
        raise ValueError("no")
    assert grown.by("tacit_handler_seconds_count", kind="ButtonPressed") == 1
    assert grown.by("tacit_searches_total") == grown.by("tacit_search_seconds_count") == 1


def test_the_outbox_is_shown_as_it_is() -> None:
    metrics.show_outbox(3, 120.5)
    assert samples()["tacit_outbox_pending", ()] == 3
    assert samples()["tacit_outbox_oldest_seconds", ()] == 120.5


def test_every_figure_says_what_it_is() -> None:
    text = metrics.exposition().decode()
    ours = re.findall(r"^# TYPE (tacit_\w+)", text, re.MULTILINE)
    assert len(ours) == 10
    assert all(re.search(rf"^# HELP {name} \S.*\.$", text, re.MULTILINE) for name in ours)
