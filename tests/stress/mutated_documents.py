"""Mutated documents: none is accepted unless it says the very same, and none raises a foreign error."""

from __future__ import annotations

import random

from superlicense.document import package
from superlicense.errors import SuperlicenseError
from tests.document.corpus import DEFECTS, PAYLOAD, ROOT, VALID

SOURCES = (VALID, *(document for document, _, _ in DEFECTS.values() if document))


def mutated(chance: random.Random) -> bytes:
    """Cut, repeat, overwrite and splice a document or two, up to four times."""
    data = bytearray(chance.choice(SOURCES) if chance.random() < 0.5 else VALID)
    for _ in range(chance.randint(1, 4)):
        place, length = chance.randrange(len(data) + 1), chance.randint(1, 12)
        match chance.randrange(5):
            case 0:
                del data[place : place + length]
            case 1:
                data[place:place] = data[place : place + length]
            case 2:
                data[place : place + length] = chance.randbytes(length)
            case 3:
                other = chance.choice(SOURCES)
                start = chance.randrange(len(other))
                data[place : place + length] = other[start : start + length]
            case _:
                if place < len(data):
                    data[place] ^= 1 << chance.randrange(8)
    return bytes(data)


def run(inputs: int, seed: int = 1) -> tuple[int, int]:
    """Read that many mutated documents.

    Returns:
        How many were refused, and how many said the very same as the one they
        were made of.
    """
    chance = random.Random(seed)  # noqa: S311 - a run that repeats
    refused = same = 0
    for _ in range(inputs):
        document = mutated(chance)
        try:
            verified = package.open_package(document, ROOT)
        except SuperlicenseError:
            refused += 1
        else:
            assert verified.payload == PAYLOAD
            same += 1
    return refused, same
