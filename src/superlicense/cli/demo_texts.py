"""Texts of the demo between the answers; the texts of the library itself are in its message catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["demo_text"]

# English, Danish.
_TEXTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "introduction": (
            "A fictional company on {date}",
            "Et opdigtet firma den {date}",
        ),
        "hidden_system": ("plus {count} hidden ones that also apply", "plus {count} skjulte, som også gælder"),
        "hidden_user": ("plus {count} hidden ones from plans", "plus {count} skjulte fra brugerplaner"),
        "logging_in": ("Logging in", "Logon"),
        "quotes": ("Quotes, {access}", "Tilbud, {access}"),
        "one_seat_too_few": ("One seat too few", "En plads for lidt"),
        "assigned": ("{name} is assigned {license}", "{name} får tildelt {license}"),
        "not_assigned": ("{name} is not assigned {license}", "{name} får ikke tildelt {license}"),
        "retired": ("{name} leaves the company", "{name} forlader firmaet"),
        "maintenance": ("The server is being moved tonight", "Serveren flyttes i aften"),
        "administrator": ("Administrators are exempt.", "Administratorer er undtaget."),
        "later": ("Over time", "Over tid"),
        "what_would_help": ("What would help", "Hvad der ville hjælpe"),
        "hired": ("{name} joins the company", "{name} begynder i firmaet"),
        "carried_out": ("The first of them is carried out", "Det første af dem gennemføres"),
        "first_failure": ("The first login that fails", "Det første logon, der mislykkes"),
        "room": ("Meeting room 4", "Mødelokale 4"),
        "unknown_user": ("(unknown user)", "(ukendt bruger)"),
    }
)
_PLACE: Final = MappingProxyType({"en": 0, "da": 1})


def demo_text(key: str, language: str) -> str:
    """Return the format string of *key*, in English where *language* has none."""
    return _TEXTS[key][_PLACE.get(language, 0)]
