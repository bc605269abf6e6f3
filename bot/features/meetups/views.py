"""What people see of a meetup until it has its time: the proposal, the invitation, the question who hosts. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.port import Button, Choice, Element, Form, Line, Message, Option, Paragraph, Section, Text, When
from adapters.port.limits import BUTTON_LABEL, FIELD_TEXT
from bot import cards
from bot.features.meetups import rules
from bot.features.meetups.rules import Wanted
from bot.features.meetups.shown import NAMES, Poll, Shown, about, detail, joined, room, summary, where, win
from bot.words import Words
from knowledge.guard import Finding, mark
from knowledge.models import Meetup, Member, Origin


def propose_form(words: Words, wanted: Wanted | None = None, *, when: str = "", id: str = "meetups:propose") -> Form:
    """The problem, when, for how long and where."""
    wanted = wanted or Wanted("")
    lengths = tuple(Option(str(each), words.line("meetups.minutes", count=each)) for each in rules.LENGTHS_MINUTES)
    problem = (wanted.detail or wanted.problem)[:FIELD_TEXT]
    hints = {name: words.line(f"meetups.hint_{name}") for name in ("problem", "when", "place")}
    return Form(
        id,
        words.line("meetups.form"),
        (
            Paragraph("problem", words.line("meetups.form_problem"), problem, hints["problem"], True),
            Paragraph("when", words.line("meetups.form_when"), when, hints["when"], length=300),
            Choice("minutes", words.line("meetups.form_minutes"), lengths, (str(wanted.minutes),), required=True),
            Line("place", words.line("meetups.form_place"), wanted.place[:100], hints["place"], length=100),
        ),
        words.line("meetups.form_submit"),
    )


def draft(
    words: Words, shown: Shown, times: Sequence[datetime], invited: Sequence[tuple[Member, str]], *, is_own: bool
) -> Message:
    """What would go out, before anybody is told. `is_own`: whether the times are the host's own."""
    if not times:
        return no_time(words, shown)
    number = shown.meetup.number
    people = [words("meetups.draft_people")] if invited else [words("meetups.draft_nobody", room=room(words, shown))]
    people += [_asked(words, member, because) for member, because in invited]
    offered = words("meetups.draft_own_times" if is_own else "meetups.draft_times")
    what = words("meetups.what", where=where(words, shown), **about(words, shown))
    buttons = [
        Button(f"meetups:send:{number}", words.line("meetups.send" if invited else "meetups.send_room"), "primary"),
        Button(f"meetups:change:{number}", words.line("meetups.change")),
        Button(f"meetups:drop:{number}", words.line("meetups.drop")),
    ]
    return Message(
        summary(words, "meetups.draft_summary", shown),
        [
            Section((*words("meetups.draft", **about(words, shown)), *detail(shown), "\n\n", *what)),
            Section(joined([offered, *(("- ", When(each)) for each in times)])),
            Section(joined(people)),
            Section(words("meetups.draft_last"), buttons=buttons),
        ],
    )


def no_time(words: Words, shown: Shown) -> Message:
    """No time is inside everybody's day: two sittings, a thread, or times of the host's own."""
    number = shown.meetup.number
    buttons = [
        Button(f"meetups:sittings:{number}", words.line("meetups.two_sittings")),
        Button(f"meetups:thread:{number}", words.line("meetups.thread_instead")),
        Button(f"meetups:change:{number}", words.line("meetups.own_times")),
        Button(f"meetups:drop:{number}", words.line("meetups.drop")),
    ]
    said = words("meetups.no_time", **about(words, shown))
    return Message(summary(words, "meetups.no_time", shown), [Section(said, buttons=buttons)])


