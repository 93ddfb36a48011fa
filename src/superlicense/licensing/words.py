"""Words: the localizer of one installation."""

from __future__ import annotations

from datetime import tzinfo

from superlicense.messages import Localizer
from superlicense.model.answer import WordsIn
from superlicense.model.plain_data import Words
from superlicense.model.world import World

__all__ = ["localizer_of", "words_in"]


def localizer_of(world: World, language: str, zone: tzinfo) -> Localizer:
    """Return the texts in *language* with the titles of the packages in force in *world* and dates in *zone*.

    Raises:
        InvalidValueError: There is no catalog for *language*.
    """
    packages = {owner: row.noun.package for owner, row in world.packages.items()}
    return Localizer(language, zone=zone, packages=packages)


def words_in(world: World, zone: tzinfo) -> WordsIn:
    """Return what makes the words of an answer in any language, with titles and dates as of `localizer_of`."""
    packages = {owner: row.noun.package for owner, row in world.packages.items()}

    def in_language(language: str) -> Words:
        return Localizer(language, zone=zone, packages=packages).text

    return in_language
