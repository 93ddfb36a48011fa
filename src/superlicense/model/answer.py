"""Answers: what the answers of design section 11 have in common, plain data with words.

Rule 1: an answer holds codes and their parameters. Words come from a function
that it is given, because this floor knows no language.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from superlicense.model.decision import Reason
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.plain_data import plain_data

__all__ = ["Answer", "Words", "WordsIn", "worded"]

Words = Callable[..., str]
"""Returns the words of a reason, a code or a label: ``words(what, **params)``."""

WordsIn = Callable[[str], Words]
"""Returns the `Words` of a language tag."""


@frozen(kw_only=True)
class Answer:
    """An answer that can be written as plain data.

    Attributes:
        language: Language of its words.
        words_in: Makes words; `None` where the answer was made without the facade.
    """

    language: str = field(default="en", eq=False, repr=False, metadata={"is_data": False})
    words_in: WordsIn | None = field(default=None, eq=False, repr=False, metadata={"is_data": False})

    def to_dict(self, words: Words | None = None, *, language: str | None = None) -> dict[str, Any]:
        """Return plain data for JSON: codes, and their words beside them.

        Args:
            words: Makes the words; those of *language* if `None`.
            language: The language of the words; that of the answer if `None`.

        Returns:
            A new dict of strings, integers, truth values, `None`, lists and dicts.
        """
        chosen = words
        if chosen is None and self.words_in is not None:
            chosen = self.words_in(self.language if language is None else language)
        return self._plain(chosen)

    def _plain(self, words: Words | None) -> dict[str, Any]:
        data: dict[str, Any] = plain_data(self, extra=worded(words))
        return data


def worded(words: Words | None) -> Callable[[object], FrozenMap[str]]:
    """Return what adds its words to each reason; nothing without *words*."""

    def text_of(one: object) -> FrozenMap[str]:
        return FrozenMap({"text": words(one)}) if words is not None and isinstance(one, Reason) else _NOTHING

    return text_of


_NOTHING: FrozenMap[str] = FrozenMap()
