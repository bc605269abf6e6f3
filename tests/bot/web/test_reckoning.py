"""What takes long is worked out one at a time, kept for a while, and never without end."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import Refusal
from bot.web.reckoning import AN_HOUR, MOST, WAITING, Progress, Reckoner, Reckoning, Wanted

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
Made = Callable[[Progress], Coroutine[Any, Any, str]]


def wanted(what: object, community: int = 1) -> Wanted:
    return Wanted(community, "en", str(what))


async def at_once(progress: Progress) -> str:
    progress(1.0)
    return "found"


async def over(reckoning: Reckoning[str]) -> Reckoning[str]:
    assert reckoning.task is not None
    await reckoning.task
    return reckoning


async def test_progress_never_goes_back_and_ends_at_the_whole() -> None:
    reckoning = Reckoning[str](NOW)
    seen = []
    for done in (0.2, 0.1, 0.7, 3.0):
        reckoning.progress(done)
        seen.append(reckoning.done)
    assert seen == [0.2, 0.2, 0.7, 1.0]


async def test_one_at_a_time_in_a_community_and_communities_side_by_side() -> None:
    reckoner, running, most = Reckoner[str](), dict[int, int](), list[tuple[int, int]]()
    gate = asyncio.Event()

    def make(community: int) -> Made:
        async def made(progress: Progress) -> str:
            running[community] = running.get(community, 0) + 1
            most.append((running.get(1, 0), running.get(2, 0)))
            await gate.wait()
            running[community] -= 1
            return "found"

        return made

    begun = [reckoner.find(wanted(n, c), make(c), who=1, now=NOW) for n in range(3) for c in (1, 2)]
    await asyncio.wait([asyncio.ensure_future(gate.wait())], timeout=0)
    gate.set()
    for each in begun:
        await over(each)
    assert max(one for one, _ in most) == max(two for _, two in most) == 1 and (1, 1) in most


async def test_no_more_than_a_few_wait() -> None:
    reckoner, gate = Reckoner[str](), asyncio.Event()

    async def waits(progress: Progress) -> str:
        await gate.wait()
        return "found"

    begun = [reckoner.find(wanted(n), waits, who=n, now=NOW) for n in range(1 + WAITING)]
    with pytest.raises(Refusal) as refused:
        reckoner.find(wanted("more"), waits, who=99, now=NOW)
    assert refused.value.key == "web.report.wait"
    assert reckoner.find(wanted(0), waits, who=99, now=NOW) is begun[0]
    assert reckoner.find(wanted("theirs", 2), waits, who=1, now=NOW) not in begun
    gate.set()
    for each in begun:
        await over(each)
    await over(reckoner.find(wanted("theirs", 2), waits, who=1, now=NOW))


async def test_a_member_has_so_many_worked_out_in_an_hour() -> None:
    reckoner = Reckoner[str]()
    for number in range(AN_HOUR):
        await over(reckoner.find(wanted(number), at_once, who=1, now=NOW))
    with pytest.raises(Refusal) as refused:
        reckoner.find(wanted("more"), at_once, who=1, now=NOW + timedelta(minutes=59))
    assert refused.value.key == "web.report.enough"
    await over(reckoner.find(wanted("more"), at_once, who=2, now=NOW))
    await over(reckoner.find(wanted("again"), at_once, who=1, now=NOW + timedelta(minutes=61)))


async def test_the_oldest_go_when_there_are_many() -> None:
    reckoner = Reckoner[str]()
    first = await over(reckoner.find(wanted(0), at_once, who=0, now=NOW))
    for number in range(1, MOST):
        await over(reckoner.find(wanted(number), at_once, who=number, now=NOW))
    assert reckoner.find(wanted(0), at_once, who=1, now=NOW) is first
    await over(reckoner.find(wanted(MOST), at_once, who=1, now=NOW))
    assert reckoner.find(wanted(0), at_once, who=1, now=NOW) is first
    again = reckoner.find(wanted(1), at_once, who=1, now=NOW)
    assert not again.is_over
    await over(again)


@pytest.mark.parametrize(("anew", "minutes", "is_kept"), [(False, 59, True), (False, 61, False), (True, 2, False)])
async def test_how_long_a_result_is_kept(anew: bool, minutes: int, is_kept: bool) -> None:
    reckoner = Reckoner[str]()
    first = await over(reckoner.find(wanted(0), at_once, who=1, now=NOW))
    later = reckoner.find(wanted(0), at_once, who=1, now=NOW + timedelta(minutes=minutes), anew=anew)
    await over(later)
    assert (later is first) is is_kept


async def test_a_failure_has_a_code_and_stays_until_it_is_tried_again() -> None:
    reckoner = Reckoner[str]()

    async def fails(progress: Progress) -> str:
        raise ValueError("what somebody wrote")

    failed = await over(reckoner.find(wanted(0), fails, who=1, now=NOW))
    assert failed.is_over and len(failed.code) == 4 and failed.found is None
    assert reckoner.find(wanted(0), at_once, who=1, now=NOW) is failed
    assert (await over(reckoner.find(wanted(0), at_once, who=1, now=NOW, anew=True))).found == "found"
