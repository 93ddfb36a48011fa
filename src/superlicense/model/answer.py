"""Answers: what the answers of design section 11 have in common, plain data with words.

Rule 1: an answer holds codes and their parameters. The facade gives it the
language that was asked for and what makes words, so that it is written with
words; on this floor no language is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from superlicense.model.plain_data import PlainNoun, Words

__all__ = ["Answer", "WordsIn"]

WordsIn = Callable[[str], Words]
"""Returns the `Words` of a language tag."""


@frozen(kw_only=True)
class Answer(PlainNoun):
    """An answer that knows its language.

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
        return PlainNoun.to_dict(self, words or self.words(language))

    def words(self, language: str | None = None) -> Words | None:
        """Return what makes words in *language*, that of the answer if `None`; `None` without the facade."""
        return None if self.words_in is None else self.words_in(self.language if language is None else language)
