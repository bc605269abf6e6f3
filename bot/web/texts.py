"""The bot's own words, for coordinators: every sentence in each language, changed with a preview, and put back."""

import re
import string
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from starlette.responses import Response

from adapters.port import Text
from bot.errors import Refusal
from bot.web.settings import CHANGED_WORDS
from bot.web.visit import Undo, Visit
from bot.words import Words, keys, languages
from knowledge.store import audit, communities

PAGE = 40
"""Sentences on a page (ours)."""

ROOMY = 280
"""Characters of a sentence, at least so many: nearly what a summary holds (`adapters.port.limits`)."""

LABELS = (24, 45, 75, 100, 150)
"""Characters that labels hold where they stand, from the narrowest: a form's title, a field's label, a button, a hint,
a title. Source: `adapters.port.limits`."""

SAMPLES: Mapping[str, Any] = {
    "count": 3,
    "number": 12,
    "into": 7,
    "at": "24 November",
    "day": "24 November",
    "hours": 2,
}
"""What stands for a placeholder in a preview; for every other it is its name."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its key, as it is ours, as the community changed it (empty where it did not), and as it is read."""

    key: str
    ours: str
    changed: str
    preview: Text
    length: int


async def listed(visit: Visit) -> Response:
    """`/settings/words`: every sentence, looked for by its words or its key."""
    language, wanted, page = _language(visit), visit.asked("q").casefold(), visit.number("page")
    only_changed = visit.asked("changed") == "yes"
    found = [each for each in _sentences(visit, language) if not only_changed or each.changed]
    found = [each for each in found if wanted in f"{each.key} {each.ours} {each.changed}".casefold()]
    some = found[page * PAGE : (page + 1) * PAGE]
    return visit.show(
        "words_list.html" if visit.is_part else "words.html",
        sentences=some,
        chosen_language=language,
        all_languages=_languages(visit),
        wanted=visit.asked("q"),
        only_changed=only_changed,
        page=page,
        is_more=len(found) > (page + 1) * PAGE,
    )


async def one(visit: Visit) -> Response:
    """`/settings/words/tips.edited`: one sentence to change, with how it reads now."""
    language = _language(visit)
    sentence = _sentence(visit, _key(visit), language)
    return _page(visit, sentence, sentence.changed or sentence.ours, language)


async def preview(visit: Visit) -> Response:
    """How a sentence would read, as it is typed: a part of the page."""
    sentence = _sentence(visit, _key(visit), _language(visit))
    typed = visit.asked("text", longest=sentence.length + 1)
    wrong = wrong_in(typed, sentence)
    return visit.show("words_preview.html", wrong=wrong, sentence=sentence, preview=_read(sentence, typed))


async def save(visit: Visit) -> Response:
    """A sentence came back; an empty one, or ours, puts ours back."""
    fields = await visit.fields()
    language = fields.get("language", "")
    if language not in _languages(visit):
        raise Refusal("common.unknown")
    sentence = _sentence(visit, _key(visit), language)
    typed = " ".join(fields.get("text", "").split()) if "\n" not in sentence.ours else fields.get("text", "").strip()
    if typed and (wrong := wrong_in(typed, sentence)):
        return _page(visit, sentence, typed, language, wrong=wrong, status=422)
    return await _write(visit, sentence.key, language, "" if typed == sentence.ours else typed)


async def put_back(visit: Visit) -> Response:
    """*Undo*: a sentence as it was before a change."""
    fields = await visit.fields()
    said = fields.get("entry", "")
    async with visit.context.read() as work:
        entry = await audit.find_entry(work, int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0)
    if entry is None or entry.did != CHANGED_WORDS or entry.subject.get("key") not in keys():
        raise Refusal("common.unknown")
    key, language = str(entry.subject["key"]), str(entry.subject["language"])
    if visit.context.options.words.get(language, {}).get(key, "") != entry.subject["after"]:
        raise Refusal("common.done_already")
    return await _write(visit, key, language, str(entry.subject["before"]))


