"""Somebody who did everything that there is to do, on two chats, so that it is seen what is left of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from knowledge.models import (
    Account,
    Consent,
    DigestPace,
    FirstWord,
    Guest,
    MeetupState,
    Member,
    Notice,
    NoticeState,
    Origin,
    Outcome,
    PairState,
    Reply,
    Showing,
    Step,
    StepState,
    TieKind,
)
from knowledge.store import (
    Store,
    Work,
    audit,
    communities,
    confirmations,
    deliveries,
    first_words,
    links,
    meetups,
    members,
    newcomers,
    notices,
    pairs,
    questions,
    quick_wins,
    sign_ins,
    ties,
    tips,
    vectors,
)
from knowledge.store.filing import NewTip, publish_new
from knowledge.store.questions import Asked
from knowledge.store.ties import Seen
from knowledge.store.vectors import Vectors
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
SLACK, DISCORD, BEN, LENA = "slack:T1:UWALDO9", "discord:S1:777333111", "slack:T1:UBEN", "slack:T1:ULENA"
FLOOR = "slack:T1:CFLOOR"
TRACES = ("waldo", "wenda", "777333111", "odlaw", "magician", "unicorn")
"""Their names, ids and words; every one of them is theirs alone."""

WALDO = 90210
"""His id, which is no other number here."""

WORKS = "Hold the unicorn upright and wait."


async def fill(store: Store) -> int:
    """Makes a community in which Waldo did everything that there is to do; gives its id."""
    community = await communities.open_community(store, "The ward", NOW)
    async with store.write(community, NOW) as work:
        for key in ("slack:T1", "discord:S1"):
            await communities.connect_space(work, key)
        await communities.remember_channel(work, FLOOR, "ward-floor")
        for key, name in ((DISCORD, "Wenda W"), (BEN, "Ben"), (LENA, "Lena")):
            await members.add_member(work, key, name)
        work.session.add(Member(id=WALDO, community_id=community, name="Waldo", joined_at=NOW))
        await work.session.flush()
        work.session.add(Account(key=SLACK, community_id=community, member_id=WALDO, name="Waldo"))
        await links.offer_code(work, SLACK, "ABCD2345")
        assert await links.link(work, "ABCD2345", DISCORD) is not None
        await _write_all(work)
        await _welcome(work)
        await _meet(work)
        await _look_at_pages(work)
    return community


async def who(work: Work, account: str) -> int:
    """The member behind an account."""
    found = await members.find_account(work, account)
    assert found is not None, account
    return found.member_id


async def _write_all(work: Work) -> None:
    waldo, ben, lena = [await who(work, key) for key in (SLACK, BEN, LENA)]
    await members.describe(work, waldo, practice="magician", place="odlaw ward", digest=DigestPace.WEEKLY)
    own = await a_tip(work, waldo, TipForm(WORKS, title="Unicorn", tags=("unicorn",)), source=f"{FLOOR}:1")
    await vectors.write_vectors(work, "encoder", {own: Vectors("unicorn", None, b"unicorn", b"p", b"unicorn")})
    await confirmations.confirm_tip(work, own, ben, Outcome.WORKED, note="Like @Waldo says.")
    await confirmations.comment_on(work, own, waldo, "The unicorn again.")
    await tips.revise_tip(work, own, TipForm(f"{WORKS} Twice.", title="Unicorn", tags=("unicorn",)), by=waldo)
    shared = await a_tip(work, ben, TipForm("Ring the lift.", "How do I move a unicorn", "How do I move a unicorn?"))
    await tips.add_author(work, shared, waldo, part="situation", consent=Consent.YES, source=f"{FLOOR}:2")
    await vectors.write_vectors(work, "encoder", {shared: Vectors("unicorn", None, b"unicorn", b"p", b"unicorn")})
    bens = await a_tip(work, ben, TipForm("Ask @Waldo, or @wenda w, first; Ben knows too."))
    await tips.revise_tip(work, bens, TipForm("Ask @Waldo, or @wenda w, first. Ben knows too."), by=waldo)
    await confirmations.confirm_tip(work, bens, waldo, Outcome.CHANGED, note="unicorn")
    await confirmations.comment_on(work, bens, lena, "Thanks @Waldo!")
    draft = await tips.keep_tip(work, TipForm("A unicorn draft"), kept_by=waldo)
    await tips.add_author(work, draft, waldo, consent=Consent.ASKED)
    await publish_new(work, [NewTip(TipForm("Imported words."), "ext-1", "Waldo")])
    await _ask_and_tie(work, own)


async def _ask_and_tie(work: Work, own: int) -> None:
    waldo, ben, lena = [await who(work, key) for key in (SLACK, BEN, LENA)]
    asked = await questions.write_question(work, waldo, Asked("Where is the unicorn?", FLOOR, tips=(own,)))
    await questions.open_question(work, asked.number, named=True)
    await questions.note_post(work, asked.number, f"{FLOOR}:77", FLOOR)
    await questions.note_said(work, asked.number, own, "worked")
    await questions.tell_peers(work, asked.number, [ben])
    bens = await questions.write_question(work, ben, Asked("How do I lift a bed, @Waldo?", FLOOR))
    await questions.open_question(work, bens.number, named=True)
    await questions.note_post(work, bens.number, f"{FLOOR}:78", FLOOR)
    await questions.tell_peers(work, bens.number, [waldo])
    await questions.solve_question(work, bens.number, answerer=waldo, tip=own)
    seen = [
        Seen(f"{FLOOR}:5:reply:{to.rpartition(':')[2]}", TieKind.REPLY, from_, to, FLOOR, NOW)
        for from_, to in ((SLACK, BEN), (LENA, DISCORD), (BEN, LENA))
    ]
    await ties.note_ties(work, seen)
    await notices.owe(work, "tips.thanks", waldo, {"tips": [own], "counts": [1]}, once="thanks:waldo")
    await notices.owe(work, "tips.altered", ben, {"tip": own, "by": waldo}, once="altered:1")
    await notices.owe(work, "me.linked", lena, {"account": SLACK, "to": LENA}, once=f"me.linked:{SLACK}")
    await notices.owe(work, "tips.look", lena, {"tip": waldo}, once="look")
    await links.offer_code(work, DISCORD, "EFGH2345")
    await deliveries.take_delivery(work, "discord:S1:5:777333111:bulb:True:1.5")
    await deliveries.take_delivery(work, "discord:S1:9")


async def _look_at_pages(work: Work) -> None:
    """Waldo is signed in, his calendar reads the meetups, and Ben named him a coordinator."""
    waldo, ben = [await who(work, key) for key in (SLACK, BEN)]
    await sign_ins.offer_link(work, SLACK, "waldo's first link")
    await sign_ins.begin_session(work, "waldo's first link", "waldo's browser")
    await sign_ins.offer_link(work, SLACK, "waldo's second link")
    await sign_ins.offer_feed(work, waldo, "waldo's calendar")
    await audit.note(work, "core.added", ben, member=waldo)
    await audit.note(work, "tip.edited", waldo, tip=1)


async def _welcome(work: Work) -> None:
    """Waldo on both sides of a welcome: Ben showed him round, and he shows Lena round."""
    waldo, ben, lena = [await who(work, key) for key in (SLACK, BEN, LENA)]
    for newcomer, companion in ((waldo, ben), (lena, waldo)):
        await newcomers.begin_way(work, newcomer, look_at=NOW)
        await newcomers.note_step(work, newcomer, Step.LISTEN, StepState.OFFERED)
        message = f"{FLOOR}:{'unicorn' if newcomer == waldo else 'lena'}"
        await newcomers.describe_step(work, newcomer, Step.LISTEN, about=message)
        where: dict[str, Any] = {"message": message, "room": FLOOR, "thread": message.rpartition(":")[2]}
        word = FirstWord(community_id=work.community, member_id=newcomer, at=NOW, **where)
        await first_words.note_first_word(work, word, {companion, ben})
        kept = await first_words.first_word_of(work, newcomer)
        assert kept is not None
        await first_words.note_first_answer(work, kept, await members.find_member(work, companion), NOW)
        pair = await pairs.name_companion(work, newcomer, companion)
        await pairs.change_pair(work, pair, PairState.AGREED, room="slack:T1:DWALDO9")


async def _meet(work: Work) -> None:
    """Waldo told of meetups and hosted those of others; he came to them, and tried something afterwards."""
    waldo, ben, lena = [await who(work, key) for key in (SLACK, BEN, LENA)]
    words = {"detail": "It is the third unicorn.", "place": "the unicorn's stable"}
    held = {"state": MeetupState.HELD, "starts_at": NOW}
    to_come = {"state": MeetupState.BOOKED, "starts_at": LATER + timedelta(days=1)}
    own = await _a_meetup(work, "A unicorn is late", **to_come, **words, teller_id=waldo, host_id=waldo)
    bens = await _a_meetup(work, "Beds, @Waldo", **to_come, detail="And beds.", teller_id=ben, host_id=waldo)
    over = await _a_meetup(work, "A unicorn ran away", **held, teller_id=waldo, host_id=lena)
    found = {"origin": Origin.HOT, "evidence": ["question:1", "question:2"]}
    hot = await _a_meetup(work, "Where is the unicorn?", **to_come, **found, host_id=lena)
    await meetups.set_times(work, own, [LATER, LATER + timedelta(days=1)])
    came = {own: (waldo, ben), bens: (waldo, ben, lena), over: (waldo, ben), hot: (waldo, lena)}
    guests = [Guest(meetup_id=meetup, member_id=each, reply=Reply.COMES) for meetup in came for each in came[meetup]]
    for guest in [*guests, Guest(meetup_id=own, member_id=lena)]:
        guest.community_id, guest.because, guest.invited_at = work.community, "touched", NOW
        guest.was_there_at = NOW if guest.meetup_id == over else None
        work.session.add(guest)
    for member in (waldo, ben):
        await meetups.vote(work, own, 0, member)
    await ties.note_met(work, waldo, [ben], once="met:3")
    win = await quick_wins.note_win(work, over, waldo, "Count the unicorns", Showing.NAMED)
    other = await quick_wins.note_win(work, over, ben, "Ask @Waldo twice", Showing.NAMED)
    for name, about in (("announced", 1), ("call", 1), ("announced", 2), ("announced", 3), ("announced", 4)):
        _said(work, name, {"meetup": about, "sequence": 0})
    for about in (win, other):
        _said(work, "win", {"win": quick_wins.win_id(about), "thread": ""})
    offer: dict[str, Any] = {"meetup": 3, "member": waldo}
    await notices.owe(work, "meetups.offers_to_host", lena, offer, once=f"offers:3:{waldo}")
    sent = Notice(
        community_id=work.community, name="meetups.still_on", member_id=lena, subject=offer, due_at=NOW, once=""
    )
    sent.once, sent.state, sent.sent_at = f"few:3:{waldo}:now", NoticeState.SENT, NOW
    work.session.add(sent)
    await work.session.flush()


async def _a_meetup(work: Work, problem: str, **values: Any) -> int:
    where = {"space": "slack:T1", "room": FLOOR}
    return meetups.meetup_id(await meetups.propose(work, problem, **{"state": MeetupState.HELD, **where, **values}))


def _said(work: Work, name: str, subject: dict[str, Any]) -> None:
    """Something about a meetup that the bot said in the room, as a message whose key names it."""
    which = f"{name}{subject.get('meetup', subject.get('win'))}"
    sent = {"state": NoticeState.SENT, "sent_at": NOW, "due_at": NOW, "message": f"{FLOOR}:{which}"}
    work.session.add(
        Notice(community_id=work.community, name=f"meetups.{name}", subject=subject, once=which, room=FLOOR, **sent)
    )


async def a_tip(work: Work, by: int, form: TipForm, *, source: str = "") -> int:
    """A tip that is published at once."""
    tip = await tips.keep_tip(work, form, kept_by=by, source=source, source_link=f"https://chat/{source}")
    await tips.add_author(work, tip, by, source=source)
    await tips.publish_tip(work, tip, by=by)
    return tip
