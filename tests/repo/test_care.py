"""What nobody may find in a log, on the screen, or between the lines."""

import ast

import pytest
from tree import ROOT, calls, name_of, parsed, place, sources

WORDS_OF_PEOPLE = {
    "answer",
    "comment",
    "context",
    "note",
    "post",
    "question",
    "said",
    "situation",
    "summary",
    "text",
    "title",
    "values",
    "why",
    "works",
}
"""Names that hold, or may hold, what somebody wrote."""

LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
LOGGERS = {"_log", "log", "logger", "logging"}

OF_OTHERS = ("co-authored-by", "generated with", "language model")
"""The project speaks of itself alone."""


def test_no_log_line_holds_what_somebody_wrote() -> None:
    found = []
    for path in sources():
        for call, _ in calls(parsed(path)):
            if _logs(call):
                held = [each for argument in [*call.args, *call.keywords] for each in _names(argument)]
                found += [f"{place(path, call.lineno)} logs {name}" for name in held if name in WORDS_OF_PEOPLE]
    assert found == []


def test_no_log_line_holds_a_traceback() -> None:
    found = [
        place(path, call.lineno)
        for path in sources()
        for call, _ in calls(parsed(path))
        if _logs(call)
        and (name_of(call) == "exception" or any(word.arg in ("exc_info", "stack_info") for word in call.keywords))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "held"),
    [
        ("_log.info('kept %s', tip.form.works)", ["works"]),
        ("_log.info(f'kept {text}')", ["text"]),
        ("_log.info('kept number=%d', tip.number)", []),
        ("log.warning('bad', extra={'why': post.text})", ["post", "text"]),
    ],
)
def test_a_log_line_with_words_of_people_is_noticed(line: str, held: list[str]) -> None:
    call = next(call for call, _ in calls(ast.parse(line)) if _logs(call))
    names = [each for argument in [*call.args, *call.keywords] for each in _names(argument)]
    assert [name for name in names if name in WORDS_OF_PEOPLE] == held


def test_only_the_command_line_prints() -> None:
    printing = [
        place(path, call.lineno)
        for path in sources("bot", "knowledge", "adapters", "config")
        for call, _ in calls(parsed(path))
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    ]
    assert [each for each in printing if not each.startswith("bot/__main__.py:")] == []


def test_the_project_speaks_of_itself_alone() -> None:
    own = ROOT / "tests" / "repo" / "test_care.py"
    files = [*sources(), *sources("tests"), *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tacit"]
    files += [*ROOT.glob("bot/**/*.po"), *ROOT.glob("adapters/**/*.md"), ROOT / "pyproject.toml", ROOT / "Procfile"]
    found = [
        f"{place(path)}: {word}"
        for path in files
        if path != own
        for word in OF_OTHERS
        if word in path.read_text(encoding="utf-8").lower()
    ]
    assert found == []


def _logs(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id=owner), attr=level):
            return owner in LOGGERS and level in LEVELS
        case _:
            return False


def _names(argument: ast.AST) -> list[str]:
    """The names and attributes that a value is made of; what only asks for a type's name is left out."""
    found = []
    for node in ast.walk(argument):
        if isinstance(node, ast.Attribute):
            found.append(node.attr)
        elif isinstance(node, ast.Name):
            found.append(node.id)
    return sorted(set(found))
