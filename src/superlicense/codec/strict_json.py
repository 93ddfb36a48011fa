"""The JSON reader of every format, and the canonical writer.

Rule 1: JSON that can be read in two ways is refused: duplicate keys, NaN, and
text that is not UTF-8. What else is refused depends on the format: numbers that
are not integers, long numbers, deep nesting.

Rule 2: numbers and nesting are bounded before anything is computed or parsed.

Rule 3: canonical JSON is what `canonical` writes: sorted keys, no spaces, UTF-8.
A reader of canonical JSON encodes what it has read and compares the bytes.

Source: documents.md, "Canonical JSON payload" and "Numbers from outside".
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final, NoReturn

from superlicense.errors import MalformedJsonError, SuperlicenseError
from superlicense.errors.base import quoted

__all__ = ["JsonReader", "Malformed", "canonical"]

_SHOWN: Final = 64
"""How many characters of its input a message shows (documents.md, "Errors")."""

Malformed = Callable[[str, str], SuperlicenseError]
"""Makes the error of one format from a path and a problem."""

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_OPENING: Final = frozenset("{[")


class JsonReader:
    """A strict reader of one format.

    >>> JsonReader(MalformedJsonError, depth=2).read(b'{"a":[1]}')
    {'a': [1]}
    """

    __slots__ = ("_byte_order_mark", "_decoder", "_depth", "_malformed", "_size")

    def __init__(  # noqa: PLR0913 - each one is an option by name
        self,
        malformed: Malformed,
        *,
        size: int | None = None,
        byte_order_mark: bool = False,
        depth: int | None = None,
        digits: int | None = None,
        fraction: Callable[[str], object] | None = None,
        fold_case: bool = False,
    ) -> None:
        """Make a reader.

        Args:
            malformed: The error that it raises.
            size: Longest input in bytes; `None` for any, checked by the caller.
            byte_order_mark: Whether UTF-8 may begin with a byte order mark.
            depth: How deep arrays and objects may nest, the outermost being 1;
                `None` for as deep as the interpreter goes.
            digits: Longest integer; `None` for as long as the interpreter reads.
            fraction: What reads a number with a point or an exponent, NaN and
                Infinity included; `None` refuses them.
            fold_case: Whether keys that differ only in case are duplicates. The
                keys are read in lower case then.
        """
        self._malformed = malformed
        self._size = size
        self._byte_order_mark = byte_order_mark
        self._depth = depth
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._folded if fold_case else self._object,
            parse_int=None if digits is None else self._integer_of(digits),
            parse_float=fraction or self._no_fraction,
            parse_constant=self._no_constant if fraction is not float else float,
        )

    def read(self, data: bytes) -> Any:  # noqa: ANN401 - whatever JSON stands for
        """Read one JSON value.

        Raises:
            SuperlicenseError: *data* is not such a value; of the reader's class.
            TypeError: *data* is not `bytes`.
        """
        return self.read_text(self._text(data))

    def read_text(self, text: str) -> Any:  # noqa: ANN401 - as `read`
        """Read one JSON value, as `read` does."""
        # Before the parser, which would recurse into it.
        if self._depth is not None and not _at_most(self._depth).fullmatch(text):
            raise self._malformed("", f"is not valid JSON, or nests deeper than {self._depth}")
        try:
            if text[:1] in _OPENING:
                # Without space around it, as records are, it is read in half the time.
                value, end = self._decoder.raw_decode(text)
                if end == len(text):
                    return value
            return self._decoder.decode(text)
        except json.JSONDecodeError as error:
            raise self._malformed("", f"is not valid JSON: {error.msg} at character {error.pos}") from error
        except (ValueError, RecursionError) as error:  # the interpreter's limits
            raise self._malformed("", f"is not valid JSON: {error}") from error

    def read_object(self, data: bytes) -> dict[str, Any]:
        """Read one JSON object.

        Raises:
            SuperlicenseError: *data* is not one; of the reader's class.
            TypeError: *data* is not `bytes`.
        """
        value = self.read(data)
        if not isinstance(value, dict):
            raise self._malformed("", "must be an object")
        return value

    def _text(self, data: object) -> str:
        if not isinstance(data, bytes | bytearray):
            message = f"JSON is read from bytes, not from {type(data).__name__}"
            raise TypeError(message)
        if self._size is not None and len(data) > self._size:
            raise self._malformed("", f"has more than {self._size} bytes")
        if data.startswith(_BYTE_ORDER_MARK):
            if not self._byte_order_mark:
                raise self._malformed("", "begins with a byte order mark")
            data = data[len(_BYTE_ORDER_MARK) :]
        try:
            return data.decode("utf-8", "strict")
        except UnicodeDecodeError as error:
            raise self._malformed("", f"is not UTF-8 at byte {error.start}") from error

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) != len(pairs):
            repeated = _repeated(key for key, _ in pairs)
            raise self._malformed(repeated[:_SHOWN], f"duplicate key {quoted(repeated)}")
        return fields

    def _folded(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = {key.lower(): value for key, value in pairs}
        if len(fields) != len(pairs):
            raise self._malformed("", f"duplicate key {quoted(_repeated(key.lower() for key, _ in pairs))}")
        return fields

    def _integer_of(self, digits: int) -> Callable[[str], int]:
        def read(text: str) -> int:
            # Counted before they are read, because reading takes longer than their number.
            if len(text) > digits and len(text.removeprefix("-")) > digits:
                raise self._malformed("", f"a number has more than {digits} digits")
            return int(text)

        return read

    def _no_fraction(self, text: str) -> NoReturn:
        raise self._malformed("", f"a number is not an integer: {text[:_SHOWN]}")

    def _no_constant(self, text: str) -> NoReturn:
        raise self._malformed("", f"{text} is not valid JSON")


def _repeated(keys: Iterable[str]) -> str:
    ((repeated, _),) = Counter(keys).most_common(1)
    return repeated


def canonical(value: Mapping[str, object]) -> bytes:
    r"""Return an object as canonical JSON.

    >>> canonical({"b": 1, "a": "ø"})
    b'{"a":"\xc3\xb8","b":1}'

    Raises:
        MalformedJsonError: a string holds a lone surrogate, which UTF-8 cannot
            encode.
    """
    try:
        return _CANONICAL.encode(value).encode()
    except UnicodeEncodeError as error:
        raise MalformedJsonError("", "holds a lone surrogate") from error


_CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@cache
def _at_most(depth: int) -> re.Pattern[str]:
    """Return a pattern of text that nests at most *depth* deep, whatever else is wrong with it.

    It is written out level by level: one match instead of a loop over every
    token. Each choice is decided by its first character and possessive, so the
    time is linear in the length of the text, hostile or not.
    """
    flat = r'[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"'
    inside = rf"(?:{flat})*+"
    for _ in range(depth):
        inside = rf"(?:{flat}|[\[{{]{inside}[\]}}])*+"
    return re.compile(inside, re.DOTALL)