def alike(words: Words, other: Shown, token: str) -> Message:
    """There is one about the same problem already: come to that, or is it another?"""
    buttons = [
        Button(f"meetups:join:{other.meetup.number}", words.line("meetups.alike_join"), "primary"),
        Button(f"meetups:different:{token}", words.line("meetups.alike_different")),
    ]
    said = words("meetups.alike", **about(words, other))
    return Message(summary(words, "meetups.alike", other), [Section(said, buttons=buttons)])


def alike_now(words: Words, other: Shown, number: int) -> Message:
    """Somebody began one about the same while this one was a draft: put them together?"""
    buttons = [
        Button(f"meetups:merge:{number}:{other.meetup.number}", words.line("meetups.alike_merge"), "primary"),
        Button(f"meetups:sendoff:{number}", words.line("meetups.alike_different")),
        Button(f"meetups:drop:{number}", words.line("meetups.drop")),
    ]
    said = words("meetups.alike", **about(words, other))
    return Message(summary(words, "meetups.alike", other), [Section(said, buttons=buttons)])


def personal(words: Words, text: str, findings: Sequence[Finding]) -> Message:
    """What looks like personal data, with the places marked; nothing was kept."""
    again = Button("meetups:new", words.line("meetups.again"), "primary")
    return Message(
        words.line("meetups.personal"),
        [
            Section(words("meetups.personal")),
            Section(cards.quote(mark(text, findings), 2_000)),
            Section(words("meetups.personal_then"), buttons=[again]),
        ],
    )


def invitation(words: Words, shown: Shown, poll: Poll, because: str, reader: Member) -> Message:
    """In the host's name: the problem, the times, and how to say no or have fewer."""
    if shown.meetup.origin is Origin.OPEN_TABLE:
        key, opening = "meetups.table", words("meetups.table", people=words.list(list(shown.people[:NAMES])))
        first = words.line("meetups.table_summary")
    else:
        key, opening = "meetups.invitation", words("meetups.invitation", **about(words, shown))
        first = summary(words, key, shown)
    sections = [Section((*opening, *detail(shown)))]
    if shown.wins:
        sections.append(Section(joined([words("meetups.last_wins"), *(win(words, *each) for each in shown.wins)])))
    why = words(f"meetups.because.{because}", place=reader.place, practice=reader.practice) if because else ()
    sections.append(Section(words("meetups.which_times"), buttons=_answers(words, shown, poll)))
    stop = [Button("meetups:nomore", words.line("meetups.no_more"))]
    sections.append(Section(joined([why, words("meetups.at_most")], " "), buttons=stop))
    return Message(first, sections)


def call(words: Words, shown: Shown) -> Message:
    """In the room: who would come? Where it is not known whom it would suit, and for open tables."""
    assert shown.meetup.settles_at is not None
    is_table = shown.meetup.origin is Origin.OPEN_TABLE
    said = words(
        "meetups.call_table" if is_table else "meetups.call", until=When(shown.meetup.settles_at), **about(words, shown)
    )
    buttons = [Button(f"meetups:join:{shown.meetup.number}", words.line("meetups.count_me_in"), "primary")]
    first = summary(words, "meetups.call_table_summary" if is_table else "meetups.call_summary", shown)
    return Message(first, [Section((*said, *detail(shown)), buttons=buttons)])


def would_you_host(words: Words, shown: Shown, teller: str = "") -> Message:
    """For somebody who had to do with a hot problem, or with `teller`'s: would they host?"""
    number = shown.meetup.number
    buttons = [
        Button(f"meetups:hostyes:{number}", words.line("meetups.host_yes"), "primary"),
        Button(f"meetups:hostno:{number}", words.line("meetups.host_no")),
        Button("meetups:nomore", words.line("meetups.no_more")),
    ]
    said = words("meetups.would_you_host", **about(words, shown))
    if teller:
        said = words("meetups.would_you_host_second", name=teller, **about(words, shown))
    how = joined([words("meetups.would_you_host_how"), words("meetups.at_most")], "\n\n")
    return Message(words.line("meetups.would_you_host_summary"), [Section(said), Section(how, buttons=buttons)])


