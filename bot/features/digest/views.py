"""What a digest looks like: the community's, one's own, and what coordinators see of it before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.port import Button, Choice, Element, Form, Link, Message, Option, Paragraph, Section, Text, When
from adapters.port.limits import BUTTON_LABEL, BUTTONS, LINK_URL, OPTION_LABEL
from bot.cards import plainly
from bot.features.digest import rules
from bot.features.digest.rules import Item, Kind, Told
from bot.words import Words
from knowledge.models import DigestPace
from knowledge.tips import Known, shorten, title_from

TITLE = 90
"""Characters of a tip's title or a question in a line."""

TOPIC = 60
"""Characters of a title in the opening."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the community's digest is posted (names of rooms) and when next; None where nowhere."""

    rooms: Sequence[str]
    next_at: datetime | None
    is_core: bool


def digest(words: Words, told: Told, opened: str = "") -> Message:
    """The community's digest. `opened` is a coordinator's opening; the bot's own where it is empty."""
    first = opened or opening(words, told)
    mine = Button("digest:mine", words.line("digest.mine"))
    return Message(
        shorten(first, 290),
        [Section(words("digest.text", text=first)), *_kinds(words, told), Section(words("digest.why"), buttons=[mine])],
    )


def own(words: Words, told: Told, pace: DigestPace) -> Message:
    """A member's own digest."""
    return Message(
        words.line("digest.own"),
        [
            Section(words("digest.own")),
            *_kinds(words, told),
            Section(words(f"digest.own_why_{pace}"), buttons=_paces(words, pace)),
        ],
    )


def now(words: Words, told: Told, pace: DigestPace, settings: Settings) -> Message:
    """The last seven days, for one reader who asked."""
    first = words("digest.now") if told.items else words("digest.now_nothing")
    rooms = words.list([f"#{name}" for name in settings.rooms])
    if settings.next_at is not None and settings.rooms:
        posted = words("digest.posted_in", rooms=rooms, when=When(settings.next_at))
    else:
        posted = words("digest.posted_nowhere_core" if settings.is_core else "digest.posted_nowhere")
    return Message(
        words.line("digest.now" if told.items else "digest.now_nothing"),
        [Section(first), *_kinds(words, told), Section(posted, buttons=_paces(words, pace))],
    )


def preview(words: Words, number: int, told: Told, opened: str, due: datetime, *, forgotten: int = 0) -> Message:
    """What coordinators see before it is posted, with what they may do, and that somebody asked to be forgotten."""
    first = opened or opening(words, told)
    buttons = [
        Button(f"digest:send:{number}", words.line("digest.send")),
        Button(f"digest:opening:{number}", words.line("digest.change_opening")),
        Button(f"digest:leaveout:{number}", words.line("digest.leave_out")),
        Button(f"digest:skip:{number}", words.line("digest.skip")),
    ]
    why = "digest.preview_thin" if rules.is_thin(told.items) else "digest.preview"
    return Message(
        words.line("digest.preview_summary"),
        [
            Section(words(why, when=When(due)), buttons=buttons),
            Section(words("digest.text", text=first)),
            *_kinds(words, told, with_buttons=False),
            *([Section(words("digest.forgotten", count=forgotten))] if forgotten else []),
        ],
    )


def skipped(words: Words, number: int) -> Message:
    """One that is not posted, with the way back."""
    back = Button(f"digest:back:{number}", words.line("digest.post_after_all"))
    return Message(words.line("digest.skipped"), [Section(words("digest.skipped"), buttons=[back])])


def opening_form(words: Words, number: int, text: str, length: int) -> Form:
    """The opening, to be written otherwise."""
    field = Paragraph(
        "opening", words.line("digest.opening_field"), shorten(text, length), words.line("digest.opening_hint")
    )
    return Form(f"digest:opening:{number}", words.line("digest.opening_title"), (field,), words.line("digest.save"))


def left_out_form(words: Words, number: int, told: Told, left_out: Sequence[str]) -> Form:
    """What is told, to be left out."""
    nameless = words.line("meetups.open_table")
    options = tuple(Option(each.key, shorten(_subject(each) or nameless, OPTION_LABEL)) for each in told.items)
    chosen = tuple(each.value for each in options if each.value in left_out)
    field = Choice("items", words.line("digest.left_out_field"), options, chosen, many=True)
    return Form(f"digest:leaveout:{number}", words.line("digest.left_out_title"), (field,), words.line("digest.save"))


def pace(words: Words, now: DigestPace) -> Message:
    """How often somebody wants one of their own."""
    key = f"digest.pace_is_{now}"
    return Message(words.line(key), [Section(words(key), buttons=_paces(words, now))])


def here(words: Words, room: str, due: datetime) -> Message:
    """Where it is posted from now on, and when next."""
    values = {"room": room, "when": When(due)}
    return Message(words.line("digest.here", **values), [Section(words("digest.here", **values))])


