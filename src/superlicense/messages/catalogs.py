"""Catalogs: which messages a language has, and which variant of one applies.

Rule 1: catalogs are keyed by meaning, not by the English text
(``reason.no_seat_left``, ``client.web``, ``label.serial_number``), so English is
a language like the others.

Rule 2: a message that a language lacks is shown in English; one that English
lacks is shown as its code. Neither is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from superlicense.errors import InvalidValueError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["ENGLISH", "catalog_name", "languages", "pattern"]

ENGLISH: Final = "en"

# The parameter whose value is part of the key: `reason.license_missing.user`.
_BY_VALUE: Final = {"reason.license_missing": "scope", "reason.one_plan_only": "hint"}

# The parameter that selects a variant if it is present: `reason.no_seat_left.through`.
_BY_PRESENCE: Final = {
    "error.unreachable_root": "missing",
    "instruction.end_event": "message",
    "reason.identity_in_use": "database_id",
    "reason.identity_not_succeeded": "replaces",
    "reason.no_login_event": "message",
    "reason.no_seat_left": "through",
    "reason.no_travel_event": "message",
    "reason.package_expires": "expires_at",
    "reason.package_waiting": "licenses",
    "reason.other_database": "expected",
    "reason.prerequisite_of": "released",
    "reason.release_vetoed": "because",
    "reason.seats_exceed_total": "through",
    "reason.unknown_user": "user",
    "reason.user_retired": "user",
}

# The number that selects the plural form.
_BY_NUMBER: Final = {
    "folded.and_hidden": "hidden",
    "instruction.buy": "quantity",
    "label.cli_hidden_changes": "hidden",
    "label.cli_hidden_lost": "hidden",
    "label.cli_problems_found": "problems",
    "label.expired_on": "days",
    "label.expires_on": "days",
    "label.restriction.active_flows": "maximum",
    "label.restriction.active_projects": "maximum",
    "label.restriction.custom_objects": "maximum",
    "label.restriction.dashboards": "maximum",
    "reason.held_license_gone": "in_use",
    "reason.seats_exceed_total": "remove",
}
_SEVERAL: Final = 2  # selects the plural if the number is missing


def languages() -> tuple[str, ...]:
    """Return the languages that have a catalog, in alphabetical order.

    >>> languages()
    ('da', 'en')
    """
    return tuple(sorted(_catalog_names().values()))


def catalog_name(language: str) -> str:
    """Return the catalog of a language tag: the longest name that the tag begins with.

    >>> catalog_name("da_DK.UTF-8")
    'da'

    Raises:
        InvalidValueError: There is no catalog for *language*.
    """
    if isinstance(language, str):
        tag = re.split("[.@]", language, maxsplit=1)[0].replace("_", "-").lower()
        known = [name for name in _catalog_names() if f"{tag}-".startswith(f"{name}-")]
        if known:
            return _catalog_names()[max(known, key=len)]
    raise InvalidValueError("language", language, f"must be one of {', '.join(languages())}")


def pattern(key: str, given: Mapping[str, object], catalog: str) -> str | None:
    """Return the message *key* with its placeholders, in the variant that the parameters *given* select.

    Args:
        key: The key of the message.
        given: The parameters.
        catalog: A name that `catalog_name` returned.

    Returns:
        The pattern; `None` if neither the language nor English has the message.
    """
    found = _catalog(catalog)
    for wanted in (_variant(key, given), key):
        if key in _BY_NUMBER:
            number = given.get(_BY_NUMBER[key])
            words = found.ngettext(wanted, wanted, number if isinstance(number, int) else _SEVERAL)
        else:
            words = found.gettext(wanted)
        # A catalog returns the key if it has no message.
        if words != wanted:
            return words
    return None


def _variant(key: str, given: Mapping[str, object]) -> str:
    if key in _BY_VALUE:
        return f"{key}.{given.get(_BY_VALUE[key])}"
    if key in _BY_PRESENCE and given.get(_BY_PRESENCE[key]):
        return f"{key}.{_BY_PRESENCE[key]}"
    return key


@cache
def _catalog_names() -> Mapping[str, str]:
    """Return the catalogs by language tag; a folder ``pt_BR`` has the tag ``pt-br``."""
    names = (folder.name for folder in _locale().iterdir())
    return {name.replace("_", "-").lower(): name for name in names if _file(name).is_file()}


@cache
def _catalog(name: str) -> GNUTranslations:
    with _file(name).open("rb") as file:
        catalog = GNUTranslations(file)
    if name != ENGLISH:
        catalog.add_fallback(_catalog(ENGLISH))
    return catalog


def _locale() -> Traversable:
    return files("superlicense").joinpath("locale")


def _file(name: str) -> Traversable:
    return _locale().joinpath(name, "LC_MESSAGES", "superlicense.mo")
