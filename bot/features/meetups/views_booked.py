"""What people see of a meetup that has its time: the date, changes, the end of it, and what came of it. Pure."""

from adapters.port import Button, Choice, File, Form, Link, Message, Option, Paragraph, Section, When
from bot import cards
from bot.features.meetups.shown import NAMES, Shown, about, detail, is_address, joined, summary, where
from bot.words import Words
from knowledge.models import MeetupState, Origin, QuickWin, Showing

LONGEST_WIN = 500
"""Characters of a quick win."""


def announcement(words: Words, shown: Shown) -> Message:
    """In the room: it has its time, it is over, it was called off, or it is a thread now."""
    meetup = shown.meetup
    if meetup.state is MeetupState.BOOKED:
        assert meetup.starts_at is not None
        said = words("meetups.announced", at=When(meetup.starts_at), where=where(words, shown), **about(words, shown))
        buttons = [
            Button(f"meetups:join:{meetup.number}", words.line("meetups.come"), "primary"),
            Button(f"meetups:leave:{meetup.number}", words.line("meetups.cannot")),
        ]
        section = Section((*said, *detail(shown)), buttons=buttons)
        return Message(summary(words, "meetups.announced_summary", shown), [section])
    key = {MeetupState.HELD: "held", MeetupState.CANCELLED: "called_off"}.get(meetup.state, "became_thread")
    return Message(summary(words, f"meetups.{key}", shown), [Section(words(f"meetups.{key}", **about(words, shown)))])


def settled(words: Words, shown: Shown) -> Message:
    """In place of an invitation whose times are chosen: what it came to, and that they may come all the same."""
    meetup = shown.meetup
    if meetup.state is not MeetupState.BOOKED:
        return announcement(words, shown)
    assert meetup.starts_at is not None
    said = words("meetups.settled", at=When(meetup.starts_at), **about(words, shown))
    buttons = [
        Button(f"meetups:join:{meetup.number}", words.line("meetups.come"), "primary"),
        Button(f"meetups:leave:{meetup.number}", words.line("meetups.cannot")),
    ]
    text = joined([said, where(words, shown)], "\n\n")
    return Message(summary(words, "meetups.settled_summary", shown), [Section(text, buttons=buttons)])


def on(words: Words, shown: Shown, calendar: File | None, *, is_host: bool, how: str = "on") -> Message:
    """For whoever comes: when and where, who comes, a file for their calendar. `how`: `on`, `moved` or `anew`."""
    meetup = shown.meetup
    assert meetup.starts_at is not None
    said = words(f"meetups.{how}", at=When(meetup.starts_at), **about(words, shown))
    people = words("meetups.people", people=words.list(list(shown.people[:NAMES]))) if len(shown.people) > 1 else ()
    last = words("meetups.you_host") if is_host else ()
    buttons = [Button(f"meetups:leave:{meetup.number}", words.line("meetups.cannot"))]
    text = joined([said, where(words, shown), people, last], "\n\n")
    return Message(summary(words, f"meetups.{how}_summary", shown), [Section(text, buttons=buttons)], _files(calendar))


def other_time(words: Words, shown: Shown) -> Message:
    """For whoever would have come at another time: when it is, and that they are welcome all the same."""
    assert shown.meetup.starts_at is not None
    buttons = [Button(f"meetups:join:{shown.meetup.number}", words.line("meetups.come"), "primary")]
    said = words("meetups.other_time", at=When(shown.meetup.starts_at), **about(words, shown))
    return Message(summary(words, "meetups.other_time_summary", shown), [Section(said, buttons=buttons)])


def reminder(words: Words, shown: Shown, *, is_soon: bool) -> Message:
    """A day ahead, or ten minutes."""
    assert shown.meetup.starts_at is not None
    key = "meetups.soon" if is_soon else "meetups.tomorrow"
    said = words(key, at=When(shown.meetup.starts_at), **about(words, shown))
    buttons = [Button(f"meetups:leave:{shown.meetup.number}", words.line("meetups.cannot"))]
    text = joined([said, where(words, shown)], "\n\n")
    return Message(summary(words, f"{key}_summary", shown), [Section(text, buttons=buttons)])


def called_off(words: Words, shown: Shown, calendar: File | None) -> Message:
    """For whoever would have come: it is called off, with a file that takes it out of their calendar."""
    said = words("meetups.called_off_for_you", **about(words, shown))
    return Message(summary(words, "meetups.called_off_for_you", shown), [Section(said)], _files(calendar))


