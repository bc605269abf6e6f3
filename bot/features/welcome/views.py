"""What newcomers, their companions and peers, and coordinators see of the way in. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.port import Button, Choice, Element, Form, Line, Link, Mention, Message, Option, Section, Text, When
from adapters.port.limits import BUTTON_LABEL, LINK_URL
from bot import cards
from bot.features.welcome.choices import Chosen
from bot.words import Words
from knowledge.models import Member, Pair, PairState, Question, Step
from knowledge.tips import Known, shorten, uses_of

NUMBERS_FROM = 5
"""How many people are here is said from so many on: fewer are not a number. Source: product.md, section 5."""

TITLE = 100
"""Characters of a title or question in a line."""

LONGEST_WORDS = 400
"""Characters of somebody's first words that a peer is shown."""

SHOWN_WAITING = 4
"""Newcomers who wait that coordinators see at once; each has buttons."""


@dataclass(frozen=True, slots=True)
class Place:
    """What this place is: its name, how many are here, and the rooms where they talk."""

    name: str
    count: int
    rooms: Sequence[str]


@dataclass(frozen=True, slots=True)
class Named:
    """A companion who is named to a newcomer, and the id of their pair."""

    pair: int
    companion: Member


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every invitation: whose it is, why it came, and whether it is the last one for now."""

    member: Member
    because: str
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """A conversation to listen in on: about what, how many voices are in it, and its address."""

    subject: str
    voices: int
    link: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """First words that wait for an answer: their id, since when, how they stand (may be empty), the address."""

    id: int
    at: datetime
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class People:
    """Who shows a member round (with their pair), and whom they show round."""

    guide: tuple[Pair, Member] | None = None
    shown: Sequence[tuple[Pair, Member]] = field(default_factory=tuple)


def hello(words: Words, place: Place, known: Sequence[Chosen], guide: Named | None, *, at_most: int = 2) -> Message:
    """The first message; `at_most` is how many things come in a week."""
    rooms = words.list([f"#{each}" for each in place.rooms])
    if place.count >= NUMBERS_FROM and place.rooms:
        opening = words("welcome.hello", place=place.name, count=place.count, rooms=rooms)
    else:
        opening = words("welcome.hello_small", place=place.name)
    sections = [Section(opening)]
    if known:
        sections.append(Section(_tips(words, known), title=words.line("welcome.rely"), buttons=_shows(known)))
    if guide is not None:
        sections.append(_guide(words, guide))
    buttons = [
        Button("welcome:introduce", words.line("welcome.introduce"), "primary"),
        Button("welcome:stop", words.line("welcome.stop")),
    ]
    sections.append(Section(words("welcome.small", count=at_most), buttons=buttons))
    return Message(words.line("welcome.hello_summary", place=place.name)[:290], sections)


def introduce_form(words: Words, member: Member, *, named: bool) -> Form:
    """Practice and place, and whether others may be told."""
    options = (Option("yes", words.line("welcome.named_yes")), Option("no", words.line("welcome.named_no")))
    return Form(
        "welcome:introduce",
        words.line("welcome.form"),
        (
            Line(
                "practice", words.line("me.practice"), member.practice[:80], words.line("me.practice_hint"), length=80
            ),
            Line("place", words.line("me.place"), member.place[:80], words.line("me.place_hint"), length=80),
            Choice("named", words.line("welcome.named"), options, ("yes" if named else "no",), required=True),
        ),
        words.line("me.save"),
    )


def introduced(words: Words, member: Member, near: Sequence[Chosen], guide: Named | None) -> Message:
    """Thanks, with what is nearer to them now."""
    if not near and guide is None:
        return cards.plainly(words, "welcome.introduced")
    sections = [Section(words("welcome.introduced"))]
    if near:
        values = {"practice": member.practice, "place": member.place}
        title = words.line(f"welcome.near.{near[0].because}", **values)
        sections.append(Section(_tips(words, near), title=title[:150], buttons=_shows(near)))
    if guide is not None:
        sections.append(_guide(words, guide))
    return Message(words.line("welcome.introduced"), sections)


def listen(words: Words, heard: Heard, frame: Frame) -> Message:
    """*Listen in*."""
    said = words("welcome.listen", count=heard.voices, subject=shorten(" ".join(heard.subject.split()), TITLE))
    buttons: list[Element] = [Button("welcome:done:listen", words.line("welcome.read_it"))]
    if len(heard.link) <= LINK_URL:
        buttons.insert(0, Link(heard.link, words.line("welcome.listen_in")))
    return _invitation(words, "welcome.listen_summary", [Section(said, buttons=buttons)], Step.LISTEN, frame)


def match(words: Words, tip: Known, frame: Frame) -> Message:
    """*Does this hold where you are?*, with a tip."""
    buttons = (
        Button(f"tips:worked:{tip.number}", words.line("welcome.holds")),
        Button(f"tips:changed:{tip.number}", words.line("welcome.holds_changed")),
        Button(f"tips:nothere:{tip.number}", words.line("welcome.holds_not")),
    )
    sections = [Section(words("welcome.match")), cards.excerpt(words, tip, buttons=buttons)]
    return _invitation(words, "welcome.match_summary", sections, Step.MATCH, frame)


def ask(words: Words, gap: Question | None, frame: Frame) -> Message:
    """*Ask what nobody wrote down*: what I had nothing good for, or whatever they wonder about."""
    if frame.because in ("gap", "later") and gap is not None:
        buttons = [
            Button(f"ask:put:{gap.number}:named", words.line("welcome.ask_named")),
            Button(f"ask:put:{gap.number}:unnamed", words.line("welcome.ask_unnamed")),
        ]
        said = (*words("welcome.ask_gap"), "\n", str(cards.quote(gap.text)))
        return _invitation(words, "welcome.ask_summary", [Section(said, buttons=buttons)], Step.ASK, frame)
    section = Section(words("welcome.ask"), buttons=[Button("ask:new", words.line("welcome.ask_something"))])
    return _invitation(words, "welcome.ask_summary", [section], Step.ASK, frame)


def come(words: Words, guide: Named, frame: Frame) -> Message:
    """*Come along*: with somebody who shows them round."""
    because = {"recent": "companion_recent", "willing": "companion_willing"}.get(frame.because, frame.because)
    framed = replace(frame, because=because)
    return _invitation(words, "welcome.come_summary", [_guide(words, guide)], Step.COME, framed)


def tell(words: Words, frame: Frame) -> Message:
    """*Tell one from where you were before*."""
    section = Section(words("welcome.tell"), buttons=[Button("capture:new", words.line("welcome.tell_one"))])
    return _invitation(words, "welcome.tell_summary", [section], Step.TELL, frame)


def welcome_next(words: Words, frame: Frame) -> Message:
    """*Welcome the next newcomer*."""
    buttons = [
        Button("welcome:guide:yes", words.line("welcome.guide_would")),
        Button("welcome:done:welcome:no", words.line("welcome.not_for_me")),
    ]
    section = Section(words("welcome.next"), buttons=buttons)
    return _invitation(words, "welcome.next_summary", [section], Step.WELCOME, frame)


def way(words: Words, taken: Sequence[Step], people: People, invitation: Message | None, *, is_going: bool) -> Message:
    """What they did, who shows them round, the next thing where there is one, and the way to have it brought."""
    sections = list[Section]()
    if taken:
        sections.append(Section(words("welcome.taken", steps=words.list([_step(words, each) for each in taken]))))
    shown = [each for section in invitation.sections for each in section.buttons] if invitation is not None else []
    offered = {each.id for each in shown if isinstance(each, Button)}
    if people.guide is not None and f"welcome:meet:{people.guide[0].id}" not in offered:
        sections.append(_with_guide(words, *people.guide))
    for pair, newcomer in people.shown[:1]:
        button = Button(f"welcome:end:{pair.id}", words.line("welcome.enough"))
        sections.append(Section(words("welcome.shows", name=newcomer.name), buttons=[button]))
    sections += [Section(words("welcome.next_thing")), *invitation.sections] if invitation else []
    sections += [] if invitation else [Section(words("welcome.nothing_now"))]
    if not is_going:
        sections.append(Section(buttons=[Button("welcome:goon", words.line("welcome.go_on"))]))
    return Message(words.line("welcome.way_summary"), sections)


def not_new(words: Words, member: Member, people: People) -> Message:
    """For those who are not new: whom they show round, and whether they would."""
    sections = [Section(words("welcome.not_new"))]
    for pair, newcomer in people.shown:
        button = Button(f"welcome:end:{pair.id}", words.line("welcome.enough"))
        sections.append(Section(words("welcome.shows", name=newcomer.name), buttons=[button]))
    if member.is_core:
        return Message(words.line("welcome.way_summary"), [*sections, Section(words("welcome.core_does_not"))])
    if member.shows_round:
        said, button = "welcome.does", Button("welcome:guide:no", words.line("welcome.no_more_showing"))
    else:
        said, button = "welcome.would", Button("welcome:guide:yes", words.line("welcome.guide_would"))
    return Message(words.line("welcome.way_summary"), [*sections, Section(words(said), buttons=[button])])


def stopped(words: Words) -> Message:
    """No more invitations; the door stays open."""
    button = Button("welcome:goon", words.line("welcome.go_on"))
    return Message(words.line("welcome.stopped"), [Section(words("welcome.stopped"), buttons=[button])])


def would_you(words: Words, *, is_recent: bool) -> Message:
    """*Would you show somebody new round?*, and why they are asked."""
    buttons = [
        Button("welcome:guide:yes", words.line("welcome.guide_would"), "primary"),
        Button("welcome:guide:no", words.line("welcome.not_now")),
        Button("welcome:guide:never", words.line("welcome.dont_ask")),
    ]
    why = words("welcome.would_you_recent" if is_recent else "welcome.would_you_about")
    sections = [Section(words("welcome.would_you")), Section(why, buttons=buttons)]
    return Message(words.line("welcome.would_you_summary"), sections)


def request(words: Words, pair: int, newcomer: Member) -> Message:
    """For a companion: somebody new would like them to show them round."""
    buttons = [
        Button(f"welcome:agree:{pair}", words.line("welcome.bring_together"), "primary"),
        Button(f"welcome:decline:{pair}", words.line("welcome.not_this_time")),
        Button("welcome:guide:no", words.line("welcome.no_more_showing")),
    ]
    said = words("welcome.request", name=newcomer.name, what=_what(words, newcomer))
    sections = [Section(said), Section(words("welcome.request_why"), buttons=buttons)]
    return Message(words.line("welcome.request_summary", name=newcomer.name)[:290], sections)


def agreed_to(words: Words, pair: int, name: str) -> Message:
    """For the companion: the conversation is open."""
    button = Button(f"welcome:end:{pair}", words.line("welcome.enough"))
    return Message(
        words.line("welcome.agreed_to", name=name)[:290],
        [Section(words("welcome.agreed_to", name=name), buttons=[button])],
    )


def agreed(words: Words, pair: int, name: str) -> Message:
    """For the newcomer: the conversation is open."""
    button = Button(f"welcome:end:{pair}", words.line("welcome.enough"))
    return Message(
        words.line("welcome.agreed", name=name)[:290], [Section(words("welcome.agreed", name=name), buttons=[button])]
    )


def together(words: Words, newcomer: Mention, companion: Mention) -> Message:
    """The first message in the conversation of two."""
    said = words("welcome.together", newcomer=newcomer, companion=companion)
    return Message(words.line("welcome.together_summary"), [Section(said), Section(words("welcome.together_how"))])


def away(words: Words, name: str) -> Message:
    """For the newcomer: shall I ask somebody else?"""
    buttons = [
        Button("welcome:another", words.line("welcome.somebody_else"), "primary"),
        Button("welcome:done:come:no", words.line("welcome.no_need")),
    ]
    said = words("welcome.away", name=name) if name else words("welcome.not_free")
    return Message(words.line("welcome.away_summary"), [Section(said, buttons=buttons)])


def ask_another(words: Words) -> Message:
    """The companion who was named is not free any more."""
    button = Button("welcome:another", words.line("welcome.somebody_else"), "primary")
    return Message(words.line("welcome.not_free"), [Section(words("welcome.not_free"), buttons=[button])])


def alone(words: Words, newcomer: Member, waiting: Waiting, because: str) -> Message:
    """For a peer: somebody new wrote, and a word from them may be welcome."""
    buttons = [
        *_answer_there(words, waiting.link),
        Button(f"welcome:password:{waiting.id}", words.line("welcome.not_this_one")),
        Button("welcome:nonewcomers", words.line("welcome.no_more_of_these")),
    ]
    said = words("welcome.alone", name=newcomer.name, what=_what(words, newcomer), at=When(waiting.at))
    values = {"practice": newcomer.practice, "place": newcomer.place}
    why = words(f"welcome.alone_why.{because}", **values)
    quoted = (*said, "\n", str(cards.quote(waiting.text, LONGEST_WORDS))) if waiting.text.strip() else said
    summary = words.line("welcome.alone_summary")
    return Message(summary, [Section(quoted), Section((*why, " ", *words("welcome.alone_how")), buttons=buttons)])


def left_alone(words: Words, rows: Sequence[tuple[Member, Waiting]], more: int = 0) -> Message:
    """For coordinators: who wrote their first words days ago and may be glad of a word."""
    sections = [Section(words("welcome.left_alone"))]
    sections += [_waits(words, newcomer, waiting) for newcomer, waiting in rows[:SHOWN_WAITING]]
    if more:
        sections.append(Section(words("welcome.left_alone_more", count=more)))
    return Message(words.line("welcome.left_alone"), [*sections, Section(words("welcome.left_alone_why"))])


def _waits(words: Words, newcomer: Member, waiting: Waiting) -> Section:
    """One newcomer who waits, with the way there."""
    said = words("welcome.waits", name=newcomer.name, what=_what(words, newcomer), at=When(waiting.at))
    buttons = [
        *_answer_there(words, waiting.link),
        Button(f"welcome:seento:{waiting.id}", words.line("welcome.seen_to_it")),
    ]
    return Section(said, buttons=buttons)


def _invitation(words: Words, summary: str, sections: Sequence[Section], step: Step, frame: Frame) -> Message:
    values = {"practice": frame.member.practice, "place": frame.member.place}
    needed = values if frame.because == "both" else {frame.because} & values.keys()
    lacks = any(not values[name] for name in needed)  # they took it back meanwhile
    because = words("welcome.because.willing" if lacks else f"welcome.because.{frame.because}", **values)
    last = (" ", *words("welcome.last")) if frame.is_last else ()
    buttons = [
        Button(f"welcome:later:{step}", words.line("welcome.later")),
        Button("welcome:stop", words.line("welcome.stop")),
    ]
    return Message(words.line(summary), [*sections, Section((*because, *last), buttons=buttons)])


def _tips(words: Words, known: Iterable[Chosen]) -> Text:
    lines = [_tip(words, each.tip) for each in known]
    return tuple(span for line in lines for span in (*line, "\n"))


def _tip(words: Words, tip: Known) -> Text:
    title, count = shorten(tip.title, TITLE), uses_of(tip.said).worked
    if tip.names:
        return words("welcome.tip", number=tip.number, title=title, names=words.list(list(tip.names)), count=count)
    return words("welcome.tip_unnamed", number=tip.number, title=title, count=count)


def _shows(known: Iterable[Chosen]) -> list[Button]:
    return [Button(f"tips:show:{each.tip.number}", f"#{each.tip.number}") for each in known]


def _guide(words: Words, guide: Named) -> Section:
    who = guide.companion
    said = words("welcome.guide", name=who.name, what=_what(words, who), since=words.month(who.joined_at))
    label = shorten(words.line("welcome.introduce_us", name=who.name), BUTTON_LABEL)
    return Section(said, buttons=[Button(f"welcome:meet:{guide.pair}", label)])


def _with_guide(words: Words, pair: Pair, companion: Member) -> Section:
    if pair.state is PairState.NAMED:
        return _guide(words, Named(pair.id or 0, companion))
    if pair.state is PairState.ASKED:
        return Section(words("welcome.asked_already", name=companion.name))
    button = Button(f"welcome:end:{pair.id}", words.line("welcome.enough"))
    return Section(words("welcome.shown_by", name=companion.name), buttons=[button])


def _what(words: Words, member: Member) -> Text:
    """What somebody does and where, in brackets after their name; nothing where they did not say."""
    said = ", ".join(each for each in (member.practice, member.place) if each)
    return (" ", *words("welcome.what", said=said)) if said else ()


def _step(words: Words, step: Step) -> str:
    return words.line(f"welcome.took.{step}")


def _answer_there(words: Words, link: str) -> list[Element]:
    is_link = link.startswith(("http://", "https://")) and len(link) <= LINK_URL
    return [Link(link, words.line("welcome.answer_there"))] if is_link else []
