"""Every sentence that is said has its words, every one that has words is said, and all sound like us."""

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po
from tree import Function, calls, name_of, parsed, place, said_in_templates, sources, spellings

from adapters.port import Refused, limits
from bot.feature import UsedCommand, UsedShortcut
from bot.features.me.views import TAKES
from bot.features.review.items import Item
from bot.features.review.rules import Doubt
from bot.wiring import FEATURES
from bot.words import SOURCE_LANGUAGE, Words, catalogue_files, languages
from knowledge.guard import Kind
from knowledge.models import DigestPace, Outcome, TipKind, TipState

Forms = tuple[str, ...]

SAYS = {"words": 0, "line": 0, "Refusal": 0, "plainly": 1, "done": 1, "did": 0, "_labelled": 1, "_tell": 2}
"""What takes a sentence's key, and as which of its arguments."""

FAMILIES = {
    "card.personal.": list(Kind),
    "capture.decided.": ["kept", "declined", "deleted"],
    "common.platform.": list(Refused),
    "kind.": [kind.name.lower() for kind in TipKind],
    "me.": [f"{name}.{end}" for name in TAKES for end in ("on", "off", "turn_on", "turn_off", "short")]
    + [f"shows_round.{end}" for end in ("on", "off", "turn_on", "turn_off")],
    "me.pace.": [f"{pace}{end}" for pace in DigestPace for end in ("", ".line")],
    "review.doubt.": list(Doubt),
    "review.sort.": [each.__name__.lower() for each in get_args(Item)],
    "tips.state.": [state for state in TipState if state is not TipState.LIVE],
    "tips.altered.": list(TipState),
    "tips.outcome.": [outcome.name.lower() for outcome in Outcome],
}
"""Sentences that are chosen by a value: the key's beginning, and every end that it can have."""

BANNED = ("oops", "you haven't", "you have not", "great question", "welcome aboard", "core-mediated", "please note")
"""What a colleague who remembers would not say. CONTRIBUTING.md has the rules in words."""

AMERICAN = re.compile(r"\b(color|favorite|center|behavior|organiz|recogniz|apologiz|summariz)", re.IGNORECASE)
PICTURES = re.compile("[\U0001f300-\U0001faff☀-➿]")


def entries(path: Path, language: str) -> dict[str, Forms]:
    """The sentences of one catalogue, each with all its plural forms."""
    with path.open("rb") as stream:
        messages = [message for message in read_po(stream, locale=language) if message.id]
    return {_key(message.id): _forms(message.string) for message in messages}


def _key(id: str | tuple[str, ...] | list[str]) -> str:
    return id if isinstance(id, str) else id[0]


def _forms(said: str | tuple[str, ...] | list[str]) -> Forms:
    return (said,) if isinstance(said, str) else tuple(said)


def catalogue(language: str = SOURCE_LANGUAGE) -> dict[str, Forms]:
    """Every sentence of a language."""
    return {key: forms for path in catalogue_files(language) for key, forms in entries(path, language).items()}


def placeholders(form: str) -> set[str]:
    """The names between braces."""
    return {name for _, name, _, _ in string.Formatter().parse(form) if name is not None}


def differences(source: Mapping[str, Forms], other: Mapping[str, Forms]) -> list[str]:
    """What a translation lacks or has too much, a line each. The number of plural forms is its language's own."""
    found = [f"{key} is no sentence of ours" for key in sorted(other.keys() - source.keys())]
    for key in sorted(source.keys() & other.keys()):
        wanted = set.union(*map(placeholders, source[key]))
        if set.union(*map(placeholders, other[key])) != wanted:
            found.append(f"{key} has other placeholders than {sorted(wanted)}")
        if (len(source[key]) > 1) != (len(other[key]) > 1):
            found.append(f"{key} has plural forms in one language only")
        if not all(form.strip() for form in other[key]):
            found.append(f"{key} is empty")
    return found


def derived() -> set[str]:
    """The keys that follow from the features' tables, as `bot.feature.surface_of` makes them."""
    keys: set[str] = set()
    for feature in FEATURES:
        for route in feature.routes:
            if isinstance(route, UsedCommand):
                word = {"": "bare", "*": "text"}.get(route.word, route.word)
                keys.add(f"{feature.name}.command.{route.name}.{word}")
            elif isinstance(route, UsedShortcut):
                keys.add(f"{feature.name}.shortcut.{route.id}")
    return keys


def said() -> Iterator[tuple[str, ast.Call, set[str]]]:
    """Every call that says something: where it stands, the call, and what its key can be."""
    for path in sources("bot"):
        for call, function in calls(parsed(path)):
            argument = _key_of(call)
            if argument is not None:
                yield place(path, call.lineno), call, _keys(argument, function)


def _key_of(call: ast.Call) -> ast.expr | None:
    at = SAYS.get(name_of(call), len(call.args))
    return call.args[at] if at < len(call.args) else None


def _keys(argument: ast.expr, function: Function | None) -> set[str]:
    return {each for each in spellings(argument, function) if r"\." in each}


def mentioned() -> set[str]:
    """Every text in the code that is no docstring and no name of what the outbox owes."""
    found: set[str] = set()
    for path in sources("bot"):
        owed = {id(node) for call, _ in calls(parsed(path)) if name_of(call) == "owe" for node in ast.walk(call)}
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in owed:
                found.add(node.value)
    return found


def test_no_two_catalogues_have_the_same_key() -> None:
    for language in languages():
        keys = Counter(key for path in catalogue_files(language) for key in entries(path, language))
        assert [key for key, count in keys.items() if count > 1] == []