def thread(words: Words, shown: Shown) -> Message:
    """In the room: no time suits everyone, so here is a thread instead."""
    key = "meetups.thread_hot" if shown.meetup.origin is Origin.HOT and not shown.host else "meetups.thread"
    section = Section((*words(key, **about(words, shown)), *detail(shown)))
    return Message(summary(words, "meetups.thread_summary", shown), [section])


def thread_for_you(words: Words, shown: Shown, link: str, calendar: File | None = None) -> Message:
    """For those who would have come: it became a thread, and where."""
    buttons = [Link(link, words.line("meetups.open_thread"))] if is_address(link) else []
    key = "meetups.thread_for_you" if buttons else "meetups.nothing_for_you"
    section = Section(words(key, **about(words, shown)), buttons=buttons)
    return Message(summary(words, key, shown), [section], _files(calendar))


def still_on(words: Words, shown: Shown, name: str) -> Message:
    """For the host: somebody can't come, and few are left."""
    buttons = [
        Button("meetups:leaveit", words.line("meetups.still_on_yes"), "primary"),
        Button(f"meetups:thread:{shown.meetup.number}", words.line("meetups.thread_instead")),
    ]
    values = {"name": name or words.line("meetups.somebody"), "people": words.list(list(shown.people))}
    said = words("meetups.still_on", **values, **about(words, shown))
    first = words.line("meetups.still_on_summary", **about(words, shown))
    return Message(first[:290], [Section(said, buttons=buttons)])


def after(words: Words, shown: Shown) -> Message:
    """When it is over: one question. Who was there says so with one press; nobody is asked where they were."""
    number = shown.meetup.number
    buttons = [
        Button(f"meetups:try:{number}", words.line("meetups.try"), "primary"),
        Button(f"meetups:there:{number}", words.line("meetups.was_there")),
        Button("meetups:leaveit", words.line("meetups.nothing_more")),
    ]
    said = words("meetups.after", **about(words, shown))
    return Message(summary(words, "meetups.after", shown), [Section(said, buttons=buttons)])


def noted(words: Words, shown: Shown) -> Message:
    """They were there: is there anything that they will try?"""
    buttons = [Button(f"meetups:try:{shown.meetup.number}", words.line("meetups.try"), "primary")]
    return Message(words.line("meetups.noted"), [Section(words("meetups.noted"), buttons=buttons)])


def win_form(words: Words, shown: Shown, text: str = "") -> Form:
    """What somebody will try, and who may see it."""
    options = tuple(Option(str(each), words.line(f"meetups.showing.{each}")) for each in Showing)
    return Form(
        f"meetups:try:{shown.meetup.number}",
        words.line("meetups.win_form"),
        (
            Paragraph(
                "text", words.line("meetups.win_text"), text, words.line("meetups.win_hint"), True, length=LONGEST_WIN
            ),
            Choice("showing", words.line("meetups.win_showing"), options, (str(Showing.NAMED),), required=True),
        ),
        words.line("meetups.win_submit"),
    )


def told_win(words: Words, shown: Shown, win: QuickWin, name: str) -> Message:
    """In the room, in the thread of the meetup: what somebody will try."""
    key = "meetups.win_told" if win.showing is Showing.NAMED and name else "meetups.win_told_unnamed"
    values = {**about(words, shown), "name": name}
    quote = str(cards.quote(win.text, LONGEST_WIN))
    return Message(words.line(key, **values)[:290], [Section((*words(key, **values), "\n", quote))])


def did_it_hold(words: Words, win: QuickWin) -> Message:
    """A fortnight later: did it hold?"""
    buttons = [
        Button(f"meetups:heldup:{win.id}:held", words.line("meetups.win_held")),
        Button(f"meetups:heldup:{win.id}:changed", words.line("meetups.win_changed")),
        Button(f"meetups:heldup:{win.id}:nothold", words.line("meetups.win_not")),
        Button("meetups:leaveit", words.line("meetups.win_later")),
        Button("meetups:nomore", words.line("meetups.no_more")),
    ]
    said = (*words("meetups.did_it_hold"), "\n", str(cards.quote(win.text, LONGEST_WIN)))
    return Message(words.line("meetups.did_it_hold"), [Section(said, buttons=buttons)])


def keep_it(words: Words, win: QuickWin) -> Message:
    """It held: shall it be kept, so that others find it?"""
    buttons = [
        Button(f"capture:win:{win.id}", words.line("meetups.keep"), "primary"),
        Button("meetups:leaveit", words.line("meetups.keep_no")),
    ]
    return Message(words.line("meetups.keep_it"), [Section(words("meetups.keep_it"), buttons=buttons)])


def _files(calendar: File | None) -> list[File]:
    return [calendar] if calendar is not None else []
