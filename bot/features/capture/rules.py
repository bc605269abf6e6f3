"""Decisions of capture: what asks to be kept, what a thread becomes, who has to say yes. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.port import MessagePosted, Post, ReactionAdded
from knowledge.mining.threads import ThreadTip, Turn, asks, read_reply, read_thread
from knowledge.store.communities import Options
from knowledge.tips import PART_LENGTH, TipForm, shorten, title_from


@dataclass(frozen=True, slots=True)
class Credit:
    """Whose words became which part: an account's key and name, and the key of the message."""

    account: str
    name: str
    part: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A tip that is about to be kept.

    Attributes:
        form: its parts.
        credits: whose words they are; empty where the keeper wrote them.
        source: key of the message it came from, or empty.
        source_link: address of that message, or empty.
    """

    form: TipForm
    credits: tuple[Credit, ...] = ()
    source: str = ""
    source_link: str = ""


LONGEST_QUESTION_WORDS = 60
"""A message that asks and has no more words is a question and no know-how (ours); longer ones tell something too."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """A draft that waits, in memory only, until its author has looked at what seems personal in it.

    Attributes:
        draft: the tip.
        ask_self: whether the keeper is asked about their own words too.
        number: the number of the draft that its author was changing, or None for a new one.
    """

    draft: Draft
    ask_self: bool = False
    number: int | None = None


def is_keep_reaction(event: ReactionAdded, options: Options) -> bool:
    """Whether a reaction is the one that keeps a message."""
    return event.emoji == options.keep_emoji


def asks_to_keep(event: MessagePosted, options: Options) -> bool:
    """Whether somebody tells the bot, in a thread, to keep it."""
    return event.to_bot and bool(_KEEP.fullmatch(event.post.text.strip()))


def draft_from(posts: Sequence[Post], message: str, *, link: str) -> Draft | None:
    """Makes a draft of a thread (or a single message).

    Args:
        posts: the thread, its first message first; a single message where there is no thread.
        message: the id of the message that was chosen: the first one stands for the whole thread.
        link: the address of that message.

    Returns:
        The draft, or None where there are no words of people to keep. A question that nobody answered yet is a
        situation without anything that works.
    """
    spoken = [post for post in posts if not post.by_bot and post.text.strip()]
    index = next((at for at, post in enumerate(spoken) if post.ref.id == message), None)
    if index is None:
        return None
    turns = [_turn(post) for post in spoken]
    chosen = read_thread(turns) if index == 0 else read_reply(turns, index)
    if chosen.works == (0,) and asks(spoken[0].text) and len(spoken[0].text.split()) <= LONGEST_QUESTION_WORDS:
        chosen = ThreadTip((0,), ())
    texts = {part: _joined(spoken, chosen, part) for part in ("situation", "works", "why")}
    credits = dict.fromkeys(
        Credit(spoken[at].author.key, spoken[at].author.name, part, spoken[at].ref.key) for at, part in chosen.parts()
    )
    form = TipForm(
        works=shorten(texts["works"], PART_LENGTH),
        title=_title(texts),
        situation=shorten(texts["situation"], PART_LENGTH),
        why=shorten(texts["why"], PART_LENGTH),
    )
    return Draft(form, tuple(credits), spoken[index].ref.key, link)


def is_by(draft: Draft, account: str) -> bool:
    """Whether all words of a draft are those of this account: nobody else is credited."""
    return all(credit.account == account for credit in draft.credits)


def credits_left(draft: Draft, form: TipForm) -> tuple[Credit, ...]:
    """Whose words are still in `form`: nobody is asked about a part that was emptied."""
    parts: Mapping[str, str] = {"situation": form.situation, "works": form.works, "why": form.why}
    return tuple(credit for credit in draft.credits if parts[credit.part].strip())


def without(form: TipForm, parts: Collection[str]) -> TipForm:
    """The form without the parts whose authors did not want them kept; a title made from them goes too."""
    title = title_from(form.works) if "situation" in parts else form.title
    situation = "" if "situation" in parts else form.situation
    return replace(form, title=title, situation=situation, why="" if "why" in parts else form.why)


def is_too_long(text: str) -> bool:
    """Whether a text is longer than one tip holds."""
    return len(text) > PART_LENGTH


def has_words(text: str) -> bool:
    """Whether a text says anything: letters or digits, not only signs and emoji."""
    return any(character.isalnum() for character in text)


def _turn(post: Post) -> Turn:
    ticks = {account.key for each in post.reactions if each.emoji in _TICKS for account in each.accounts}
    likes = {account.key for each in post.reactions if each.emoji in _LIKES for account in each.accounts}
    return Turn(
        author=post.author.key,
        text=post.text,
        name=post.author.name,
        ticked_by=tuple(sorted(ticks)),
        liked_by=tuple(sorted(likes)),
        mentions=tuple(account.key for account in post.mentions),
    )


def _joined(posts: Sequence[Post], chosen: ThreadTip, part: str) -> str:
    return "\n\n".join(posts[at].text.strip() for at, each in chosen.parts() if each == part)


def _title(texts: Mapping[str, str]) -> str:
    return title_from(texts["works"] or texts["situation"])


_TICKS = frozenset({"white_check_mark", "heavy_check_mark", "ballot_box_with_check"})
_LIKES = frozenset({"+1", "thumbsup", "heart", "tada", "raised_hands", "pray", "bulb", "100"})
_KEEP = re.compile(
    r"(please\s+|could you\s+|can you\s+)?(keep|save|remember|note)\s+(this|that|it|the thread|this thread)"
    r"(\s+(as\s+)?(know-?how|a tip|for us))?(\s+please)?\s*[.!?]*",
    re.IGNORECASE,
)