def test_a_feature_says_only_sentences_under_its_own_name() -> None:
    for path in catalogue_files():
        if path.parent.name in {feature.name for feature in FEATURES}:
            assert [key for key in entries(path, SOURCE_LANGUAGE) if not key.startswith(f"{path.parent.name}.")] == []


def test_every_sentence_that_is_said_has_its_words() -> None:
    known = catalogue()
    missing = [
        f"{where} says {key!r}"
        for where, _, keys in said()
        for key in keys
        if not any(re.fullmatch(key, each) for each in known)
    ]
    missing += [
        f"{where} says {key!r}"
        for where, keys, _ in said_in_templates()
        for key in keys
        if not any(re.fullmatch(key, each) for each in known)
    ]
    families = [start + str(end) for start, ends in FAMILIES.items() for end in ends]
    assert missing == []
    assert [key for key in [*families, *derived()] if key not in known] == []


def test_every_sentence_that_has_words_is_said() -> None:
    patterns = {key for _, _, keys in said() for key in keys}
    patterns |= {key for _, keys, _ in said_in_templates() for key in keys}
    used = mentioned() | derived()
    unused = [
        key for key in catalogue() if key not in used and not any(re.fullmatch(pattern, key) for pattern in patterns)
    ]
    assert unused == []


def test_every_placeholder_gets_its_value() -> None:
    known = catalogue()
    lacking: list[str] = []
    for where, call, keys in said():
        given = {keyword.arg for keyword in call.keywords}
        if name_of(call) in ("done", "_labelled") or None in given:
            continue
        for key in (each.replace("\\", "") for each in keys):
            for form in known.get(key, ()):
                lacking += [f"{where} gives no {name!r} to {key}" for name in placeholders(form) - given]
    for where, keys, values in said_in_templates():
        for key in (each.replace("\\", "") for each in keys if values is not None):
            for form in known.get(key, ()):
                lacking += [f"{where} gives no {name!r} to {key}" for name in placeholders(form) - (values or set())]
    assert lacking == []


def test_every_language_says_the_same() -> None:
    for language in languages()[1:]:
        assert differences(catalogue(), catalogue(language)) == [], language


def test_a_translation_that_differs_is_named() -> None:
    source = {"a": ("Kept #{number}.",), "b": ("{count} tip", "{count} tips"), "c": ("Yes",)}
    other = {"a": ("Behalten.",), "b": ("{count} Tipps",), "c": (" ",), "d": ("Neu",)}
    assert differences(source, other) == [
        "d is no sentence of ours",
        "a has other placeholders than ['number']",
        "b has plural forms in one language only",
        "c is empty",
    ]
    assert differences(source, source) == []


@pytest.mark.parametrize("language", languages())
def test_no_sentence_shouts_or_blames(language: str) -> None:
    for key, forms in catalogue(language).items():
        for form in forms:
            plain = form.lower().replace("’", "'")
            assert "!" not in form, f"{key}: no exclamation marks"
            assert not [word for word in BANNED if word in plain], f"{key}: {form}"
            assert not PICTURES.search(form), f"{key}: no emoji as decoration"


def test_the_english_is_british() -> None:
    assert [key for key, forms in catalogue().items() if any(AMERICAN.search(form) for form in forms)] == []


LABELS = {
    "Button": {1: limits.BUTTON_LABEL},
    "Link": {1: limits.BUTTON_LABEL},
    "Form": {1: limits.FORM_TITLE, 3: limits.FORM_SUBMIT},
    "Line": {1: limits.FIELD_LABEL, 3: limits.FIELD_HINT},
    "Paragraph": {1: limits.FIELD_LABEL, 3: limits.FIELD_HINT},
    "Choice": {1: limits.FIELD_LABEL},
}
"""How many characters a sentence may have where it stands: class -> place of the argument -> characters."""


NAMED = {"hint": 3}
"""Arguments that may be given by name, and which place of a field they have."""


@pytest.mark.parametrize("language", languages())
def test_labels_fit_where_they_stand(language: str) -> None:
    known = catalogue(language)
    too_long: list[str] = []
    for path in sources("bot"):
        for call, function in calls(parsed(path)):
            for key, most in _labels(call, function):
                for found in (each for each in known if re.fullmatch(key, each)):
                    for form in known[found]:
                        size = len(re.sub(r"\{\w+\}", "9" * 9, form))
                        if size > most:
                            too_long.append(f"{place(path, call.lineno)}: {found} has {size} characters of {most}")
    assert too_long == []


def _labels(call: ast.Call, function: Function | None) -> Iterator[tuple[str, int]]:
    places = LABELS.get(name_of(call), {})
    arguments = dict(enumerate(call.args)) | {
        NAMED[word.arg]: word.value for word in call.keywords if word.arg in NAMED
    }
    for at, most in places.items():
        argument = arguments.get(at)
        if isinstance(argument, ast.Call) and name_of(argument) == "line" and argument.args:
            yield from ((key, most) for key in _keys(argument.args[0], function))


def test_descriptions_of_commands_and_labels_of_actions_fit() -> None:
    from bot.feature import surface_of

    for language in languages():
        surface = surface_of(FEATURES, Words(language))
        assert all(1 <= len(command.description) <= limits.COMMAND_DESCRIPTION for command in surface.commands)
        assert all(1 <= len(shortcut.label) <= limits.FORM_TITLE for shortcut in surface.shortcuts)
