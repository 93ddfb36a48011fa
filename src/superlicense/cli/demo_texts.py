"""What the demo tells between the answers; all words of the library itself are in its catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["demo_text"]

# English, Danish.
_TEXTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "told_on": (
            "The story of an invented company, told on {date}",
            "Historien om et opdigtet firma, fortalt den {date}",
        ),
        "hidden_system": ("and {count} hidden, which apply too", "og {count} skjulte, som også gælder"),
        "hidden_user": ("and {count} hidden, from plans only", "og {count} skjulte, kun fra brugerplaner"),
        "at_the_door": ("At the door", "Ved døren"),
        "quotes": ("Quotes, {access}", "Tilbud, {access}"),
        "one_seat_too_few": ("One seat too few", "En plads for lidt"),
        "assigned": ("{name} gets {license}", "{name} får {license}"),
        "not_assigned": ("{name} does not get {license}", "{name} får ikke {license}"),
        "retired": ("{name} leaves the company", "{name} forlader firmaet"),
        "maintenance": ("The server is moved tonight", "Serveren flyttes i aften"),
        "administrator": ("An administrator may come in.", "En administrator må komme ind."),
        "later": ("As time goes by", "Som tiden går"),
        "room": ("Meeting room 4", "Mødelokale 4"),
        "stranger": ("(a stranger)", "(en fremmed)"),
    }
)
_PLACE: Final = MappingProxyType({"en": 0, "da": 1})


def demo_text(key: str, language: str) -> str:
    """Give the format of *key*; English where *language* has none."""
    return _TEXTS[key][_PLACE.get(language, 0)]
