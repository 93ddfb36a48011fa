"""Inputs that no writer makes: bytes cut, repeated, overwritten and spliced, and JSON with hostile values in place."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    float("nan"),
    10**9 + 1,
    2**32 - 1,
    2**53,
    10**30,
    "",
    " ",
    "\ud800",
    "\x00",
    "e\x1b]0;x\x07\x9b2J\u202e",
    "=1+1",
    "x" * 300,
    "x" * 5_000,
    "9" * 5_000,
    "1E+999999999",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59+14:00",
    "superoffice.user",
    "set=",
    [],
    [[]],
    {},
    {"": None},
)
PIECES = (
    b"\xef\xbb\xbf",
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"<![CDATA[",
    b"[" * 200,
    b'{"a":' * 60,
    b"9" * 5_000,
    b"-0",
    b"1e400",
    b"Infinity",
    b"\\ud800",
    b"\r\n",
    b'"""',
    b",",
    b"=",
)


def mutated(chance: random.Random, sources: Sequence[bytes]) -> bytes:
    """Make an input of one or two of *sources*: one in three as JSON, the others as bytes."""
    data = chance.choice(sources)
    if chance.random() < 0.35:
        data = _with_hostile_values(chance, data)
    return data if chance.random() < 0.1 else _bytes_mutated(chance, data, sources)


def _with_hostile_values(chance: random.Random, data: bytes) -> bytes:
    """Put hostile values into the JSON in *data*, line by line if it is lines; what is no JSON stays as it is."""
    try:
        values = [json.loads(data)]
    except ValueError:
        try:
            values = [json.loads(line) for line in data.splitlines() if line]
        except ValueError:
            return data
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(values)) if values else 0
        if values:
            values[place] = _replaced(chance, values[place])
    return b"\n".join(
        json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass") for value in values
    )


def _replaced(chance: random.Random, value: Any) -> Any:  # noqa: ANN401 - JSON
    """Replace, remove or add one thing somewhere in *value*."""
    keys: list[Any] = (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )
    if not keys or chance.random() < 0.1:
        return deepcopy(chance.choice(HOSTILE))
    key = chance.choice(keys)
    match chance.randrange(6):
        case 0:
            value[key] = deepcopy(chance.choice(HOSTILE))
        case 1 if isinstance(value, dict):
            del value[key]
        case 2 if isinstance(value, dict):
            value[chance.choice(("id", "x" * 300, "\x1b", str(key).upper(), ""))] = deepcopy(chance.choice(HOSTILE))
        case 3 if isinstance(value, list):
            value.append(deepcopy(value[key]))
        case _:
            value[key] = _replaced(chance, value[key])
    return value


def _bytes_mutated(chance: random.Random, source: bytes, sources: Sequence[bytes]) -> bytes:
    data = bytearray(source)
    for _ in range(chance.randint(1, 4)):
        place, length = chance.randrange(len(data) + 1), chance.randint(1, 12)
        match chance.randrange(7):
            case 0:
                del data[place : place + length]
            case 1:
                data[place:place] = data[place : place + length]
            case 2:
                data[place : place + length] = chance.randbytes(length)
            case 3:
                other = chance.choice(sources)
                start = chance.randrange(len(other) + 1)
                data[place : place + length] = other[start : start + length * 4]
            case 4:
                data[place:place] = chance.choice(PIECES)
            case 5:
                del data[place:]
            case _:
                if place < len(data):
                    data[place] ^= 1 << chance.randrange(8)
    return bytes(data)
