"""What happens when a meetup is over: one question, what somebody will try, and a fortnight later whether it held.

Who was there says so with one press. Who says nothing is asked nothing more, and nothing is noted of them.
"""

from collections.abc import Mapping
from typing import Any

from adapters.port import ButtonPressed, FieldErrors, Form, FormSubmitted, Message
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, arguments_of, number_of
from bot.features.meetups import reading, rules, views_booked
from bot.services import message_from
from knowledge.guard import scan
from knowledge.models import Meetup, MeetupState, QuickWin, Reply, Showing, WinState
from knowledge.store import Work, meetups, members, notices, quick_wins, ties
from knowledge.store.meetups import ends_at, meetup_id
from knowledge.store.quick_wins import win_id

HELD = {"held": WinState.HELD, "changed": WinState.CHANGED, "nothold": WinState.NOT_HELD}


async def write_after(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Anything they will try? Nothing where it was called off, moved, or they could not come."""
    async with context.read() as work:
        meetup = await meetups.find_meetup(work, subject["meetup"])
        if meetup is None or meetup.sequence != subject["sequence"] or not _took_place(meetup, context):
            return None
        guest = await meetups.find_guest(work, meetup_id(meetup), context.who)
        if guest is None or guest.reply is not Reply.COMES or guest.was_there_at is not None:
            return None
        return views_booked.after(context.words, await reading.shown(context, work, meetup))


async def was_there(context: Context, event: ButtonPressed) -> Message:
    """*I was there*: they met everybody who says so too."""
    async with context.write() as work:
        meetup = await _past(context, work, number_of(event.button))
        await _note_there(context, work, meetup)
        return views_booked.noted(context.words, await reading.shown(context, work, meetup))


async def open_try(context: Context, event: ButtonPressed) -> Form:
    """*Something I'll try*."""
    async with context.read() as work:
        meetup = await _past(context, work, number_of(event.button))
        mine = [each for each in await quick_wins.wins_of(work, meetup_id(meetup)) if each.member_id == context.who]
        shown = await reading.shown(context, work, meetup)
    return views_booked.win_form(context.words, shown, mine[0].text if mine else "")


async def try_sent(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """What they will try came back: told in the room where they said so, and asked about in a fortnight."""
    text = str(event.values.get("text", "")).strip()[: views_booked.LONGEST_WIN]
    wanted = str(event.values.get("showing", ""))
    showing = Showing(wanted) if wanted in list(Showing) else Showing.PRIVATE
    if not any(sign.isalnum() for sign in text):
        return FieldErrors({"text": context.words.line("meetups.win_no_words")})
    if scan(text):
        return FieldErrors({"text": context.words.line("meetups.win_personal")})
    async with context.write() as work:
        meetup = await _past(context, work, number_of(event.form))
        await _note_there(context, work, meetup)
        win = await quick_wins.note_win(work, meetup_id(meetup), context.who, text, showing)
        if showing is not Showing.PRIVATE and meetup.room:
            await _owe_told(work, meetup, win)
        subject, due = {"win": win_id(win)}, context.now + rules.HELD_AFTER
        once = f"held:{win_id(win)}:{context.now:%Y-%m-%d}"
        await notices.owe(work, "meetups.did_it_hold", context.who, subject, once=once, due=due)
        shown = await reading.shown(context, work, meetup)
    key = "meetups.win_noted" if showing is Showing.PRIVATE or not meetup.room else "meetups.win_noted_told"
    return cards.plainly(context.words, key, room=shown.room)


async def write_win(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """In the room: what somebody will try; nothing where they took that back."""
    async with context.read() as work:
        win = await quick_wins.find_win(work, subject["win"])
        meetup = await _of_win(work, win)
        if win is None or meetup is None or win.showing is Showing.PRIVATE:
            return None
        teller = await members.find_member(work, win.member_id)
        shown = await reading.shown(context, work, meetup)
    return views_booked.told_win(context.words, shown, win, teller.name if teller is not None else "")


async def write_did_it_hold(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """A fortnight later: did it hold?"""
    async with context.read() as work:
        win = await quick_wins.find_win(work, subject["win"])
    if win is None or win.member_id != context.who or win.state is not WinState.TRYING:
        return None
    return views_booked.did_it_hold(context.words, win)


async def held_up(context: Context, event: ButtonPressed) -> Message:
    """*It held*, *With a change*, *It didn't*."""
    said = arguments_of(event.button)[1:]
    if len(said) != 1 or said[0] not in HELD:
        raise Refusal("common.unknown")
    async with context.write() as work:
        win = await quick_wins.find_win(work, number_of(event.button), lock=True)
        if win is None or win.member_id != context.who:
            raise Refusal("common.unknown")
        if win.state is WinState.KEPT:
            raise Refusal("common.done_already")
        win.state, win.checked_at = HELD[said[0]], context.now
    if win.state is WinState.NOT_HELD:
        return cards.plainly(context.words, "meetups.win_not_held")
    return views_booked.keep_it(context.words, win)


async def _note_there(context: Context, work: Work, meetup: Meetup) -> None:
    guest = await meetups.guest_for(work, meetup_id(meetup), context.who)
    if guest.was_there_at is None:
        guest.was_there_at, guest.reply = context.now, Reply.COMES
        there = await meetups.guests_of(work, meetup_id(meetup), Reply.COMES)
        others = [each.member_id for each in there if each.was_there_at is not None]
        await ties.note_met(work, context.who, others, once=f"met:{meetup.number}")
        await work.session.flush()


async def _owe_told(work: Work, meetup: Meetup, win: QuickWin) -> None:
    """Owes the room what somebody will try: in the thread of the announcement, where that stands."""
    stands = await notices.message_of(work, f"announced:{meetup.number}")
    thread = message_from(stands).id if stands else ""
    subject, once = {"win": win_id(win), "thread": thread}, f"win:{win_id(win)}"
    await notices.owe(work, "meetups.win", None, subject, once=once, room=meetup.room)


async def _past(context: Context, work: Work, number: int) -> Meetup:
    """Finds a meetup that took place, or is about to end.

    Raises:
        Refusal: it did not, or not yet.
    """
    meetup = await meetups.find_meetup(work, number)
    if meetup is None or meetup.starts_at is None or not _began(meetup, context):
        raise Refusal("meetups.not_over_yet")
    return meetup


def _took_place(meetup: Meetup, context: Context) -> bool:
    is_kept = meetup.state in (MeetupState.BOOKED, MeetupState.HELD)
    return is_kept and meetup.starts_at is not None and context.now >= ends_at(meetup)


def _began(meetup: Meetup, context: Context) -> bool:
    is_kept = meetup.state in (MeetupState.BOOKED, MeetupState.HELD)
    return is_kept and meetup.starts_at is not None and context.now >= meetup.starts_at


async def _of_win(work: Work, win: QuickWin | None) -> Meetup | None:
    return await meetups.of_id(work, win.meetup_id) if win is not None else None
