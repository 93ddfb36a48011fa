"""What the demo tells between the answers; all words of the library itself are in its catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["words"]

# English, Danish.
_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "days_left": ("{date} ({days} days left)", "{date} ({days} dage tilbage)"),
        "hidden": (
            "and {count} hidden licenses, which only plans grant",
            "og {count} skjulte licenser, som kun følger med brugerplaner",
        ),
        "at_the_door": ("At the door", "Ved døren"),
        "quotes": ("Quotes, {access}", "Tilbud, {access}"),
        "one_seat_too_many": ("One seat too many", "En plads for lidt"),
        "assigned": ("{name} gets Sales Premium", "{name} får Sales Premium"),
        "not_assigned": ("{name} does not get Sales Premium", "{name} får ikke Sales Premium"),
        "retired": ("{name} leaves the company", "{name} forlader firmaet"),
        "maintenance": ("The server is moved tonight", "Serveren flyttes i aften"),
        "later": ("As time goes by", "Som tiden går"),
        "stranger": ("(a stranger)", "(en fremmed)"),
    }
)
_PLACE: Final = MappingProxyType({"en": 0, "da": 1})


def words(key: str, language: str) -> str:
    """Give the format of *key*; English where *language* has none."""
    return _WORDS[key][_PLACE.get(language, 0)]
