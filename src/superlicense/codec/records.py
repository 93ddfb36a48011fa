"""Record codecs: nouns as text, for stores that keep text."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from superlicense.codec.codecs import Codec, DecodeError, UnknownFieldsError
from superlicense.codec.strict_json import JsonReader
from superlicense.codec.values import INSTANT
from superlicense.errors import StoreUnusableError

__all__ = ["RECORD_READER", "RecordCodec", "RecordFieldsError", "decoded", "dump_json", "load_json", "read_instant"]

N = TypeVar("N")


class RecordFieldsError(StoreUnusableError):
    """A record with fields that this version does not know.

    Attributes:
        names: The fields, sorted.
    """

    def __init__(self, detail: str, names: tuple[str, ...]) -> None:
        """Keep the *names*."""
        super().__init__(detail)
        self.names = names


class RecordCodec(Generic[N]):
    """Encodes one kind of noun as text and decodes it; what is stored of a row is a `superlicense.codec.Record`."""

    __slots__ = ("codec",)

    def __init__(self, codec: Codec) -> None:
        """Store what *codec* encodes."""
        self.codec = codec

    def dumps(self, noun: N) -> str:
        """Return *noun* as text: JSON in ASCII, the same text for equal nouns."""
        return dump_json(self.codec.encode(noun))

    def loads(self, text: str) -> N:
        """Read what `dumps` wrote.

        Raises:
            RecordFieldsError: there are fields that this version does not know.
            StoreUnavailableError: *text* is not a valid record.
        """
        noun: N = decoded(self.codec, load_json(text))
        return noun


def _corrupt(path: str, problem: str) -> StoreUnusableError:
    return StoreUnusableError(f"a record is corrupt{f' at {path}' if path else ''}: {problem}")


dump_json: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
"""Return a value as the text of a record."""

RECORD_READER: Final = JsonReader(_corrupt)

load_json: Final = RECORD_READER.read_text
"""Read what `dump_json` wrote, or raise `StoreUnavailableError`."""


def decoded(codec: Codec, value: object) -> Any:  # noqa: ANN401 - of the codec
    """Decode *value*, a part of a record.

    Raises:
        RecordFieldsError: there are fields that this version does not know.
        StoreUnavailableError: *value* is not what *codec* decodes.
    """
    try:
        return codec.decode(value)
    except UnknownFieldsError as error:
        raise RecordFieldsError(_corrupt(error.path, error.problem).detail, error.names) from error
    except DecodeError as error:
        raise _corrupt(error.path, error.problem) from error


def read_instant(text: str) -> datetime:
    """Read what `superlicense.model.instants.record_instant` wrote.

    Raises:
        StoreUnavailableError: *text* is not an instant.
    """
    instant: datetime = decoded(INSTANT, text)
    return instant
