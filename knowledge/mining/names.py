"""Whom a line names: the names of those who wrote lately, in the forms in which others write them. Pure.

Names are compared in small letters. Only names are held, and no more than `PEOPLE`; what a line says is looked at and
let go. The lists of words are English and short: they are hints among others, and nothing rests on them alone.
"""

import re
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeAlias

Author: TypeAlias = Hashable
"""Any key of somebody; it is compared and handed back, nothing else."""

PEOPLE = 500
"""Names of a room that are held, of those who wrote last (ours)."""

PARTLY, INSIDE, AT_END, AT_START, CALLED_PARTLY, CALLED, BY_VALUE = range(1, 8)
"""How a line names somebody, from the weakest: by part of the name, within, as the last word, as the first; by part or
the whole of it as the first word with a colon or the like; as a value, the chat's own mention or reply."""

EDGES = ":,;.!?()<>\"'@"
_FRINGE = "_-|^`[]{}\\~*"
CALLS = ":,;>-"
"""What stands after a name at the beginning of a line that calls somebody."""

_PARTS = re.compile(r"[\W_]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


YOU = _set("you your u ur yours you're youre you'll you've")
ME = _set("i my me mine i'm im i've ive i'll i'd")
ASKING = _set("how what why where when who which is are can does do did has have could should would anyone anybody")
THANKS = _set("thanks thank thx ty cheers tnx thankyou")
TAKING_UP = _set(
    "yes yeah yep yup yea no nope nah ok okay k oh ah right sure exactly correct true hm hmm well so but and ic lol"
)
GREETING = _set("hi hello hey hiya morning evening greetings hullo")
NOISE = (
    YOU
    | ME
    | _set(
        "the and but for with that this it's not are was have has does can will just what how there from any get its"
    )
)
"""Words too frequent to make lines alike (ours)."""

COMMON = (
    YOU
    | ME
    | ASKING
    | THANKS
    | TAKING_UP
    | GREETING
    | NOISE
    | _set(
        "all an as at back be bye done go good got guys help here if in just know like maybe new next none now of off"
        " on one or our out please quit root she he still test them then they time to try under up us user wait we"
        " were work note edit ps"
    )
)
"""Words that are names too at times, and then name nobody as often as not (ours)."""


class People:
    """The names of those who wrote last, and whom a line names."""

    def __init__(self) -> None:
        self._names: OrderedDict[Author, tuple[str, ...]] = OrderedDict()
        self._bearers: dict[str, Author] = {}

    def meet(self, author: Author, name: str) -> None:
        """Remembers a name, in the forms in which others may write it."""
        name = name.casefold()
        if author in self._names and self.name(author) != name:
            self._forget(author)
        if author not in self._names:
            self._names[author] = forms = _forms(name)
            self._bearers |= dict.fromkeys(forms, author)
        self._names.move_to_end(author)
        if len(self._names) > PEOPLE:
            self._forget(next(iter(self._names)))

    def _forget(self, author: Author) -> None:
        for form in self._names.pop(author):
            if self._bearers.get(form) == author:
                del self._bearers[form]

    def name(self, author: Author) -> str:
        """The whole name in small letters; empty where it is not known."""
        return self._names.get(author, ("",))[0]

    def named(
        self, tokens: Sequence[str], words: Sequence[str], me: Author, latest: Iterable[Author]
    ) -> tuple[dict[Author, int], bool]:
        """Whom a line names and how, the author left out; and whether it calls somebody who is not known."""
        found: dict[Author, int] = {}
        for index, (token, word) in enumerate(zip(tokens, words, strict=True)):
            whom = self._bearer(token, word)
            if whom is not None and whom != me:
                is_whole = self.name(whom) in (token, word)
                how = _how(token, index, is_whole=is_whole, is_last=index == len(tokens) - 1)
                found[whom] = max(how, found.get(whom, 0))
        if (
            not tokens
            or tokens[0][-1] not in ":,"
            or len(words[0]) < 3
            or max(found.values(), default=0) >= CALLED_PARTLY
        ):
            return found, False
        meant = next((each for each in latest if self.name(each).startswith(words[0])), None)
        if meant is None:
            return found, words[0] not in COMMON
        return {**found, meant: CALLED_PARTLY}, False

    def _bearer(self, token: str, word: str) -> Author | None:
        for form in (token, word):
            if form in self._bearers:
                return self._bearers[form]
        core = word.strip(_FRINGE)
        return self._bearers.get(core) if len(core) > 2 else None


def _forms(name: str) -> tuple[str, ...]:
    """The whole name first, then without its fringe, its first part, and that without digits."""
    first = next((part for part in _PARTS.split(name) if len(part) > 2), "")
    forms = (name, name.strip(_FRINGE), first, first.rstrip("0123456789_"))
    return tuple(dict.fromkeys(form for form in forms if form == name or len(form) > 2))


def _how(token: str, index: int, *, is_whole: bool, is_last: bool) -> int:
    if index == 0 and (token[-1] in CALLS or token[0] == "@"):
        return CALLED if is_whole else CALLED_PARTLY
    if not is_whole:
        return PARTLY
    if index == 0:
        return AT_START
    return AT_END if is_last else INSIDE
