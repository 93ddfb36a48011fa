"""Stored usage: meter months, months and the head of usage, in the form in which stores keep them.

Rule 1: a store keeps the columns that it searches and compares by, one record
as text, and a seal. The text has the other fields; those at their default are
not in it.

Rule 2: text and noun are made of each other at the first use. What was read
keeps its text to the byte, so that a seal can be checked before the text is
decoded, and a store in memory encodes nothing unless it is sealed.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final, Generic, NamedTuple, TypeVar

from superlicense.codec.codecs import Codec, each, maybe, parsed, word
from superlicense.codec.noun_codec import noun_codec
from superlicense.codec.records import RecordCodec, RecordFieldsError
from superlicense.codec.terms import TERMS
from superlicense.codec.values import (
    BYTES_OR_NONE,
    FLAG,
    INSTANT,
    INSTANT_OR_NONE,
    INTEGER,
    INTEGER_OR_NONE,
    MONTH,
    TEXT,
)
from superlicense.errors import StoreUnavailableError, StoreUnusableError
from superlicense.model.meter_month import MeterMonth, UsageHead, UsageMonth
from superlicense.model.month import Month
from superlicense.model.policy import UserCount

__all__ = [
    "METER_MONTH",
    "TERMS",
    "USAGE_HEAD",
    "USAGE_MONTH",
    "StoredMeterMonth",
    "StoredUsageHead",
    "StoredUsageMonth",
    "UsageRecord",
]

N = TypeVar("N")

# The columns are not in a record; the stored tuple adds them.
_NO_MONTH: Final = Month(2000, 1)

_METER_MONTH: Final[RecordCodec[MeterMonth]] = RecordCodec(
    noun_codec(
        partial(MeterMonth, _NO_MONTH, ""),
        (INTEGER, "event_count last_position total"),
        (each(INTEGER), "alerted_levels"),
        (INSTANT_OR_NONE, "recorded_at"),
        (TEXT, "state"),
        (TERMS, "terms"),
    )
)
_USAGE_MONTH: Final[RecordCodec[UsageMonth]] = RecordCodec(
    noun_codec(
        partial(UsageMonth, _NO_MONTH),
        (INSTANT, "starts_at ends_at"),
        (INTEGER, "users peak"),
        (INSTANT_OR_NONE, "users_at peak_at"),
        (INTEGER_OR_NONE, "bought"),
        (TEXT, "zone"),
        (maybe(word(UserCount)), "user_count"),
        (FLAG, "per_user"),
    )
)


def _read_adjusted(text: str) -> tuple[Month, Month]:
    of, home = text.split("/")
    return Month.parse(of), Month.parse(home)


_ADJUSTED: Final = parsed(_read_adjusted, "{0[0]}/{0[1]}".format, "must be two months YYYY-MM/YYYY-MM")
_USAGE_HEAD: Final[RecordCodec[UsageHead]] = RecordCodec(
    noun_codec(UsageHead, (maybe(MONTH), "closed_through"), (INTEGER, "crossing_count"), (each(_ADJUSTED), "adjusted"))
)


class UsageRecord(Generic[N]):
    """The record of a noun: its text and the noun itself."""

    __slots__ = ("_codec", "_noun", "_text")

    def __init__(self, codec: RecordCodec[N], *, noun: N | None = None, text: str | None = None) -> None:
        """Hold the *noun* or the *text*, whichever there is."""
        self._codec = codec
        self._noun = noun
        self._text = text

    @property
    def text(self) -> str:
        """The record as text."""
        if self._text is None:
            assert self._noun is not None  # noqa: S101 - one of them is there; for the type checker
            self._text = self._codec.dumps(self._noun)
        return self._text

    @property
    def noun(self) -> N:
        """The noun, without its columns.

        Raises:
            RecordFieldsError: there are fields that this version does not know.
            StoreUnavailableError: the text is not a valid record.
        """
        if self._noun is None:
            self._noun = self._codec.loads(self.text)
        return self._noun

    def __eq__(self, other: object) -> bool:
        """Return whether *other* has the same text."""
        return isinstance(other, UsageRecord) and self.text == other.text

    def __hash__(self) -> int:
        """Return the hash of the text."""
        return hash(self.text)

    def __repr__(self) -> str:
        """Return the text."""
        return f"<UsageRecord {self.text}>"


class StoredMeterMonth(NamedTuple):
    """A meter month as it is stored.

    Attributes:
        month: The month.
        meter: Code of the meter.
        closed: Whether the month is closed; a store does not replace it then.
        record: The other fields.
        seal: Made by the front door, kept by stores, opaque to them.
    """

    month: Month
    meter: str
    closed: bool
    record: UsageRecord[MeterMonth]
    seal: bytes | None = None

    @classmethod
    def of(cls, noun: MeterMonth, seal: bytes | None = None) -> StoredMeterMonth:
        """Return *noun* in the form in which it is stored."""
        return cls(noun.month, noun.meter, noun.closed, UsageRecord(_METER_MONTH, noun=noun), seal)

    @classmethod
    def of_text(cls, month: Month, meter: str, *, closed: bool, text: str, seal: bytes | None) -> StoredMeterMonth:
        """Return what is stored with the record *text*."""
        return cls(month, meter, closed, UsageRecord(_METER_MONTH, text=text), seal)

    def noun(self) -> MeterMonth:
        """Return the meter month.

        Raises:
            StoreUnavailableError: its record is corrupt; the error names it.
        """
        month, meter, closed, record, _ = self
        try:
            found = record.noun
        except StoreUnavailableError as error:
            raise _named(error, f"the meter month {meter}/{month}") from error
        # What was stored by this process has its columns already.
        if found.month is month and found.meter == meter and found.closed is closed:
            return found
        return found._replace(month=month, meter=meter, closed=closed)


class StoredUsageMonth(NamedTuple):
    """A month with its users as it is stored.

    Attributes:
        month: The month.
        closed: Whether it is closed; a store does not replace it then.
        record: The other fields.
        seal: Made by the front door, kept by stores, opaque to them.
    """

    month: Month
    closed: bool
    record: UsageRecord[UsageMonth]
    seal: bytes | None = None

    @classmethod
    def of(cls, noun: UsageMonth, seal: bytes | None = None) -> StoredUsageMonth:
        """Return *noun* in the form in which it is stored."""
        return cls(noun.month, noun.closed, UsageRecord(_USAGE_MONTH, noun=noun), seal)

    @classmethod
    def of_text(cls, month: Month, *, closed: bool, text: str, seal: bytes | None) -> StoredUsageMonth:
        """Return what is stored with the record *text*."""
        return cls(month, closed, UsageRecord(_USAGE_MONTH, text=text), seal)

    def noun(self) -> UsageMonth:
        """Return the month.

        Raises:
            StoreUnavailableError: its record is corrupt; the error names it.
        """
        month, closed, record, _ = self
        try:
            found = record.noun
        except StoreUnavailableError as error:
            raise _named(error, f"the month {month}") from error
        if found.month is month and found.closed is closed:
            return found
        return found._replace(month=month, closed=closed)


class StoredUsageHead(NamedTuple):
    """The head of usage as it is stored.

    Attributes:
        record: Its fields.
        seal: Made by the front door, kept by stores, opaque to them.
    """

    record: UsageRecord[UsageHead] = UsageRecord(_USAGE_HEAD, noun=UsageHead())
    seal: bytes | None = None

    @classmethod
    def of(cls, noun: UsageHead, seal: bytes | None = None) -> StoredUsageHead:
        """Return *noun* in the form in which it is stored."""
        return cls(UsageRecord(_USAGE_HEAD, noun=noun), seal)

    @classmethod
    def of_text(cls, text: str, seal: bytes | None) -> StoredUsageHead:
        """Return what is stored with the record *text*."""
        return cls(UsageRecord(_USAGE_HEAD, text=text), seal)

    def noun(self) -> UsageHead:
        """Return the head.

        Raises:
            StoreUnavailableError: its record is corrupt.
        """
        try:
            return self.record.noun
        except StoreUnavailableError as error:
            raise _named(error, "the head of usage") from error


def _named(error: StoreUnavailableError, name: str) -> StoreUnavailableError:
    """Return *error* with the *name* of the record that cannot be read."""
    words = f"{name} is corrupt: {error.detail}"
    return RecordFieldsError(words, error.names) if isinstance(error, RecordFieldsError) else StoreUnusableError(words)


def _nested_record(codec: RecordCodec[Any]) -> Codec:
    """Return the codec of a record inside another one: its text."""
    return parsed(lambda text: UsageRecord(codec, text=text), lambda record: record.text)


METER_MONTH: Final[RecordCodec[StoredMeterMonth]] = RecordCodec(
    noun_codec(
        StoredMeterMonth,
        (MONTH, "month"),
        (TEXT, "meter"),
        (FLAG, "closed"),
        (_nested_record(_METER_MONTH), "record"),
        (BYTES_OR_NONE, "seal"),
    )
)
"""A meter month with its columns and seal, as one text."""

USAGE_MONTH: Final[RecordCodec[StoredUsageMonth]] = RecordCodec(
    noun_codec(
        StoredUsageMonth,
        (MONTH, "month"),
        (FLAG, "closed"),
        (_nested_record(_USAGE_MONTH), "record"),
        (BYTES_OR_NONE, "seal"),
    )
)
"""A month with its columns and seal, as one text."""

USAGE_HEAD: Final[RecordCodec[StoredUsageHead]] = RecordCodec(
    noun_codec(StoredUsageHead, (_nested_record(_USAGE_HEAD), "record"), (BYTES_OR_NONE, "seal"))
)
"""The head of usage with its seal, as one text."""
