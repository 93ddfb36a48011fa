"""What is shown: frozen rows of plain data, and the words that stand beside codes.

Rule 1: a row holds texts, numbers, truth values, instants, dates and further
rows, nothing else, so that a web framework serializes it as it is.

Rule 2: a code comes with its words. Programs look at the code, people at the
text, and nobody has to ask for it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from superlicense.messages import message
from superlicense.model.decision import Reason

__all__ = ["LocalizedText", "Localizer", "ViewModel"]


class ViewModel:
    """A row, or a screen made of rows."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data that JSON can hold.

        >>> LocalizedText(code="serial_number", text="Serienummer").to_dict()
        {'code': 'serial_number', 'text': 'Serienummer'}

        Returns:
            A new object of texts, whole numbers, truth values, `None`, lists
            and such objects. An instant is ISO 8601 in UTC and ends in ``Z``, a
            date is ``YYYY-MM-DD``.
        """
        # A dataclass with slots has one for each field, in order; no row inherits from another.
        names: tuple[str, ...] = self.__slots__
        return {name: _plain(getattr(self, name)) for name in names}


def _plain(value: object) -> object:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, ViewModel):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    assert isinstance(value, date)  # noqa: S101 - rule 1 leaves nothing else
    return value.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalizedText(ViewModel):
    """A code, and what it says in the language of the screen.

    Attributes:
        code: Stable, for programs: that of a reason, an enum member or a label.
        text: For people.
    """

    code: str
    text: str


class Localizer:
    """One language, and what was said in it already, because a screen repeats itself.

    >>> Localizer("da").of("in_use")
    LocalizedText(code='in_use', text='I brug')
    """

    __slots__ = ("_texts", "language")

    def __init__(self, language: str) -> None:
        """Speak *language*.

        Raises:
            InvalidValueError: there is no catalog for it.
        """
        message("", language)  # refuses a language before anything is made in it
        self.language = language
        self._texts: dict[str, LocalizedText] = {}

    def of(self, what: StrEnum | str) -> LocalizedText:
        """Say a member of an enum, or a label."""
        key = f"{type(what).__name__}.{what}"
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = LocalizedText(code=str(what), text=self.text(what))
        return text

    def of_all(self, reasons: Iterable[Reason]) -> tuple[LocalizedText, ...]:
        """Say why."""
        return tuple(LocalizedText(code=str(reason.code), text=self.text(reason)) for reason in reasons)

    def text(self, what: Reason | str, **params: object) -> str:
        """Say *what* with *params*."""
        return message(what, self.language, **params)

    def labels(self, names: str) -> tuple[LocalizedText, ...]:
        """Say the labels *names*, which are parted by spaces."""
        return tuple(self.of(name) for name in names.split())
