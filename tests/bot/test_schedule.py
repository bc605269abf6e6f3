"""The schedule on a real database: once at every time, whoever ticks, whatever fails, whatever the clock does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from bot import wiring
from bot.feature import Context, Feature, job
from bot.times import When
from knowledge.store import Store, Work, communities, job_times, members

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
NINE = When(9, 0, "mon", timedelta(hours=6))


@dataclass
class Clock:
    """The time of a bot; tests move it, backwards too."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Jobs:
    """What ran, and what goes wrong."""

    ran: list[str] = field(default_factory=list)
    fails: int = 0

    async def run(self, context: Context, work: Work) -> None:
        """Writes something, notes when it was due, and may fail after that."""
        assert context.due is not None
        await members.add_member(work, f"room:{context.community}:{context.due:%d%H%M}", "Somebody")
        if self.fails:
            self.fails -= 1
            raise RuntimeError("what somebody wrote")
        self.ran.append(f"{context.due:%d %H:%M}")


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def _bot(store: Store, jobs: Jobs, clock: Clock, when: When | Callable[..., When] = NINE) -> wiring.Bot:
    await communities.open_community(store, "The ward", clock())
    feature = Feature(name="made", routes=(job("up", when, jobs.run),))
    bot = wiring.build(store, None, clock=clock, listening=(feature,))
    await bot.schedule.tick()
    return bot


async def test_it_runs_at_its_time_and_once(store: Store, jobs: Jobs, clock: Clock) -> None:
    bot = await _bot(store, jobs, clock)
    for _ in range(30):
        clock.pass_(minutes=10)
        await bot.schedule.tick()
    assert jobs.ran == ["02 09:00"]


async def test_two_copies_that_tick_run_it_once(store: Store, jobs: Jobs, clock: Clock) -> None:
    first, second = await _bot(store, jobs, clock), await _bot(Store(store.url), jobs, clock)
    clock.pass_(hours=1)
    for _ in range(3):
        await first.schedule.tick()
        await second.schedule.tick()
    assert jobs.ran == ["02 09:00"]
    await second.services.store.close()


@pytest.mark.parametrize(
    ("away", "ran"),
    [
        (timedelta(hours=3), ["02 09:00"]),
        (timedelta(hours=8), []),
        (timedelta(days=21, hours=3), ["23 09:00"]),
        (timedelta(days=23), []),
    ],
)
async def test_after_a_pause_the_newest_within_the_grace_is_made_good(
    store: Store, jobs: Jobs, clock: Clock, away: timedelta, ran: list[str]
) -> None:
    bot = await _bot(store, jobs, clock)
    clock.now += away
    for _ in range(3):
        await bot.schedule.tick()
    assert jobs.ran == ran


async def test_a_clock_that_is_set_back_doubles_nothing(store: Store, jobs: Jobs, clock: Clock) -> None:
    bot = await _bot(store, jobs, clock)
    clock.pass_(hours=2)
    await bot.schedule.tick()
    for back in (timedelta(hours=1, minutes=30), timedelta(hours=2), timedelta(days=3)):
        clock.now -= back
        for _ in range(20):
            await bot.schedule.tick()
            clock.pass_(minutes=20)
    clock.now = MONDAY + timedelta(hours=2)
    await bot.schedule.tick()
    assert jobs.ran == ["02 09:00"]


async def test_a_clock_that_was_years_ahead_for_a_moment_stops_nothing(store: Store, jobs: Jobs, clock: Clock) -> None:
    bot = await _bot(store, jobs, clock)
    clock.now = datetime(2031, 1, 1, tzinfo=UTC)
    await bot.schedule.tick()
    clock.now = MONDAY
    await bot.schedule.tick()
    clock.pass_(hours=2)
    await bot.schedule.tick()
    assert jobs.ran == ["02 09:00"]


async def test_one_that_fails_wrote_nothing_and_is_tried_again(
    store: Store, jobs: Jobs, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    bot = await _bot(store, jobs, clock)
    jobs.fails = 2
    clock.pass_(hours=1)
    for _ in range(4):
        await bot.schedule.tick()
        clock.pass_(minutes=5)
    assert jobs.ran == ["02 09:00"]
    async with store.read(1, clock()) as work:
        assert len(await members.list_members(work)) == 1
    assert "what somebody wrote" not in caplog.text and "failed code=" in caplog.text


async def test_one_that_goes_on_failing_waits_for_its_next_time(store: Store, jobs: Jobs, clock: Clock) -> None:
    bot = await _bot(store, jobs, clock)
    jobs.fails = 1_000
    for _ in range(24):
        clock.pass_(hours=1)
        await bot.schedule.tick()
    tried = 1_000 - jobs.fails
    assert 1 < tried <= 7, "every tick within its grace, and no longer"
    jobs.fails = 0
    clock.pass_(days=6, hours=2)
    await bot.schedule.tick()
    assert jobs.ran == ["09 09:00"]


async def test_a_changed_time_reaches_every_copy(store: Store, jobs: Jobs, clock: Clock) -> None:
    def when(options: communities.Options) -> When:
        return When(options.digest_hour, 0, options.digest_day, timedelta(hours=6))

    first, second = await _bot(store, jobs, clock, when), await _bot(Store(store.url), jobs, clock, when)
    async with first.services.store.write(1, clock()) as work:
        await communities.choose(work, digest_day="tue", digest_hour=14)
    clock.pass_(hours=2)  # Monday at ten: its old time is over
    await second.schedule.tick()
    assert jobs.ran == []
    clock.pass_(days=1, hours=4)
    await second.schedule.tick()
    await first.schedule.tick()
    assert jobs.ran == ["03 14:00"]
    await second.services.store.close()


async def test_a_zone_that_does_not_exist_is_utc(store: Store, jobs: Jobs, clock: Clock) -> None:
    bot = await _bot(store, jobs, clock)
    async with store.write(1, clock()) as work:
        await communities.choose(work, time_zone="Middle/Earth")
    await bot.schedule.tick()
    clock.pass_(hours=1)
    await bot.schedule.tick()
    assert jobs.ran == ["02 09:00"]


async def test_a_community_that_comes_later_has_its_jobs_too(store: Store, jobs: Jobs, clock: Clock) -> None:
    bot = await _bot(store, jobs, clock)
    await communities.open_community(store, "The other ward", clock())
    await bot.schedule.tick()
    clock.pass_(hours=1)
    await bot.schedule.tick()
    assert jobs.ran == ["02 09:00", "02 09:00"]


async def test_a_tick_asks_what_is_due_and_not_what_there_is(store: Store, jobs: Jobs, clock: Clock) -> None:
    bot = await _bot(store, jobs, clock)
    asked: list[str] = []
    event.listen(store.engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    async def statements() -> int:
        asked.clear()
        await bot.tick()
        return len(asked)

    await bot.tick()
    before = await statements()
    for number in range(40):
        await communities.open_community(store, f"Ward {number}", clock())
    await bot.tick()
    await bot.tick()
    assert await statements() == before


async def test_after_a_restore_a_job_waits_for_its_next_time(store: Store, jobs: Jobs, clock: Clock) -> None:
    bot = await _bot(store, jobs, clock)
    clock.pass_(hours=2)  # the backup is from before nine, and it was restored at ten
    await job_times.begin_from(store, clock())
    await bot.schedule.tick()
    assert jobs.ran == []
    clock.pass_(days=7)
    await bot.schedule.tick()
    assert jobs.ran == ["09 09:00"]
