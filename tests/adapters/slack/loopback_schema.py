"""Whether blocks and views have the shape of Slack's own types, by their JSON Schema where it is at hand."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, ValidationError, validators

SPECS = Path(__file__).resolve().parents[4] / "shared" / "specs"


def shape_errors(blocks: list[Any]) -> list[str]:
    """What is wrong with the shape of blocks; nothing where the schema is not at hand."""
    validator = _validator("slack_known_block")
    if validator is None:
        return []
    return [
        _sentence(error, f"/blocks/{place}")
        for place, block in enumerate(blocks)
        for error in validator.iter_errors(block)
    ]


def view_shape_errors(view: Any) -> list[str]:
    """What is wrong with the shape of a view; nothing where the schema is not at hand."""
    validator = _validator("slack_view")
    return [_sentence(error, "/view") for error in validator.iter_errors(view)] if validator else []


@cache
def _validator(name: str) -> Any:
    path = SPECS / f"{name}.schema.json"
    if not path.exists():
        return None
    schema = json.loads(path.read_text(encoding="utf-8"))
    definitions = schema["definitions"]

    def reference(validator: Any, ref: str, instance: Any, _: Any) -> Iterator[ValidationError]:
        yield from validator.descend(instance, definitions[ref.rpartition("/")[2]])

    def any_of(validator: Any, options: list[Any], instance: Any, _: Any) -> Iterator[ValidationError]:
        fitting = _fitting(options, instance, definitions)
        errors = [list(validator.descend(instance, option)) for option in fitting]
        if not errors:
            yield ValidationError(f"unknown type {_type(instance)!r}")
        elif all(errors):
            yield from min(errors, key=len)

    kind = validators.extend(Draft7Validator, {"$ref": reference, "anyOf": any_of})
    return kind(definitions[schema["$ref"].rpartition("/")[2]])


def _fitting(options: list[Any], instance: Any, definitions: dict[str, Any]) -> list[Any]:
    """The options whose `type` is the instance's; those that name no type where none does."""
    flat = list(_flat(options, definitions))
    named = [each for each in flat if _constant(each) is not None]
    exact = [each for each in named if _constant(each) == _type(instance)]
    return exact or [each for each in flat if _constant(each) is None and "type" not in each.get("properties", {})]


def _flat(options: list[Any], definitions: dict[str, Any]) -> Iterator[Any]:
    for option in options:
        known = definitions[option["$ref"].rpartition("/")[2]] if "$ref" in option else option
        if set(known) <= {"anyOf", "description"} and "anyOf" in known:
            yield from _flat(known["anyOf"], definitions)
        else:
            yield known


def _constant(schema: Any) -> Any:
    return schema.get("properties", {}).get("type", {}).get("const")


def _type(instance: Any) -> Any:
    return instance.get("type") if isinstance(instance, dict) else None


def _sentence(error: ValidationError, start: str) -> str:
    pointer = "/".join(map(str, error.absolute_path))
    return f"{error.message[:200]} [json-pointer:{start}{'/' if pointer else ''}{pointer}]"
