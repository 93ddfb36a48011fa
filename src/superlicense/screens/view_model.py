"""View models: frozen dataclasses of plain data, with localized texts next to codes.

Rule 1: a view model contains strings, ints, bools, instants, dates and other view
models only, so that web frameworks can serialize it.

Rule 2: every code comes with its text: the code for programs, the text for people.
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
    """A row, or a screen of rows."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON.

        >>> LocalizedText(code="serial_number", text="Serienummer").to_dict()
        {'code': 'serial_number', 'text': 'Serienummer'}

        Returns:
            A new dict of strings, ints, bools, `None`, lists and dicts. Instants are
            ``2026-11-28T18:40:00Z``, dates ``2026-11-28``.
        """
        data: dict[str, Any] = plain_data(self)
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalizedText(ViewModel):
    """A code and its text in the language of the screen.

    Attributes:
        code: Stable code of a reason, an enum member or a label, for programs.
        text: Text for people.
    """

    code: str
    text: str


class Localizer:
    """Texts in one language; caches labels, because a screen repeats them.

    >>> Localizer("da").of("in_use")
    LocalizedText(code='in_use', text='I brug')
    """

    __slots__ = ("_texts", "language")

    def __init__(self, language: str) -> None:
        """Create a localizer for *language*.

        Raises:
            InvalidValueError: There is no catalog for *language*.
        """
        message("", language)  # raises if the language is unknown
        self.language = language
        self._texts: dict[str, LocalizedText] = {}

    def of(self, what: StrEnum | str) -> LocalizedText:
        """Return an enum member or a label with its text."""
        key = f"{type(what).__name__}.{what}"
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = LocalizedText(code=str(what), text=self.text(what))
        return text

    def of_all(self, reasons: Iterable[Reason]) -> tuple[LocalizedText, ...]:
        """Return each reason with its text."""
        return tuple(LocalizedText(code=str(reason.code), text=self.text(reason)) for reason in reasons)

    def text(self, what: Reason | str, **params: object) -> str:
        """Return the text of *what* with *params*."""
        return message(what, self.language, **params)

    def labels(self, names: str) -> tuple[LocalizedText, ...]:
        """Return the labels *names*, which are separated by spaces, with their texts."""
        return tuple(self.of(name) for name in names.split())
