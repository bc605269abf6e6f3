"""What people see when they ask: answers, near misses, offers, open questions. Pure."""

from collections.abc import Sequence

from babel import Locale

from adapters.port import Button, Element, Form, Link, Markdown, Mention, Message, Paragraph, Section, Text
from bot import cards
from bot.features.ask.rules import LONGEST_QUESTION
from bot.words import Words
from knowledge.models import Question
from knowledge.peers import Peer
from knowledge.practice import Asker, like_the_asker, shared
from knowledge.tips import Known, shorten, uses_of

OPEN_SHOWN = 5
"""Open questions that are shown at once."""

TOPIC_LENGTH = 60
"""Characters of a question or title inside a sentence."""


def answer(words: Words, tips: Sequence[Known], asker: Asker, *, question: int | None, note: Text = ()) -> Message:
    """At most three tips, the best first, each with its buttons; `question` is the number it is written down under."""
    differs = any(uses_of(known.said).differ for known in tips)
    sections = [Section(note)] if note else []
    sections.append(Section(words("ask.answer_differs" if differs else "ask.answer", count=len(tips))))
    for known in tips:
        buttons: list[Element] = [*cards.confirm_buttons(words, known, question), *cards.source_buttons(words, known)]
        sections.append(cards.excerpt(words, known, _like_you(words, known, asker), buttons=buttons))
    if question is not None:
        sections.append(Section(buttons=[Button(f"ask:notasked:{question}", words.line("ask.not_asked"))]))
    return Message(words.line("ask.answer", count=len(tips)), sections)


def not_sure(
    words: Words, near: Sequence[Known], *, question: int | None, note: Text = (), in_public: bool = False
) -> Message:
    """Nothing good is there: near misses as such, and the offer to ask the others."""
    sections = [Section(note)] if note else []
    sections.append(Section(words("ask.not_sure_near", count=len(near)) if near else words("ask.not_sure")))
    if near:
        lines = [words("ask.near", number=known.number, title=known.title) for known in near]
        shows = [Button(f"tips:show:{each.number}", words.line("ask.show", number=each.number)) for each in near]
        sections.append(Section(tuple(span for line in lines for span in (*line, "\n")), buttons=shows))
    if question is not None:
        sections.append(Section(words("ask.shall_i"), buttons=put_buttons(words, question, in_public=in_public)))
    return Message(words.line("ask.not_sure"), sections)


def put_buttons(words: Words, question: int, *, in_public: bool) -> tuple[Button, ...]:
    """With the asker's name, without it where nobody saw who asked, or not at all."""
    unnamed = Button(f"ask:put:{question}:unnamed", words.line("ask.put_unnamed"))
    return (
        Button(f"ask:put:{question}:named", words.line("ask.put_named")),
        *(() if in_public else (unnamed,)),
        Button("ask:notnow", words.line("ask.leave_it")),
    )


def where(words: Words, question: int, how: str, channels: Sequence[tuple[str, str]]) -> Message:
    """Where to put a question that was asked in private. `channels` are (channel id, name)."""
    buttons = [Button(f"ask:put:{question}:{how}:{id}", f"#{name}"[:75]) for id, name in channels[:5]]
    return Message(words.line("ask.where"), [Section(words("ask.where"), buttons=buttons)])


def posted(words: Words, question: Question, *, asker: Mention | None) -> Message:
    """An open question, for everybody in a room."""
    opening = words("ask.posted", name=asker) if asker else words("ask.posted_unnamed")
    solved = Button(f"ask:solved:{question.number}", words.line("ask.solved"))
    return Message(
        words.line("ask.posted_summary"),
        [
            Section((*opening, "\n", str(cards.quote(question.text, LONGEST_QUESTION)))),
            Section(words("ask.posted_how"), buttons=[solved]),
        ],
    )


def settled(words: Words, question: Question, *, asker: Mention | None, answerer: str) -> Message:
    """The open question's message, once it was answered."""
    opening = words("ask.posted", name=asker) if asker else words("ask.posted_unnamed")
    text = (*opening, "\n", str(cards.quote(question.text, LONGEST_QUESTION)))
    return Message(
        words.line("ask.settled", name=answerer), [Section(text), Section(words("ask.settled", name=answerer))]
    )


def was_put(words: Words, link: str, room: str, peers: int) -> Message:
    """The question stands in the room; how many were told."""
    buttons = [Link(link, words.line("ask.see_it"))] if link.startswith(("http://", "https://")) else []
    said = ("ask.was_put_told", {"room": room, "count": peers}) if peers else ("ask.was_put", {"room": room})
    text = words(said[0], **said[1])
    return Message(words.line(said[0], **said[1])[:290], [Section(text, buttons=buttons)])


