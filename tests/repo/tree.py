"""The source tree as the rules of the repository look at it: its files, and what a sentence's key can be."""

import ast
import fnmatch
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "adapters", "knowledge", "config")
ANYTHING = "[a-z0-9_]+"
"""What stands for a value inside a key, such as the kind in `capture.kind.{kind}`."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def sources(*packages: str) -> tuple[Path, ...]:
    """Lists the Python files of the packages (all four unless given)."""
    return tuple(path for package in packages or PACKAGES for path in sorted((ROOT / package).rglob("*.py")))


@cache
def parsed(path: Path) -> ast.Module:
    """Parses a file once."""
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, line: int = 0) -> str:
    """Names a file, and a line of it, for people."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def ignored(name: str) -> bool:
    """Whether git leaves a name at the top of the tree alone."""
    patterns = [line.strip().strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line.strip()]
    return any(fnmatch.fnmatch(name, pattern) for pattern in [".git", *patterns])


def functions(tree: ast.AST) -> Iterator[Function]:
    """Lists the functions of a file, those inside classes and functions too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, Function | None]]:
    """Lists every call with the innermost function that it stands in."""
    within: dict[int, Function] = {}
    for function in functions(tree):
        for node in ast.walk(function):
            within[id(node)] = function
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, within.get(id(node))


def name_of(call: ast.Call) -> str:
    """The last part of what is called: `line` for `context.words.line(…)`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def spellings(node: ast.expr, function: Function | None = None) -> set[str]:
    """What a text can be, as patterns; an empty set where nothing is known of it.

    A name is looked up among the assignments of its function. A part that cannot be known stands as `ANYTHING`.
    """
    match node:
        case ast.Constant(value=str(text)):
            return {re.escape(text)}
        case ast.IfExp():
            return spellings(node.body, function) | spellings(node.orelse, function)
        case ast.JoinedStr():
            return _joined([_piece(value, function) for value in node.values])
        case ast.BinOp(op=ast.Add()):
            return _joined([_piece(node.left, function), _piece(node.right, function)])
        case ast.Name(id=name) if function is not None:
            return {each for value in _assigned(name, function) for each in spellings(value, function)}
        case _:
            return set()


def _piece(node: ast.expr, function: Function | None) -> set[str]:
    value = node.value if isinstance(node, ast.FormattedValue) else node
    return spellings(value, function) or {ANYTHING}


def _joined(pieces: list[set[str]]) -> set[str]:
    whole = {""}
    for piece in pieces:
        whole = {before + each for before in whole for each in piece}
    return whole


def _assigned(name: str, function: Function) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                pairs = zip(targets, values, strict=True)
                yield from (value for target, value in pairs if isinstance(target, ast.Name) and target.id == name)


def said_in_templates() -> Iterator[tuple[str, set[str], set[str] | None]]:
    """Every sentence that a page's template says: where, what its key can be, and the values that it is given.

    The values are None where they are not written out.
    """
    for path in sorted((ROOT / "bot" / "web" / "templates").glob("*.html")):
        page = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        for call in page.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("t", "say") and call.args:
                given = None if call.dyn_kwargs else {each.key for each in call.kwargs}
                yield place(path, call.lineno), {each for each in _patterns(call.args[0]) if r"\." in each}, given


def _patterns(node: nodes.Expr) -> set[str]:
    match node:
        case nodes.Const(value=str(text)):
            return {re.escape(text)}
        case nodes.CondExpr():
            return _patterns(node.expr1) | (_patterns(node.expr2) if node.expr2 is not None else set())
        case nodes.Concat():
            return _joined([_patterns(each) or {ANYTHING} for each in node.nodes])
        case nodes.Or():
            return _patterns(node.left) | _patterns(node.right)
        case _:
            return set()
