"""What is counted and timed, for Prometheus. Labels name kinds, platforms and jobs: never people, rooms or words.

Everything counts this process only; whoever reads several processes adds them up. The outbox is the exception: it is
the database's, and every process shows the same (`show_outbox`, called before `exposition`).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
"""Source: prometheus.io, *Exposition formats*."""

HANDLER_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 15.0)
"""Seconds. Platforms wait for 3; a person notices a tenth. Source: Slack and Discord, three seconds; the rest ours."""

SEARCH_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
"""Seconds: with 100,000 tips a search takes some hundredths (the project's measurement)."""

UNKNOWN = float("nan")
"""Shown of the outbox while the database does not answer."""

NoticeOutcome = Literal["sent", "held", "dropped", "refused"]
JobOutcome = Literal["done", "failed", "waits"]

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second line for each counter, which nobody reads

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_events = Counter("tacit_events", "What platforms handed over.", ("platform", "kind"), registry=REGISTRY)
_handlers = Histogram(
    "tacit_handler_seconds",
    "How long a handler took, with what it said.",
    ("kind",),
    registry=REGISTRY,
    buckets=HANDLER_BUCKETS,
)
_failures = Counter(
    "tacit_failures", "What was not expected; each is in the log by a code.", ("where",), registry=REGISTRY
)
_refusals = Counter("tacit_refusals", "What platforms would not do.", ("platform", "reason"), registry=REGISTRY)
_searches = Counter("tacit_searches", "Questions put to the search.", registry=REGISTRY)
_search_seconds = Histogram(
    "tacit_search_seconds", "How long a search took.", registry=REGISTRY, buckets=SEARCH_BUCKETS
)
_notices = Counter("tacit_notices", "What became of tries to deliver.", ("name", "outcome"), registry=REGISTRY)
_jobs = Counter("tacit_jobs", "Runs of scheduled work.", ("job", "outcome"), registry=REGISTRY)
_pending = Gauge("tacit_outbox_pending", "What is due and not delivered.", registry=REGISTRY)
_oldest = Gauge("tacit_outbox_oldest_seconds", "For how long the oldest of it has been due.", registry=REGISTRY)


def count_event(platform: str, kind: str) -> None:
    """Counts an event that a platform handed over; `kind` is the name of its class."""
    _events.labels(platform, kind).inc()


def handling(kind: str) -> AbstractContextManager[object]:
    """Times a handler of events of a kind."""
    return _handlers.labels(kind).time()


def count_failure(where: str) -> None:
    """Counts an unexpected failure; `where` is what the log calls it."""
    _failures.labels(where).inc()


def count_refusal(platform: str, reason: str) -> None:
    """Counts that a platform would not do something, by the reason that the port names."""
    _refusals.labels(platform, reason).inc()


@contextmanager
def searching() -> Iterator[None]:
    """Counts and times a search."""
    _searches.inc()
    with _search_seconds.time():
        yield


def count_notice(name: str, outcome: NoticeOutcome) -> None:
    """Counts what became of one try to deliver a notice; `name` is its route (`capture.consent`)."""
    _notices.labels(name, outcome).inc()


def count_job(job: str, outcome: JobOutcome) -> None:
    """Counts a run of a scheduled job; `job` is its route (`tips.thanks`)."""
    _jobs.labels(job, outcome).inc()


def show_outbox(pending: float, oldest_seconds: float) -> None:
    """Shows what is due and not delivered, and for how long the oldest of it has been."""
    _pending.set(pending)
    _oldest.set(oldest_seconds)


def exposition() -> bytes:
    """Gives everything in Prometheus' text format."""
    return generate_latest(REGISTRY)