def which_reply(words: Words, question: int, replies: Sequence[tuple[str, str, str]]) -> Message:
    """Several people replied: which reply solved it? `replies` are (message id, name, text)."""
    lines = [words("ask.reply_row", name=name, text=shorten(text, 140)) for _, name, text in replies]
    text = tuple(span for line in lines for span in (*line, "\n"))
    buttons = [Button(f"ask:solvedby:{question}:{id}", shorten(name, 70)) for id, name, _ in replies]
    return Message(words.line("ask.which"), [Section(words("ask.which")), Section(text, buttons=buttons)])


def offer(words: Words, best: Known, *, channel: str, message: str) -> Message:
    """A quiet offer that only the asker sees."""
    buttons = [
        Button(f"ask:see:{channel}:{message}", words.line("ask.see"), "primary"),
        Button("ask:notnow", words.line("ask.not_now")),
        Button("ask:nooffers", words.line("ask.no_offers")),
    ]
    text = words("ask.offer", title=best.title)
    return Message(words.line("ask.offer_summary"), [Section(text, buttons=buttons)])


def peer(words: Words, question: Question, *, title: str, link: str) -> Message:
    """Tells a peer of an open question that they may know about."""
    buttons: list[Element] = [Link(link, words.line("ask.answer_there"))] if link.startswith("http") else []
    buttons.append(Button(f"ask:pass:{question.number}", words.line("ask.pass")))
    buttons.append(Button("ask:nomore", words.line("ask.no_more")))
    why = words("ask.peer_why", title=title) if title else words("ask.peer_why_plain")
    return Message(
        words.line("ask.peer_summary"),
        [Section((*words("ask.peer"), "\n", str(cards.quote(question.text)))), Section(why, buttons=buttons)],
    )


def who_knows(words: Words, peers: Sequence[Peer], tips: Sequence[Known], *, question: int | None) -> Message:
    """Who knows about a message, and what is here about it; `question` where it can be put to everyone."""
    put = [Section(words("ask.shall_i"), buttons=put_buttons(words, question, in_public=True))] if question else []
    if not peers and not tips:
        return Message(words.line("ask.nobody"), [Section(words("ask.nobody")), *put])
    lines = [
        words(
            "ask.knows_wrote" if each.wrote else "ask.knows_used",
            name=each.member.name,
            number=each.tip.number,
            title=each.tip.title,
        )
        for each in peers
    ]
    text = tuple(span for line in lines for span in (*line, "\n"))
    sections = [Section(words("ask.who" if peers else "ask.who_tips"))]
    sections += [Section(text)] if peers else []
    shows = [Button(f"tips:show:{each.number}", words.line("ask.show", number=each.number)) for each in tips[:3]]
    sections.append(Section(words("ask.who_what_now"), buttons=shows))
    return Message(words.line("ask.who"), [*sections, *put])


def open_questions(words: Words, questions: Sequence[tuple[Question, str, str]]) -> Message:
    """What nobody answered yet, each with the asker's name where they chose to show it, and the address of its post."""
    if not questions:
        return cards.plainly(words, "ask.none_open")
    sections = [Section(words("ask.open"))]
    for each, name, link in questions[:OPEN_SHOWN]:
        text = Markdown(shorten(" ".join(each.text.split()), 200))
        line = words("ask.open_row", name=name, text=text) if name else words("ask.open_row_unnamed", text=text)
        buttons = [Link(link, words.line("ask.answer_there"))] if link.startswith(("http://", "https://")) else []
        sections.append(Section(line, buttons=buttons))
    return Message(words.line("ask.open"), sections)


def _like_you(words: Words, tip: Known, asker: Asker) -> Text:
    """Why a tip stands higher for this asker: whom it worked for who is where they are."""
    like = like_the_asker(tip, asker)
    if not like:
        return ()
    where = dict.fromkeys(name for each in like for name in shared(each, asker))
    return words("ask.like_you", count=len(like), where=words.list(list(where)))


def languages(words: Words, codes: Sequence[str]) -> Message:
    """Which languages questions and tips are read in from now on, by their names."""
    names = [str(Locale(code).get_display_name("en")) for code in codes]
    return cards.plainly(words, "ask.languages", languages=words.list(names))


def ask_form(words: Words) -> Form:
    """One field for a question."""
    field = Paragraph(
        "question", words.line("ask.field"), hint=words.line("ask.hint"), required=True, length=LONGEST_QUESTION
    )
    return Form("ask:ask", words.line("ask.form"), (field,), words.line("ask.submit"))
