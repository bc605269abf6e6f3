"""Decisions of asking: what is a question, which answers to show. Pure."""

import re
from collections.abc import Sequence

from babel.localedata import exists

from adapters.port import MessagePosted, ReactionAdded
from knowledge.mining.threads import asks
from knowledge.peers import WORTH_SHOWING
from knowledge.search import CLOSE_BEHIND, SHOWN_TOGETHER
from knowledge.store.communities import Options
from knowledge.tips import Known

NEAR_MISSES = 2
"""Tips that are shown as near misses, at most."""

LONGEST_QUESTION = 2_000
"""Characters of a question that is written down and put to others."""

MOST_LANGUAGES = 5
"""Languages of a community: each doubles what words are looked up in."""

SHORTEST_QUESTION_WORDS = 4
"""What is overheard in a channel with fewer words is no question that can be answered."""


def is_question_to_bot(event: MessagePosted, options: Options) -> bool:
    """Whether a message to the bot asks something: all that holds words."""
    return event.to_bot


def may_be_question(event: MessagePosted, options: Options) -> bool:
    """Whether a message in a channel with quiet offers, not meant for the bot, asks what tips could answer."""
    room, text = event.post.ref.room, event.post.text
    if event.to_bot or room.thread_id or room.key not in options.offers_in:
        return False
    return len(text.split()) >= SHORTEST_QUESTION_WORDS and asks(text)


def is_solved_reaction(event: ReactionAdded, options: Options) -> bool:
    """Whether a reaction is the one that marks a reply as the solution."""
    return event.emoji == options.solved_emoji


def has_words(text: str) -> bool:
    """Whether a text can be asked: it holds letters or digits."""
    return any(character.isalnum() for character in text)


def choose(found: Sequence[tuple[Known, float]]) -> list[Known]:
    """Chooses what an answer shows of tips with their scores, best first: the best and what comes close behind."""
    return [known for known, score in found if score >= found[0][1] - CLOSE_BEHIND][:SHOWN_TOGETHER]


def near_misses(found: Sequence[tuple[Known, float]]) -> list[Known]:
    """Chooses what is shown as near misses, where there is no good answer."""
    return [known for known, score in found if score >= WORTH_SHOWING][:NEAR_MISSES]


def offers_choice(text: str) -> bool | None:
    """Whether `offers on` or `offers off` was meant, or None."""
    found = re.fullmatch(r"offers\s+(on|off)", text.strip(), re.IGNORECASE)
    return found.group(1).lower() == "on" if found else None


def sure_in_ten(text: str) -> int | None:
    """What `sure 7`, `sure 7 in 10` says, from 1 to 9, or None where something else was meant."""
    found = re.fullmatch(r"sure\s+([1-9])(\s+in\s+(10|ten))?", text.strip(), re.IGNORECASE)
    return int(found.group(1)) if found else None


def languages_named(text: str) -> tuple[str, ...] | None:
    """The ISO 639-1 codes that `languages de, en` names, the main one first, or None where something else was meant."""
    found = re.fullmatch(r"languages\s+([a-z]{2}(?:[\s,]+[a-z]{2})*)", text.strip().lower())
    codes = tuple(dict.fromkeys(re.findall("[a-z]{2}", found.group(1)))) if found else ()
    known = 0 < len(codes) <= MOST_LANGUAGES and all(exists(code) for code in codes)
    return codes if known else None
