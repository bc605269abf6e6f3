"""Whether the bot's requests have the shape of Discord's own description, where that is at hand.

The description types snowflakes as strings only; discord.py sends numbers too, which Discord takes.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

SPEC = Path(__file__).resolve().parents[4] / "shared" / "specs" / "discord_openapi.json"
METHODS = ("post", "put", "patch")


def shape_errors(method: str, path: str, body: Any) -> list[str]:
    """What is wrong with the shape of a request; nothing where the description is not at hand or has no such body."""
    validator = _validator(method.lower(), _template(method.lower(), path))
    error = best_match(validator.iter_errors(body)) if validator and body is not None else None
    if error is None:
        return []
    pointer = "/".join(map(str, error.absolute_path))
    return [f"{method} {path}: {error.message[:300]} [json-pointer:/{pointer}]"]


def _template(method: str, path: str) -> str:
    """The path of the description that fits best, or an empty text."""
    parts = path.strip("/").split("/")
    fitting = [each for each in _templates(method) if _fits(each.strip("/").split("/"), parts)]
    return min(fitting, key=lambda each: each.count("{"), default="")


def _fits(template: list[str], parts: list[str]) -> bool:
    pairs = zip(template, parts, strict=False)
    return len(template) == len(parts) and all(one == other or one.startswith("{") for one, other in pairs)


@cache
def _templates(method: str) -> tuple[str, ...]:
    return tuple(path for path, operations in _spec().get("paths", {}).items() if method in operations)


@cache
def _validator(method: str, template: str) -> Draft202012Validator | None:
    if method not in METHODS or not template:
        return None
    content = _spec()["paths"][template][method].get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return Draft202012Validator({"components": _spec()["components"], **schema}) if schema else None


@cache
def _spec() -> dict[str, Any]:
    if not SPEC.exists():
        return {}
    spec: dict[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))
    spec["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
    return spec