def wrong_in(typed: str, sentence: Sentence) -> str:
    """The key of what is wrong with a sentence; empty where nothing is.

    It holds only values that ours has and none more often, says something whatever they are, and is no longer than its
    place holds.
    """
    try:
        names = Counter(name for _, name, _, _ in string.Formatter().parse(typed) if name is not None)
        has_more = any(spec or turned for _, _, spec, turned in string.Formatter().parse(typed))
    except ValueError:
        return "web.words.braces"
    if has_more or not names <= Counter(_values(sentence.ours)):
        return "web.words.unknown_value"
    if not _says_something(typed) and (not typed.strip() or _says_something(sentence.ours)):
        return "web.words.empty"
    return "web.words.too_long" if len(typed) > sentence.length else ""


def room_for(key: str, ours: str) -> int:
    """How many characters a sentence may have: a whole one many, a label what the narrowest of its places holds.

    A question may be a field's label, and what ends in a stop a field's hint, which is said by its key.
    """
    is_whole = ours.rstrip().endswith(".") and "hint" not in key
    if is_whole or "\n" in ours or len(ours) > LABELS[-1]:
        return max(ROOMY, len(ours))
    return next(most for most in LABELS if len(ours) <= most)


async def _write(visit: Visit, key: str, language: str, text: str) -> Response:
    async with visit.context.write() as work:
        words = {code: dict(changed) for code, changed in (await communities.options(work)).words.items()}
        before = words.get(language, {}).get(key, "")
        if before == text:
            return visit.go(f"/settings/words/{key}?language={language}", "web.settings.same")
        words.setdefault(language, {})[key] = text
        kept = {code: {name: said for name, said in changed.items() if said} for code, changed in words.items()}
        await communities.choose(work, words={code: changed for code, changed in kept.items() if changed})
        about = {"key": key, "language": language, "before": before, "after": text}
        entry = await audit.note(work, CHANGED_WORDS, visit.context.who, **about)
    undo = Undo("/settings/words/undo", {"entry": str(entry)})
    return visit.go(f"/settings/words/{key}?language={language}", "web.words.saved", undo)


def _page(
    visit: Visit, sentence: Sentence, typed: str, language: str, *, wrong: str = "", status: int = 200
) -> Response:
    return visit.show(
        "words_one.html",
        status=status,
        sentence=sentence,
        typed=typed,
        chosen_language=language,
        all_languages=_languages(visit),
        values=sorted(_names(sentence.ours)),
        wrong=wrong,
        preview=_read(sentence, typed),
    )


def _sentences(visit: Visit, language: str) -> list[Sentence]:
    return [_sentence(visit, key, language) for key in keys()]


def _sentence(visit: Visit, key: str, language: str) -> Sentence:
    ours = Words(language).template(key)
    changed = visit.context.options.words.get(language, {}).get(key, "")
    bare = Sentence(key, ours, changed, (), room_for(key, ours))
    return Sentence(key, ours, changed, _read(bare, changed or ours), bare.length)


def _read(sentence: Sentence, typed: str) -> Text:
    """How a sentence reads with samples for its values; what can't be read stands as it was typed."""
    if wrong_in(typed, sentence):
        return ()
    samples = {name: _sample(name) for name in _names(typed)}
    return Words(changed={sentence.key: typed})(sentence.key, **samples)


def _sample(name: str) -> Any:
    return SAMPLES.get(name, f"[{name.replace('_', ' ')}]")


def _values(text: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", text)


def _names(text: str) -> set[str]:
    return set(_values(text))


def _says_something(text: str) -> bool:
    """Whether there is anything to read in a sentence where its values are empty; marks alone are nothing."""
    read = Words(changed={"": text}).line("", **dict.fromkeys(_names(text), ""))
    return any(category(sign)[0] in "LN" or category(sign) == "So" for sign in read)


def _key(visit: Visit) -> str:
    key = str(visit.request.path_params["key"])
    if key not in keys():
        raise Refusal("web.words.no_such")
    return key


def _language(visit: Visit) -> str:
    said = visit.asked("language", longest=20)
    return said if said in _languages(visit) else visit.context.options.languages[0]


def _languages(visit: Visit) -> list[str]:
    """The languages in which the bot talks here: the community's own, and those that have a catalogue."""
    return list(dict.fromkeys([*visit.context.options.languages, *languages()]))
