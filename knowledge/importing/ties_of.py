"""Messages of a history -> ties: who acted towards whom, how, where and when. Pure, and without a word of the text.

The rules and the keys are those of live events (`bot.tally`), so that what was seen live and what an export has is
counted once: answering somebody (the message that it replies to, else whoever began the thread), mentioning somebody,
reacting to somebody; nobody has a tie to themself, and an answer that mentions whom it answers is one answer. Quotes
come on top. Exports don't say when somebody reacted: it counts as of when the message was written.
"""

import sys
from collections.abc import Iterator

from knowledge.importing.history import History, LeftOut, Message
from knowledge.importing.reading import BrokenLine
from knowledge.mining.threads import thanks_only
from knowledge.models import TieKind
from knowledge.store.history import Told
from knowledge.store.ties import Seen

REMEMBERED = 250_000
"""Of at least so many messages it is remembered who wrote them; an answer to an earlier one is to nobody (ours)."""


def told_in(history: History) -> Iterator[Told | BrokenLine]:
    """Reads a history as ties, one message at a time, from its start."""
    gone = {f"{history.space}:{id}" for id, person in history.people.items() if person.has_left}
    for each in read_with_answers(history):
        if isinstance(each, BrokenLine):
            yield each
        else:
            number, message, answered, written = each
            ties = tuple(_ties(history, message, answered, written))
            author, name = account(history, message.author)
            here = {author, *(key for tie in ties for key in (tie.from_account, tie.to_account))} if gone else set()
            channel = f"{history.space}:{message.room}"
            yield Told(channel, number, author, name, message.at, ties, tuple(here & gone))


def read_with_answers(history: History) -> Iterator[tuple[int, Message, str, "Written"] | BrokenLine]:
    """Reads a history from its start, each message once.

    Gives each with its number in its channel, from 1; the id of whom it answers as the chat says, or nothing; and who
    wrote what was read so far.
    """
    written = Written()
    numbers: dict[str, int] = {}
    for each in history.messages():
        if isinstance(each, BrokenLine):
            yield each
        elif written.note(each):
            numbers[each.room] = number = numbers.get(each.room, 0) + 1
            yield number, each, _answered(history, written, each), written
        else:
            history.left_out[LeftOut.AGAIN] += 1


class Written:
    """Who wrote the last messages, in bounded memory: the older half is let go of when the younger one is full."""

    def __init__(self) -> None:
        self._young: dict[int, str] = {}
        self._old: dict[int, str] = {}

    def note(self, message: Message) -> bool:
        """Remembers who wrote a message; False where it was there before."""
        key = hash((message.room, message.id))
        if key in self._young or key in self._old:
            return False
        if len(self._young) >= REMEMBERED:
            self._young, self._old = {}, self._young
        self._young[key] = sys.intern(message.author)
        return True

    def by(self, room: str, id: str) -> str:
        """The id of who wrote a message; nothing where that is not remembered."""
        key = hash((room, id))
        return self._young.get(key) or self._old.get(key, "")


def _answered(history: History, written: Written, message: Message) -> str:
    if not (message.reply_to or message.thread or message.answers):
        return ""
    found = written.by(message.room, message.reply_to) if message.reply_to else ""
    found = found or (written.by(message.room, message.thread) if message.thread else "") or message.answers
    if not found:
        history.left_out[LeftOut.UNKNOWN] += 1
    return found


def _ties(history: History, message: Message, answered: str, written: Written) -> Iterator[Seen]:
    who, channel = message.author, f"{history.space}:{message.room}"
    acted = [(TieKind.REPLY, who, answered)] if answered else []
    acted += [(TieKind.MENTION, who, each) for each in message.mentions if each != answered]
    quoted = [*message.quotes, *([written.by(*message.quote_of)] if message.quote_of else ())]
    acted += [(TieKind.QUOTE, who, each) for each in quoted if each]
    reacted = dict.fromkeys(each for reaction in message.reactions for each in reaction.by)
    acted += [(TieKind.REACTION, each, who) for each in reacted]
    for kind, by, to in dict.fromkeys(acted):
        if by != to and not is_bot(history, by) and not is_bot(history, to):
            end = f":{by}" if kind is TieKind.REACTION else ""
            (from_, from_name), (whom, name) = account(history, by), account(history, to)
            once = f"{channel}:{message.id}:{kind}:{to}{end}"
            is_thanks = kind in (TieKind.REPLY, TieKind.MENTION) and thanks_only(message.text)
            yield Seen(once, TieKind.THANKS if is_thanks else kind, from_, whom, channel, message.at, from_name, name)


def is_bot(history: History, id: str) -> bool:
    """Whether an id is known to be a bot's."""
    known = history.people.get(id)
    return known is not None and known.is_bot


def account(history: History, id: str) -> tuple[str, str]:
    """The key of an account, and the name that it goes by, which may be empty."""
    known = history.people.get(id)
    return f"{history.space}:{id}", known.name if known else ""
