"""What is old goes, a piece at a time, and no count is lost on the way."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from knowledge.models import (
    Asking,
    Delivery,
    FirstWord,
    FirstWordPeer,
    JobRun,
    LinkCode,
    Notice,
    NoticeState,
    PairState,
    Tie,
    TieKind,
    TieMonth,
)
from knowledge.store import (
    Store,
    Work,
    communities,
    deliveries,
    first_words,
    job_times,
    links,
    members,
    notices,
    pairs,
    retention,
    ties,
)
from knowledge.store.ties import KEPT_DAYS, Seen

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = ("room:ward:ann", "room:ward:ben", "room:ward:cy")


@pytest.fixture
async def community(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW)


def seen(days_ago: float, number: int = 0, *, from_: int = 0, to: int = 1, channel: str = "room:ward:floor") -> Seen:
    at = NOW - timedelta(days=days_ago)
    return Seen(f"m{number}:{days_ago}", TieKind.REPLY, PEOPLE[from_], PEOPLE[to], channel, at)


async def months(work: Work) -> Counter[tuple[str, int, int]]:
    """How many ties there are in each month and from whom to whom, kept one by one or as a count."""
    found: Counter[tuple[str, int, int]] = Counter()
    for tie in await ties.list_ties(work):
        found[ties.month_of(tie.at), tie.from_id, tie.to_id] += 1
    query = select(TieMonth).where(TieMonth.community_id == work.community).execution_options(populate_existing=True)
    for row in (await work.session.exec(query)).all():
        found[row.month, row.from_id, row.to_id] += row.count
    return found


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(300, 900), st.sampled_from([(0, 1), (1, 0), (0, 2)])), max_size=30),
    st.integers(1, 12),
)
async def test_whatever_is_rolled_up_the_counts_add_up(
    store: Store, days: list[tuple[int, tuple[int, int]]], at_most: int
) -> None:
    community = await communities.open_community(store, f"Ward {len(days)} {hash(tuple(days))} {at_most}", NOW)
    async with store.write(community, NOW) as work:
        where = f"room:ward:{community}"
        people = [f"{where}:{number}" for number in range(3)]
        all_seen = [
            Seen(f"m{number}", TieKind.MENTION, people[from_], people[to], where, NOW - timedelta(days=ago))
            for number, (ago, (from_, to)) in enumerate(days)
        ]
        await ties.note_ties(work, all_seen)
        before = await months(work)
        while await retention.roll_up(work, at_most=at_most) == at_most:
            assert await months(work) == before
        assert await months(work) == before
        assert all(tie.at >= NOW - timedelta(days=KEPT_DAYS) for tie in await ties.list_ties(work))
        assert await retention.roll_up(work) == 0


async def test_an_import_of_old_history_twice_doubles_nothing(store: Store, community: int) -> None:
    history = [seen(500, 1), seen(500, 2, from_=1, to=0), seen(450, 3), seen(10, 4)]
    for _ in range(2):
        async with store.write(community, NOW) as work:
            await ties.note_ties(work, history)
            await retention.sweep(work)
    async with store.read(community, NOW) as work:
        assert sorted((await months(work)).values()) == [1, 1, 1, 1]


async def test_what_is_old_goes_and_what_counts_stays(store: Store, community: int) -> None:
    old, lately = NOW - timedelta(days=401), NOW - timedelta(days=20)
    for at, key in ((old, "old"), (NOW - timedelta(days=31), "month"), (lately, "lately")):
        async with store.write(community, at) as work:
            ann = members.member_id(await members.member_of(work, PEOPLE[0], "Ann"))
            await deliveries.take_delivery(work, key)
            await job_times.claim_run(work, "digest", key)
            await links.offer_code(work, PEOPLE[0], f"CODE{key}")
            work.session.add(Asking(community_id=work.community, asker_id=ann, channel="c", once=key, at=at))
            for state in ("sent", "waiting"):
                await notices.owe(work, "tips.thanks", ann, {}, once=f"{key}:{state}")
            sent = (await work.session.exec(select(Notice).where(Notice.once == f"{key}:sent"))).one()
            sent.state = NoticeState.SENT
    async with store.write(community, NOW) as work:
        swept = await retention.sweep(work)
        assert swept == retention.Swept(
            {
                "tie": 0,
                "delivery": 2,
                "jobrun": 2,
                "notice": 1,
                "asking": 1,
                "firstword": 0,
                "pair": 0,
                "importpart": 0,
                "linkcode": 1,
                "signin": 0,
                "browsersession": 0,
                "auditentry": 0,
            },
            False,
        )
        assert (await work.session.exec(select(Delivery.key))).all() == ["lately"]
        assert (await work.session.exec(select(JobRun.period).order_by(col(JobRun.id)))).all() == ["lately"]
        left = (await work.session.exec(select(Notice.once).order_by(col(Notice.id)))).all()
        assert left == ["old:waiting", "month:sent", "month:waiting", "lately:sent", "lately:waiting"]
        assert (await work.session.exec(select(LinkCode))).all() == []


async def test_old_pairs_and_first_words_go_with_whom_they_were_brought_to(store: Store, community: int) -> None:
    async with store.write(community, NOW - timedelta(days=401)) as work:
        ann, ben, cy = [members.member_id(await members.member_of(work, key, "")) for key in PEOPLE]
        for newcomer in (ann, ben):
            await pairs.name_companion(work, newcomer, cy)
    for newcomer, days in ((ann, 401), (ben, 399)):
        async with store.write(community, NOW - timedelta(days=days)) as work:
            where: dict[str, Any] = {
                "message": f"room:ward:floor:{newcomer}",
                "room": "room:ward:floor",
                "thread": "m1",
            }
            word = FirstWord(community_id=community, member_id=newcomer, at=work.now, **where)
            await first_words.note_first_word(work, word, [cy])
            (pair,) = (await pairs.pairs_of(work, [newcomer]))[newcomer]
            await pairs.change_pair(work, pair, PairState.ENDED)
    async with store.write(community, NOW) as work:
        swept = await retention.sweep(work)
        assert (swept.rows["firstword"], swept.rows["pair"]) == (1, 1)
    async with store.read(community, NOW) as work:
        (word,) = (await work.session.exec(select(FirstWord))).all()
        assert word.member_id == ben
        assert [row.first_word_id for row in (await work.session.exec(select(FirstWordPeer))).all()] == [word.id]
        assert [len(rows) for rows in (await pairs.pairs_of(work, [ann, ben])).values()] == [0, 1]


async def test_a_sweep_takes_a_piece_at_a_time(store: Store, community: int) -> None:
    async with store.write(community, NOW - timedelta(days=60)) as work:
        for number in range(5):
            await deliveries.take_delivery(work, f"key{number}")
        await ties.note_ties(work, [seen(500, number) for number in range(5)])
    taken = []
    while True:
        async with store.write(community, NOW) as work:
            swept = await retention.sweep(work, at_most=4)
        taken.append(sum(swept.rows.values()))
        if not swept.is_more:
            break
    assert taken == [4, 4, 2]
    async with store.read(community, NOW) as work:
        assert (await work.session.exec(select(Tie))).all() == []
        assert [row.count for row in (await work.session.exec(select(TieMonth))).all()] == [5]
