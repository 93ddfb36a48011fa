"""Write a JSON Schema for every screen and every answer, from their classes.

    uv run python tools/make_schemas.py

The schemas describe what ``to_dict()`` returns. They are shipped with the library in
``superlicense/schemas``; a test compares them with the classes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from inspect import isclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from attrs import fields, has

import superlicense as sl
from superlicense import screens
from superlicense.errors import SuperlicenseError
from superlicense.model.hypothesis import HypothesisData
from superlicense.model.month import Month
from superlicense.screens import ViewModel

FOLDER = Path(sl.__file__).parent / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SIMPLE: Mapping[type, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    Month: {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
    # An error is its code, and its text where words are asked for.
    SuperlicenseError: {
        "type": "object",
        "properties": {"code": {"type": "string"}, "text": {"type": "string"}},
        "required": ["code"],
    },
}


# What has no fields of its own, by what it is written as.
_WRITTEN_AS: Mapping[type, type] = {sl.Hypothesis: HypothesisData}


def described() -> Iterator[type]:
    """Yield the classes that have a schema: all screens, and all public answers."""
    tops = {"OwnerTab", "LicenseDetail", "StatusTab", "UserCard", "UserLicenses", "MeteredServices", "ActivationDialog"}
    for name in sorted(tops):
        yield getattr(screens, name)
    for name in sorted(dir(sl)):
        one = getattr(sl, name)
        if (
            isclass(one)
            and (has(one) or one in _WRITTEN_AS)
            and callable(getattr(one, "to_dict", None))
            and not issubclass(one, ViewModel)
        ):
            yield one


class _Definitions:
    """The definitions of one schema."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}

    def of(self, hint: Any) -> dict[str, Any]:  # noqa: ANN401 - a type as annotations spell it
        """Return the schema of *hint*."""
        origin = get_origin(hint)
        if isinstance(hint, UnionType) or (origin is not None and str(origin) == "typing.Union"):
            return {"anyOf": [self.of(one) for one in get_args(hint)]}
        if origin is not None:
            return self._generic(origin, get_args(hint))
        if hint is Any or not isclass(hint):
            return {}
        if issubclass(hint, StrEnum):
            return {"type": "string", "enum": [str(member) for member in hint]}
        for known, schema in _SIMPLE.items():
            if issubclass(hint, known) and not (known is int and hint is bool):
                return schema
        return self._noun(hint) if names_of(hint) is not None else {}

    def _generic(self, origin: Any, args: tuple[Any, ...]) -> dict[str, Any]:  # noqa: ANN401 - as above
        if isclass(origin) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(args[-1])}
        if origin is tuple and Ellipsis not in args:
            return {"type": "array", "prefixItems": [self.of(one) for one in args], "items": False}
        if origin in {tuple, frozenset, list, set}:
            return {"type": "array", "items": self.of(args[0])}
        return self.of(origin)

    def _noun(self, noun: type) -> dict[str, Any]:
        if noun.__name__ not in self.found:
            self.found[noun.__name__] = {}  # a noun may contain itself: a clause has parts
            self.found[noun.__name__] = self._object(noun)
        return {"$ref": f"#/$defs/{noun.__name__}"}

    def _object(self, noun: type) -> dict[str, Any]:
        hints = get_type_hints(noun)
        names = [name for name in names_of(noun) or () if hints[name] is not bytes]
        required = [name for name in names if bytes not in get_args(hints[name])]
        # Bytes are left out, and their absence is not.
        properties = {name: self.of(hints[name]) if name in required else _SIMPLE[NoneType] for name in names}
        if getattr(noun, "has_words", False):
            properties["text"] = {"type": "string"}
        derived = getattr(noun, "derived_names", ())
        properties.update({name: self.of(get_type_hints(getattr(noun, name).fget)["return"]) for name in derived})
        return {"type": "object", "properties": properties, "required": [*required, *derived]}


def names_of(noun: type) -> tuple[str, ...] | None:
    """Return the fields of *noun* that are written; `None` if it has none."""
    if has(noun):
        return tuple(one.name for one in fields(noun) if one.metadata.get("is_data", True))
    return tuple(noun.__dataclass_fields__) if hasattr(noun, "__dataclass_fields__") else None


def schema_of(noun: type) -> dict[str, Any]:
    """Return the schema of what ``to_dict()`` of *noun* returns."""
    definitions = _Definitions()
    top = definitions.of(_WRITTEN_AS.get(noun, noun))
    summary = (noun.__doc__ or "").strip().splitlines()[0]
    return {"$schema": DIALECT, "title": noun.__name__, "description": summary, **top, "$defs": definitions.found}


def text_of(noun: type) -> str:
    """Return the schema of *noun* as the text of its file."""
    return json.dumps(schema_of(noun), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> int:
    """Write all schemas, and remove those of classes that are gone."""
    FOLDER.mkdir(exist_ok=True)
    wanted = {f"{noun.__name__}.json": text_of(noun) for noun in described()}
    for file in FOLDER.glob("*.json"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{len(wanted)} schemas in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
