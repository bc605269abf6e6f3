"""What is owed to people is described, so that nothing about somebody is left in it when they are forgotten."""

import ast
from collections.abc import Iterator

from tree import Function, calls, name_of, parsed, place, sources

from bot.features.digest.rules import Item, Kind
from knowledge.store.holdings import ABOUT_MEMBERS
from knowledge.store.said_in_rooms import ABOUT_NEWCOMERS, ABOUT_QUESTIONS, OF_MEETUPS, OF_WINS

NOT_ABOUT_MEMBERS = {
    *("again", "counts", "digest", "due", "how", "number", "once", "question", "room", "tip", "tips"),
    *("because", "pair", "step", "thread", "word"),
    *("account", "link", "to"),
    *("group", "meetup", "month", "sequence", "win"),
}
"""Under which names a subject holds numbers, words of ours and keys; keys of accounts are found by themselves."""


NOTHING = "nothing"
"""What stands for a subject that is empty on purpose."""


def owed() -> Iterator[tuple[str, set[str]]]:
    """Every notice that is owed: where, and the names in its subject."""
    for path in sources("bot", "knowledge"):
        for call, function in calls(parsed(path)):
            if name_of(call) == "owe" and len(call.args) > 3:
                yield place(path, call.lineno), set(_names(call.args[3], function))


def _names(node: ast.expr, function: Function | None) -> Iterator[str]:
    if isinstance(node, ast.Dict) and not node.keys:
        yield NOTHING
    elif isinstance(node, ast.Dict):
        yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
    elif isinstance(node, ast.Name) and function is not None:
        for each in ast.walk(function):
            match each:
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == node.id:
                    yield from _names(value, function)
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                    for target, value in zip(targets, values, strict=True):
                        if isinstance(target, ast.Name) and target.id == node.id:
                            yield from _names(value, function)


def test_it_is_known_where_a_subject_names_a_member() -> None:
    """A new name goes to `ABOUT_MEMBERS` where it holds ids of members, else to the names above."""
    found = list(owed())
    assert len(found) > 10 and all(names for _, names in found)
    unknown = [(where, names - ABOUT_MEMBERS - NOT_ABOUT_MEMBERS - {NOTHING}) for where, names in found]
    assert [each for each in unknown if each[1]] == []


def test_it_is_known_which_items_of_a_digest_are_about_questions() -> None:
    """A kind that is in none of these holds a tip's id."""
    assert {Kind.WAITING, Kind.SOLVED} == ABOUT_QUESTIONS
    assert {Kind.NEWCOMER} == ABOUT_NEWCOMERS
    assert {Kind.MEETUP} == OF_MEETUPS
    assert {Kind.WIN} == OF_WINS
    of_tips = set(Kind) - ABOUT_QUESTIONS - ABOUT_NEWCOMERS - OF_MEETUPS - OF_WINS
    assert of_tips == {Kind.WORKED, Kind.NEW, Kind.LOOK}
    assert {"question", "newcomer", "meetup", "win"} <= set(Item.__dataclass_fields__)
