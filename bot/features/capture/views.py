"""What people see while something is kept. Pure."""

from collections.abc import Sequence

from adapters.port import Button, Message, Section
from bot import cards
from bot.words import Words
from knowledge.tips import Known


def kept(words: Words, known: Known, *, named: bool) -> Message:
    """A tip of the member's own was published."""
    buttons = [
        Button(f"tips:details:{known.number}", words.line("capture.add_details")),
        Button(f"tips:edit:{known.number}", words.line("capture.edit")),
        Button(f"tips:delete:{known.number}", words.line("capture.take_back")),
    ]
    if named:
        buttons.insert(1, Button(f"capture:unname:{known.number}", words.line("capture.unname")))
    text = words("capture.kept", number=known.number, title=known.title)
    return Message(words.line("capture.kept_summary", number=known.number), [Section(text, buttons=buttons)])


def waiting(words: Words, known: Known, names: Sequence[str]) -> Message:
    """A draft waits for the word of the people whose words it holds."""
    text = words("capture.asked", names=words.list(names), number=known.number)
    buttons = [Button(f"tips:show:{known.number}", words.line("capture.show_draft"))]
    return Message(words.line("capture.asked_summary"), [Section(text, buttons=buttons)])


def looks_like(words: Words, known: Known, similar: Sequence[Known]) -> Message:
    """A new tip sounds like existing ones: the same, a variation, or different?"""
    first = similar[0]
    sections = [Section(words("capture.looks_like", number=first.number))]
    for each in similar[:2]:
        buttons = [
            Button(f"capture:same:{known.number}:{each.number}", words.line("capture.same", number=each.number)),
            Button(f"capture:variation:{known.number}:{each.number}", words.line("capture.variation")),
        ]
        sections.append(cards.excerpt(words, each, buttons=buttons))
    sections.append(Section(buttons=cards.unsent_buttons(words, known)))
    return Message(words.line("capture.looks_like", number=first.number), sections)


def request(words: Words, known: Known, *, keeper: str, again: bool) -> Message:
    """Asks an author whether their words may be kept, and shows all that would be kept."""
    key = ("capture.request_again" if again else "capture.request") + ("" if keeper else "_own")
    never = Button(f"capture:never:{known.number}", words.line("capture.never"))
    return Message(
        words.line("capture.request_summary"),
        [
            Section(words(key, name=keeper, title=known.title)),
            cards.whole(words, known),
            Section(words("capture.request_why"), buttons=[*cards.consent_buttons(words, known), never]),
        ],
    )


def ask_again(words: Words, known: Known) -> Message:
    """After an author changed their words: may they be kept so?"""
    answers = cards.consent_buttons(words, known)
    section = cards.whole(words, known)
    return Message(
        words.line("capture.changed"), [Section(words("capture.changed")), section, Section(buttons=answers)]
    )


def drafts(words: Words, found: Sequence[Known]) -> Message:
    """The drafts that a member sees."""
    if not found:
        return cards.plainly(words, "capture.no_drafts")
    lines = [words("capture.draft_row", number=each.number, title=each.title) for each in found[:10]]
    text = tuple(span for line in lines for span in (*line, "\n"))
    buttons = [Button(f"tips:show:{each.number}", f"#{each.number}") for each in found[:5]]
    return Message(words.line("capture.drafts"), [Section(words("capture.drafts")), Section(text, buttons=buttons)])