def at(words: Words, due: datetime, *, posted: bool) -> Message:
    """When it is posted next."""
    key = "digest.at" if posted else "digest.at_nowhere"
    return Message(words.line(key, when=When(due)), [Section(words(key, when=When(due)))])


def unposted(words: Words, room: str) -> Message:
    """The room does not take it."""
    key = "digest.unposted" if room else "digest.unposted_unknown"
    return plainly(words, key, room=room)


def opening(words: Words, told: Told) -> str:
    """One sentence: what worked for most, and what nobody knows yet."""
    worked = max(rules.of_kind(told.items, Kind.WORKED), key=lambda each: len(rules.users(each)), default=None)
    waiting = next(rules.of_kind(told.items, Kind.WAITING), None)
    new = list(rules.of_kind(told.items, Kind.NEW))
    values: dict[str, object] = {"question": shorten(title_from(_subject(waiting)), TITLE) if waiting else ""}
    if worked is not None:
        values |= {"title": shorten(_subject(worked), TOPIC), "count": len(rules.users(worked))}
    elif new:
        values |= {"title": shorten(_subject(new[0]), TOPIC), "count": len(new)}
    first = "worked" if worked else "new" if new else "quiet"
    return words.line(f"digest.opening.{first}{'_waiting' if waiting else ''}", **values)


def _kinds(words: Words, told: Told, *, with_buttons: bool = True) -> list[Section]:
    sections = []
    for kind in Kind:
        items = list(rules.of_kind(told.items, kind))
        if items:
            text = tuple(span for each in items for span in (*_line(words, each, told), "\n"))
            buttons = _buttons(words, items, told) if with_buttons else []
            sections.append(Section(text, title=words.line(f"digest.{kind}"), buttons=buttons))
    return sections


def _line(words: Words, item: Item, told: Told) -> Text:
    if item.tip is not None:
        return _of_tip(words, item, item.tip)
    if item.newcomer is not None:
        said = ", ".join(each for each in (item.newcomer.practice, item.newcomer.place) if each)
        return words(
            "digest.line.newcomer" if said else "digest.line.newcomer_only", name=item.newcomer.name, said=said
        )
    if item.meetup is not None or item.win is not None:
        return _of_meeting(words, item)
    assert item.question is not None
    text = shorten(_subject(item), 2 * TITLE)
    if item.kind is Kind.SOLVED:
        return words("digest.line.solved", name=told.answerers.get(item.id, ""), text=text)
    name = told.askers.get(item.id, "")
    return words("digest.line.waiting" if name else "digest.line.waiting_unnamed", name=name, text=text)


def _of_meeting(words: Words, item: Item) -> Text:
    text = shorten(_subject(item), 2 * TITLE)
    if item.meetup is not None:
        assert item.meetup.starts_at is not None
        values = {"at": When(item.meetup.starts_at), "problem": text or words.line("meetups.open_table")}
        key = "digest.line.meetup" if item.name else "digest.line.meetup_unhosted"
        return words(key, name=item.name, **values)
    return words("digest.line.win" if item.name else "digest.line.win_unnamed", name=item.name, text=text)


def _of_tip(words: Words, item: Item, tip: Known) -> Text:
    values = {"title": shorten(_subject(item), TITLE), "number": tip.number}
    names = words("digest.from", names=words.list(list(tip.names))) if tip.names else ()
    if item.kind is Kind.WORKED:
        return (*words("digest.line.worked", count=len(rules.users(item)), **values), *names)
    return (*words(f"digest.line.{item.kind}", **values), *names)


def _buttons(words: Words, items: Sequence[Item], told: Told) -> list[Element]:
    found: list[Element] = []
    for each in items:
        if each.tip is not None:
            found.append(Button(f"tips:show:{each.tip.number}", f"#{each.tip.number}"))
        elif each.meetup is not None:
            label = words.line("digest.come", problem=_subject(each) or words.line("meetups.open_table"))
            found.append(Button(f"meetups:join:{each.meetup.number}", shorten(label, BUTTON_LABEL)))
        elif each.kind is Kind.WAITING and 0 < len(link := told.links.get(each.id, "")) <= LINK_URL:
            found.append(Link(link, shorten(words.line("digest.answer", text=_subject(each)), BUTTON_LABEL)))
    return found[:BUTTONS]


def _subject(item: Item) -> str:
    if item.newcomer is not None:
        return item.newcomer.name
    if item.meetup is not None:
        return item.meetup.problem
    if item.win is not None:
        return " ".join(item.win.text.split())
    text = item.tip.title if item.tip is not None else item.question.text if item.question is not None else ""
    return " ".join(text.split())


def _paces(words: Words, now: DigestPace) -> list[Element]:
    return [Button(f"digest:pace:{each}", words.line(f"digest.pace.{each}")) for each in DigestPace if each is not now]
