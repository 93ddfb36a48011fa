"""Entry records: what a store holds of a journal entry besides its columns.

An entry names each row that it started or ended by its sequence and the SHA-256
of its bytes; the rows themselves are stored once. A row that started is named by
its table and key, too, so that one that is missing has a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from superlicense.codec.codecs import DecodeError, entries, maybe
from superlicense.codec.record import CorruptRecordError, NewerRecordError
from superlicense.codec.records import dump_json, load_json
from superlicense.codec.values import INSTANT_OR_NONE, MONTH, TEXT
from superlicense.errors import StoreUnavailableError
from superlicense.model.month import Month

__all__ = ["EntryRecord", "RowStep"]

_STARTED: Final = "started"
_ENDED: Final = "ended"
_STEP_PARTS: Final = {_STARTED: 5, _ENDED: 3}
_FIELDS: Final = frozenset({"floor", "month", "rows", "terms"})
_NO_TERMS: Final[Mapping[str, str]] = MappingProxyType({})
_MONTH: Final = maybe(MONTH)
_TERMS: Final = entries(TEXT)
_SHA256_DIGITS: Final = 64


class RowStep(NamedTuple):
    """One row that an entry started or ended.

    Attributes:
        sequence: The row.
        ended: Whether it ended; else it started.
        table: The table of a row that started; empty for one that ended.
        key: The key of a row that started; empty for one that ended.
    """

    sequence: int
    ended: bool
    table: str = ""
    key: str = ""


class EntryRecord:
    """The stored form of one journal entry, without its columns.

    It never changes, and equals a record of the same text. Its text is made when
    it is first read, with the digests of its rows.
    """

    __slots__ = ("_digests", "_floor", "_is_read", "_make_digests", "_month", "_steps", "_terms", "_text")

    def __init__(  # noqa: PLR0913 - what an entry has, by keyword
        self,
        text: str | None = None,
        *,
        steps: Iterable[RowStep] = (),
        digests: Callable[[], Iterable[str]] = tuple,
        floor: datetime | None = None,
        month: Month | None = None,
        terms: Mapping[str, str] = _NO_TERMS,
    ) -> None:
        """Make the record of an entry, or of a *text* that was stored.

        Args:
            text: What `text` was.
            steps: The rows that the entry ended and started, in order.
            digests: Returns the SHA-256 of each of them in hex; called at most once.
            floor: The floor under the clock as of the entry.
            month: The month that was closed, or whose terms were set.
            terms: SHA-256 of the terms that were set, by meter.
        """
        self._text = text
        self._is_read = text is None
        self._steps = tuple(steps)
        self._make_digests = digests
        self._digests: tuple[str, ...] | None = None
        self._floor = floor
        self._month = month
        self._terms = terms

    @property
    def text(self) -> str:
        """The record as canonical JSON in ASCII."""
        if self._text is None:
            told: dict[str, Any] = {"floor": INSTANT_OR_NONE.encode(self._floor)}
            if self._month is not None:
                told["month"] = _MONTH.encode(self._month)
            told["rows"] = [
                [step.sequence, _ENDED, digest]
                if step.ended
                else [step.sequence, _STARTED, digest, step.table, step.key]
                for step, digest in zip(self._steps, self.digests, strict=True)
            ]
            if self._terms:
                told["terms"] = dict(self._terms)
            self._text = dump_json(told)
        return self._text

    @property
    def digests(self) -> tuple[str, ...]:
        """SHA-256 of the row of each step, as it was after it, in hex."""
        self._read()
        if self._digests is None:
            self._digests = tuple(self._make_digests())
        return self._digests

    @property
    def steps(self) -> tuple[RowStep, ...]:
        """The rows that ended and started, in order.

        Raises:
            NewerRecordError: it has a field that this version does not know.
            CorruptRecordError: no version has written it. So do the other properties.
        """
        self._read()
        return self._steps

    @property
    def floor(self) -> datetime | None:
        """The floor under the clock as of the entry: the newest recorded instant, `None` without any."""
        self._read()
        return self._floor

    @property
    def month(self) -> Month | None:
        """The month that was closed, or whose terms were set; `None` for an entry of another kind."""
        self._read()
        return self._month

    @property
    def terms(self) -> Mapping[str, str]:
        """SHA-256 of the terms that were set, by meter; empty for an entry of another kind."""
        self._read()
        return self._terms

    def _read(self) -> None:
        if self._is_read:
            return
        try:
            told = load_json(self._text or "")
            if not isinstance(told, dict):
                raise CorruptRecordError("must be an object")
            unknown = told.keys() - _FIELDS
            if unknown:
                raise NewerRecordError(sorted(unknown))
            self._floor = INSTANT_OR_NONE.decode(told.get("floor"))
            self._month = _MONTH.decode(told.get("month"))
            rows = told.get("rows", ())
            self._steps = tuple(map(_step, rows))
            self._digests = tuple(row[2] for row in rows)
            self._terms = _TERMS.decode(told.get("terms", {}))
        except DecodeError as error:
            raise CorruptRecordError(error.problem) from error
        except StoreUnavailableError as error:
            raise CorruptRecordError(error.detail) from error
        except (TypeError, ValueError, KeyError) as error:
            raise CorruptRecordError("its rows are not what was written") from error
        self._is_read = True

    def __eq__(self, other: object) -> bool:
        """Compare the texts."""
        return self.text == other.text if isinstance(other, EntryRecord) else NotImplemented

    def __hash__(self) -> int:
        """Hash the text."""
        return hash(self.text)

    def __repr__(self) -> str:
        """Show the text."""
        return f"EntryRecord({self.text!r})"


def _step(row: list[Any]) -> RowStep:
    sequence, done, digest, *named = row
    if len(row) != _STEP_PARTS[done] or type(sequence) is not int or not all(type(part) is str for part in named):
        raise ValueError(row)
    if type(digest) is not str or len(digest) != _SHA256_DIGITS:
        raise ValueError(row)
    return RowStep(sequence, done == _ENDED, *named)
