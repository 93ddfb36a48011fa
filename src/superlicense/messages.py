"""Messages for people: reasons, enum members and labels in every language.

Rule 1: catalogs are keyed by meaning, not by the English text
(``reason.no_seat_left``, ``client.web``, ``label.serial_number``), so English is
a language like the others.

Rule 2: format strings come from the catalogs only. Values of parameters are
never interpreted as format strings.

Rule 3: a message that a language lacks is shown in English; one that English
lacks is shown as its code. Neither is an error.

Source: the Danish follows the vendor's Danish help; its terms are in domain 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from typing import TYPE_CHECKING
from unicodedata import category

from superlicense.errors import InvalidValueError
from superlicense.errors.base import text_of
from superlicense.model.decision import Reason

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["languages", "message"]

_ENGLISH = "en"
_UNKNOWN = "?"  # shown for a missing parameter

# The longest id (model/fields.py), so that names are never truncated.
_LONGEST_PARAMETER = 254

# The parameter whose value is part of the key: `reason.license_missing.user`.
_BY_VALUE = {"reason.license_missing": "scope", "reason.one_plan_only": "hint"}

# The parameter that selects a variant if it is present: `reason.no_seat_left.through`.
_BY_PRESENCE = {
    "instruction.end_event": "message",
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
_BY_NUMBER = {
    "instruction.buy": "quantity",
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
_RELEASES_FIRST = "releases_first"  # the hint of a reason that another order of the batch would avoid
_SEVERAL = 2  # selects the plural if the number is missing

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_CLASS_NAME_WORD = re.compile("(?<=[a-z])(?=[A-Z])")


def languages() -> tuple[str, ...]:
    """Return the languages that have a catalog, in alphabetical order.

    >>> languages()
    ('da', 'en')
    """
    return tuple(sorted(_catalog_names().values()))


def message(what: Reason | str, /, language: str = _ENGLISH, **params: object) -> str:
    """Return the message for *what*.

    >>> from superlicense.model.decision import Client, ReasonCode
    >>> gone = Reason(
    ...     code=ReasonCode.LICENSE_MISSING,
    ...     params={"license": "superoffice.web", "scope": "user"},
    ... )
    >>> message(gone)
    'The user license superoffice.web is missing.'
    >>> message(gone, "da")
    'Brugerlicensen superoffice.web mangler.'
    >>> message(Client.WEB, "da-DK"), message("serial_number", "da")
    ('Webklient', 'Serienummer')

    Instants are shown in UTC, tuples with commas. Control characters are
    escaped, line breaks become spaces, and parameters longer than 254 characters
    are truncated; ``reason.params`` has them in full. A missing parameter is shown
    as ``?``.

    Args:
        what: A reason, an enum member, or the name of a label.
        language: A language tag: ``"da"``, ``"da-DK"`` and ``"da_DK.UTF-8"``
            are all Danish. Case does not matter.
        params: Values for the placeholders of a label or a bare code, or
            replacements of parameters of a reason.

    Returns:
        One line of text; the code or name itself if it has no message.

    Raises:
        InvalidValueError: There is no catalog for *language*, or *what* is
            neither a reason nor a string.
    """
    if isinstance(what, Reason):
        code, given = str(what.code), {**what.params, **params}
        key = f"reason.{code}"
    elif isinstance(what, str):
        code, given = str(what), params
        key = f"{_kind(what)}.{code}"
    else:
        raise InvalidValueError("what", what, "must be a reason, an enum member or a label")
    name = _catalog_name(language)
    words = _words(_catalog(name), key, given)
    if words is None:
        return code
    text = _PLACEHOLDER.sub(lambda found: _shown(given.get(found[1]), name), words)
    return _about_whom(text, words, given, name) if isinstance(what, Reason) else text


def _about_whom(text: str, words: str, given: Mapping[str, object], language: str) -> str:
    """Put the user or site that a refusal is about before *text*, unless its *words* do, and the hint after it."""
    if given.get("hint") == _RELEASES_FIRST:
        text = f"{text} {message(f'hint_{_RELEASES_FIRST}', language)}"
    for key in ("holder", "site"):
        subject = given.get(key)
        if subject is not None and f"{{{key}}}" not in words and subject != given.get("user"):
            return f"{_shown(subject, language)}: {text}"
    return text


def _kind(word: str) -> str:
    """Return the prefix of the key: ``user_type`` for a `UserType`, ``label`` for a plain string."""
    if not isinstance(word, StrEnum):
        return "label"
    return _CLASS_NAME_WORD.sub("_", type(word).__name__).lower().removesuffix("_code")


def _words(catalog: GNUTranslations, key: str, given: Mapping[str, object]) -> str | None:
    """Return the format string, that of the variant first; a catalog returns the key if it has no message."""
    for wanted in (_variant(key, given), key):
        if key in _BY_NUMBER:
            number = given.get(_BY_NUMBER[key])
            words = catalog.ngettext(wanted, wanted, number if isinstance(number, int) else _SEVERAL)
        else:
            words = catalog.gettext(wanted)
        if words != wanted:
            return words
    return None


def _variant(key: str, given: Mapping[str, object]) -> str:
    if key in _BY_VALUE:
        return f"{key}.{given.get(_BY_VALUE[key])}"
    if key in _BY_PRESENCE and given.get(_BY_PRESENCE[key]):
        return f"{key}.{_BY_PRESENCE[key]}"
    return key


def _shown(value: object, language: str) -> str:
    if value is None:
        return _UNKNOWN
    if isinstance(value, StrEnum):
        return message(value, language)
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, tuple):
        return ", ".join(_shown(item, language) for item in value) or _UNKNOWN
    return _harmless(text_of(value, str))


def _instant(value: datetime) -> str:
    if value.utcoffset():
        with suppress(OverflowError):  # out of range at the ends of the calendar: keep the offset
            value = value.astimezone(UTC)
    shown = value.isoformat(" ", "seconds" if value.second else "minutes")
    return shown.replace("+00:00", " UTC")


def _harmless(text: str) -> str:
    """Return *text* as one printable line; spaces of any script are kept."""
    cut = text[:_LONGEST_PARAMETER]
    if not cut.isprintable():
        cut = "".join(
            letter
            if letter.isprintable() or category(letter) == "Zs"
            else letter.encode("unicode_escape").decode("ascii")
            for letter in _BREAKS.sub(" ", cut)
        )
    return cut if len(text) <= _LONGEST_PARAMETER else f"{cut}…"


def _catalog_name(language: str) -> str:
    """Return the catalog of a language tag: the longest name that the tag begins with."""
    if isinstance(language, str):
        tag = re.split("[.@]", language, maxsplit=1)[0].replace("_", "-").lower()
        known = [name for name in _catalog_names() if f"{tag}-".startswith(f"{name}-")]
        if known:
            return _catalog_names()[max(known, key=len)]
    raise InvalidValueError("language", language, f"must be one of {', '.join(languages())}")


@cache
def _catalog_names() -> Mapping[str, str]:
    """Return the catalogs by language tag; a folder ``pt_BR`` has the tag ``pt-br``."""
    names = (folder.name for folder in files(__package__).joinpath("locale").iterdir())
    return {name.replace("_", "-").lower(): name for name in names if _file(name).is_file()}


@cache
def _catalog(name: str) -> GNUTranslations:
    with _file(name).open("rb") as file:
        catalog = GNUTranslations(file)
    if name != _ENGLISH:
        catalog.add_fallback(_catalog(_ENGLISH))
    return catalog


def _file(name: str) -> Traversable:
    return files(__package__).joinpath("locale", name, "LC_MESSAGES", "superlicense.mo")
