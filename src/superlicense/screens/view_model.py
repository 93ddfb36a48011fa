"""View models: frozen dataclasses of plain data, with localized texts next to codes.

Rule 1: a view model contains strings, ints, bools, instants, dates and other view
models only, so that web frameworks can serialize it.

Rule 2: every code comes with its text: the code for programs, the text for people.
"""

from __future__ import annotations

from typing import Any

from superlicense.model.plain_data import plain_data

__all__ = ["ViewModel"]


class ViewModel:
    """A row, or a screen of rows."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON.

        Returns:
            A new dict of strings, ints, bools, `None`, lists and dicts. Instants are
            ``2026-11-28T18:40:00Z``, dates ``2026-11-28``.
        """
        data: dict[str, Any] = plain_data(self)
        return data
