"""Reads a thread for the tip in it: what was asked, what worked, and what to watch out for.

The question becomes the situation; the reply that the asker thanked, ticked or confirmed becomes what works; other
replies that say why or warn become the why. The rule of thanks is strict: thanks without a "but", given to the last
reply before it or to the person it names. Source: the project's measurements on ubuntu-irc threads (83 % of such finds
are a real question, answer and thanks; 45 % hold know-how), so a person always looks before anything is kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Part: TypeAlias = Literal["situation", "works", "why"]

SHORTEST_ANSWER_WORDS = 4
"""Replies with fewer words are banter ("same here"), unless they were thanked or ticked."""

MOST_WARNINGS = 2
"""Replies that are taken over as why, at most."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a thread. `author` is any key; `ticked_by` and `liked_by` are keys of people who reacted."""

    author: str
    text: str
    name: str = ""
    ticked_by: tuple[str, ...] = ()
    liked_by: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadTip:
    """Which turns (by index) make up the tip in a thread. `works` is never empty for a thread with words in it."""

    situation: tuple[int, ...]
    works: tuple[int, ...]
    why: tuple[int, ...] = ()

    def parts(self) -> list[tuple[int, Part]]:
        """Each turn with the part that its words become, in reading order of the parts."""
        return [
            *((index, "situation") for index in self.situation),
            *((index, "works") for index in self.works),
            *((index, "why") for index in self.why),
        ]


def read_thread(turns: Sequence[Turn]) -> ThreadTip:
    """Reads a whole thread, its first message first.

    Raises:
        ValueError: there are no turns.
    """
    if not turns:
        raise ValueError("a thread has at least one message")
    replies = [index for index in range(1, len(turns)) if _says_something(turns[index])]
    if not asks(turns[0].text) or not replies:
        return ThreadTip((), (0,), _warnings(turns, replies, chosen=0))
    chosen = _chosen(turns, replies)
    if chosen is None:
        return ThreadTip((0,), (0,))
    return ThreadTip((0,), (chosen,), _warnings(turns, replies, chosen=chosen))


def read_reply(turns: Sequence[Turn], index: int) -> ThreadTip:
    """Reads one reply of a thread as what works; the first message is the situation where it asks."""
    situation = (0,) if index > 0 and asks(turns[0].text) else ()
    return ThreadTip(situation, (index,))


def asks(text: str) -> bool:
    """Whether a message asks something: a question mark outside links and code, or a way of asking."""
    words = _NOISE.sub(" ", text)
    return "?" in words or bool(_ASKING.search(words))


def puts_a_question(text: str) -> bool:
    """Whether a message that is to nobody asks everybody something: it asks, and says enough to be understood."""
    return asks(text) and len(text.split()) >= SHORTEST_ANSWER_WORDS


def thanks(text: str) -> bool:
    """Whether a message thanks or confirms, without taking it back."""
    return bool(_THANKS.search(text)) and not _BUT.search(text)


def _chosen(turns: Sequence[Turn], replies: Sequence[int]) -> int | None:
    asker = turns[0].author
    answers = [index for index in replies if turns[index].author != asker and not thanks_only(turns[index].text)]
    others = [index for index in range(1, len(turns)) if turns[index].author != asker]
    ticked = [index for index in others if asker in turns[index].ticked_by]
    if ticked:
        return ticked[-1]
    for index in range(len(turns) - 1, 0, -1):
        if turns[index].author == asker and thanks(turns[index].text):
            before = [each for each in answers if each < index]
            named = [each for each in before if turns[each].author in turns[index].mentions]
            if named or before:
                return (named or before)[-1]
    if not answers:
        return None
    return max(answers, key=lambda index: (len(turns[index].liked_by), -index))


def thanks_only(text: str) -> bool:
    """Whether a message does little more than thank."""
    return thanks(text) and len(text.split()) <= 2 * SHORTEST_ANSWER_WORDS


def _warnings(turns: Sequence[Turn], replies: Sequence[int], *, chosen: int) -> tuple[int, ...]:
    found = [
        index
        for index in replies
        if index != chosen
        and not asks(turns[index].text)
        and not thanks_only(turns[index].text)
        and _WHY.search(turns[index].text)
    ]
    return tuple(found[:MOST_WARNINGS])


def _says_something(turn: Turn) -> bool:
    return len(turn.text.split()) >= SHORTEST_ANSWER_WORDS or bool(turn.ticked_by)


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{phrase})\b" for phrase in phrases), re.IGNORECASE)


_NOISE = re.compile(r"```.*?```|`[^`]*`|https?://\S+", re.DOTALL)
_ASKING = _any_of(
    "(?:does|has|did|can) any(?:one|body)",
    "any(?:one|body) (?:know|got|tried|have|else)",
    "how (?:do|does|can|would) (?:i|we|you)",
    "what do (?:you|we) do",
    "what'?s the (?:trick|best way)",
    "any (?:ideas|tips|tricks|thoughts)",
    "stuck (?:on|with)",
)
_THANKS = _any_of(
    "thanks|thank you|thx|cheers|lifesaver|much appreciated|sorted",
    "that (?:did|fixed) (?:it|that)|that work(?:ed|s)",
    "it worked|worked (?:a treat|perfectly|first time|for me)",
)
_BUT = _any_of("but|didn'?t|doesn'?t|does not|did not|no luck|anyway", "still (?:not|stuck|blocked|broken)")
_WHY = _any_of(
    "because|watch out|careful|beware|mind you|make sure|unless|only if|don'?t|never|otherwise|the reason",
    "just remember",
)