def host_instead(words: Words, shown: Shown) -> Message:
    """For those who come: the host can't after all; would one of them?"""
    buttons = [
        Button(f"meetups:takeover:{shown.meetup.number}", words.line("meetups.takeover_yes"), "primary"),
        Button("meetups:leaveit", words.line("meetups.takeover_no")),
    ]
    said = words("meetups.host_instead", **about(words, shown))
    return Message(summary(words, "meetups.host_instead", shown), [Section(said, buttons=buttons)])


def offers_to_host(words: Words, shown: Shown, name: str, member: int) -> Message:
    """For the host: somebody else would host it."""
    buttons = [
        Button(f"meetups:handover:{shown.meetup.number}:{member}", words.line("meetups.handover_yes"), "primary"),
        Button("meetups:leaveit", words.line("meetups.handover_no")),
    ]
    said = words("meetups.offers_to_host", name=name, **about(words, shown))
    return Message(summary(words, "meetups.offers_to_host", shown, name=name), [Section(said, buttons=buttons)])


def is_it_right(words: Words, meetup: Meetup, at: datetime) -> Message:
    """A time that was read from words, before anything is changed."""
    minutes = int(at.timestamp()) // 60
    buttons = [
        Button(f"meetups:moveto:{meetup.number}:{minutes}", words.line("meetups.move_yes"), "primary"),
        Button("meetups:leaveit", words.line("meetups.move_no")),
    ]
    said = words("meetups.is_it_right", at=When(at))
    return Message(words.line("meetups.is_it_right", at=When(at)), [Section(said, buttons=buttons)])


def coming_up(words: Words, rows: Sequence[tuple[Shown, int, bool]], *, more: int = 0) -> Message:
    """Which meetups are coming up: each with how many come (0: not known yet) and whether the reader does."""
    new = Button("meetups:new", words.line("meetups.menu.new"), "primary")
    if not rows:
        return Message(words.line("meetups.none"), [Section(words("meetups.none"), buttons=[new])])
    last = words("meetups.more", count=more) if more else words("meetups.list_last")
    sections = [_listed(words, shown, count, is_coming=mine) for shown, count, mine in rows]
    return Message(
        words.line("meetups.list_summary", count=len(rows) + more), [*sections, Section(last, buttons=[new])]
    )


def _listed(words: Words, shown: Shown, count: int, *, is_coming: bool) -> Section:
    meetup = shown.meetup
    if meetup.starts_at is not None:
        said = words("meetups.listed", at=When(meetup.starts_at), where=where(words, shown), **about(words, shown))
    else:
        said = words("meetups.listed_choosing", **about(words, shown))
    action, label = ("leave", "meetups.cannot") if is_coming else ("join", "meetups.come")
    coming = words("meetups.coming", count=count) if count else ()
    return Section(
        joined([said, coming], " "), buttons=[Button(f"meetups:{action}:{meetup.number}", words.line(label))]
    )


def _answers(words: Words, shown: Shown, poll: Poll) -> list[Element]:
    number = shown.meetup.number
    return [
        *(
            Button(f"meetups:vote:{number}:{at}", _time(words, poll, at, shown.zone)[:BUTTON_LABEL])
            for at in range(len(poll.times))
        ),
        Button(f"meetups:no:{number}", words.line("meetups.not_this_time")),
    ]


def _time(words: Words, poll: Poll, at: int, zone: ZoneInfo) -> str:
    when, count = words.moment(poll.times[at], zone), poll.counts[at]
    if at in poll.mine:
        return words.line("meetups.time_mine", when=when, count=count)
    return words.line("meetups.time", when=when, count=count) if count else when


def _asked(words: Words, member: Member, because: str) -> Text:
    values = {"name": member.name, "practice": member.practice, "place": member.place}
    return ("- ", *words(f"meetups.asked_because.{because}", **values))
