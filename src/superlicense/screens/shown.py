"""What is shown: frozen rows of plain data, and the words that stand beside codes.

Rule 1: a row holds texts, numbers, truth values, instants, dates and further
rows, nothing else, so that a web framework serializes it as it is.

Rule 2: a code comes with its words. Programs look at the code, people at the
text, and nobody has to ask for it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from superlicense.messages import message
from superlicense.model.decision import Reason
from superlicense.model.plain_data import plain_data

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
            and such objects. An instant is ``2026-11-28T18:40:00Z``, a date
            ``YYYY-MM-DD``.
        """
        data: dict[str, Any] = plain_data(self)
        return data


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

    __slots__ = ("_said", "language")

    def __init__(self, language: str) -> None:
        """Speak *language*.

        Raises:
            InvalidValueError: there is no catalog for it.
        """
        message("", language)  # refuses a language before anything is made in it
        self.language = language
        self._said: dict[str, LocalizedText] = {}

    def of(self, what: StrEnum | str) -> LocalizedText:
        """Say a member of an enum, or a label."""
        key = f"{type(what).__name__}.{what}"
        words = self._said.get(key)
        if words is None:
            words = self._said[key] = LocalizedText(code=str(what), text=self.text(what))
        return words

    def because(self, reasons: Iterable[Reason]) -> tuple[LocalizedText, ...]:
        """Say why."""
        return tuple(LocalizedText(code=str(reason.code), text=self.text(reason)) for reason in reasons)

    def text(self, what: Reason | str, **params: object) -> str:
        """Say *what* with *params*."""
        return message(what, self.language, **params)

    def labels(self, names: str) -> tuple[LocalizedText, ...]:
        """Say the labels *names*, which are parted by spaces."""
        return tuple(self.of(name) for name in names.split())
