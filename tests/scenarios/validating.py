"""JSON Schema, as much of it as the schema of scenario files uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

_TYPES: Mapping[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_HANDLED = {
    *("$schema", "$defs", "$ref", "title", "description", "type", "properties", "required", "additionalProperties"),
    *("items", "minItems", "minProperties", "enum", "const", "oneOf", "minimum", "pattern", "format"),
}


Schema = Mapping[str, Any]


def violations(value: object, schema: Schema, root: Schema, path: str = "") -> Iterator[str]:
    """Yield where *value* is not what *schema* says."""
    assert set(schema) <= _HANDLED, set(schema) - _HANDLED
    if "$ref" in schema:
        yield from violations(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, path)
        return
    if "oneOf" in schema:
        fitting = [one for one in schema["oneOf"] if not list(violations(value, one, root, path))]
        if len(fitting) != 1:
            yield f"{path}: fits {len(fitting)} of {len(schema['oneOf'])} forms"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{path}: is not {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: is none of {schema['enum']}"
    if "type" in schema:
        yield from _typed(value.isoformat() if isinstance(value, datetime) else value, schema, root, path)


def _typed(value: object, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    if not _is(value, schema["type"]):
        yield f"{path}: is not of type {schema['type']}"
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{path}: has too little in it"
        for place, one in enumerate(value):
            yield from violations(one, schema.get("items", {}), root, f"{path}[{place}]")
    elif isinstance(value, dict):
        yield from _fields(cast("dict[str, object]", value), schema, root, path)
    else:
        yield from _plain(value, schema, path)


def _is(value: object, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name != "integer" or not isinstance(value, bool))


def _plain(value: object, schema: Schema, path: str) -> Iterator[str]:
    if isinstance(value, int) and value < schema.get("minimum", value):
        yield f"{path}: is below {schema['minimum']}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{path}: does not match {schema['pattern']}"
    if isinstance(value, str) and schema.get("format") == "date-time" and not _DATE_TIME.fullmatch(value):
        yield f"{path}: is not an instant"


def _fields(value: Mapping[str, object], schema: Schema, root: Schema, path: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{path}.{name}: is missing" for name in schema.get("required", ()) if name not in value)
    if len(value) < schema.get("minProperties", 0):
        yield f"{path}: has too little in it"
    other = schema.get("additionalProperties", True)
    for name, one in value.items():
        if name in known:
            yield from violations(one, known[name], root, f"{path}.{name}")
        elif other is False:
            yield f"{path}.{name}: is not known"
        elif other is not True:
            yield from violations(one, other, root, f"{path}.{name}")
