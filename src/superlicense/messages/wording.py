"""Wording: a message with its parameters, as one line.

Rule 1: format strings come from the catalogs only. Values of parameters are
never interpreted as format strings.

Rule 2: what a parameter is called says what it is: a license is shown by its
title, the end of a period by its last day, a number of seats with separators.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Final
from unicodedata import category

from superlicense.errors import InvalidValueError
from superlicense.errors.base import text_of
from superlicense.messages.catalogs import pattern
from superlicense.messages.formats import Formats
from superlicense.messages.titles import meter_title, owner_title, titled_license
from superlicense.model.month import Month
from superlicense.model.package import LicensePackage
from superlicense.model.reason import Reason

__all__ = ["Wording", "harmless"]

_UNKNOWN: Final = "?"  # shown for a missing parameter

# The longest id (model/fields.py), so that names are never truncated.
_LONGEST_PARAMETER: Final = 254

_LICENSES: Final = frozenset(
    {"license", "licenses", "through", "held", "prerequisite", "dependant", "released", "plans", "old", "new"}
)
_ENDS: Final = frozenset({"expires_at", "expired_at", "stopped_at", "stops_at", "ended_at", "ends_at", "until"})
_COUNTS: Final = frozenset(
    {
        *("in_use", "total", "new_total", "remove", "losses", "users", "maximum", "open", "hidden", "others"),
        *("included", "included_per_user", "threshold", "quantity", "size_bytes", "limit_bytes"),
    }
)
_STARTS: Final = frozenset({"starts_at"})
_MONTHS: Final = frozenset({"month", "first", "invoice"})
_METERS: Final = frozenset({"meter", "meters"})

# Licenses that nobody is sold by themselves: the words name what brings them.
_BY_LICENSES: Final = {
    ("reason.one_license_of", ("superoffice.t1", "superoffice.t2")): "reason.one_license_of.tiers",
    ("reason.license_missing", ("superoffice.suite-user",)): "reason.license_missing.suite_seat",
}

_RELEASES_FIRST: Final = "releases_first"  # the hint of a reason that another order of the batch would avoid
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_BREAKS: Final = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_CLASS_NAME_WORD: Final = re.compile("(?<=[a-z])(?=[A-Z])")


class Wording:
    """Messages of one language, with names from packages and dates in a time zone.

    Attributes:
        catalog: Name of the catalog of the language.
        formats: Dates and numbers of the language.
    """

    __slots__ = ("_codes", "_packages", "catalog", "formats")

    def __init__(
        self,
        catalog: str,
        *,
        zone: tzinfo = UTC,
        packages: Mapping[str, LicensePackage] | None = None,
        codes: bool = True,
    ) -> None:
        """Use the messages of *catalog*.

        Args:
            catalog: A name that `catalog_name` returned.
            zone: Time zone of dates and times.
            packages: Packages in force by owner in lower case, for titles.
            codes: Show the code of every license; otherwise only of those that
                screens do not list by their title.
        """
        self.catalog = catalog
        self.formats = Formats(catalog, zone)
        self._packages = {} if packages is None else packages
        self._codes = codes

    def of_reason(self, reason: Reason, params: Mapping[str, object]) -> str:
        """Return *reason* as one line, with *params* in place of its own."""
        given = {**reason.params, **params}
        return self.of_refusal(_by_licenses(f"reason.{reason.code}", given), given) or str(reason.code)

    def of_refusal(self, key: str, params: Mapping[str, object]) -> str | None:
        """Return the message *key* with the user or site that it is about, `None` if there is none."""
        words = pattern(key, params, self.catalog)
        return None if words is None else self._about_whom(self.filled(words, params), words, params)

    def of_word(self, word: str, params: Mapping[str, object]) -> str:
        """Return an enum member, or the label called *word*, as one line; the code itself if it has no message."""
        return self.of_key(f"{_kind(word)}.{word}", params) or str(word)

    def of_key(self, key: str, params: Mapping[str, object]) -> str | None:
        """Return the message *key*, `None` if there is none."""
        words = pattern(key, params, self.catalog)
        return None if words is None else self.filled(words, params)

    def filled(self, words: str, given: Mapping[str, object]) -> str:
        """Return *words* with the parameters *given* in place of the placeholders."""
        return _PLACEHOLDER.sub(lambda found: self._shown(found[1], given.get(found[1])), words)

    def license(self, name: str) -> str:
        """Return the title of the license called *name*, with its code where it is needed."""
        package = self._packages.get(name.partition(".")[0].casefold())
        return titled_license(name, self.catalog, package, with_code=self._codes)

    def owner(self, owner: str) -> str:
        """Return the display name of *owner*."""
        return owner_title(owner, self._packages.get(owner.casefold()))

    def _about_whom(self, text: str, words: str, given: Mapping[str, object]) -> str:
        """Put the user or site that a refusal is about before *text*, unless its *words* do, and the hint after it."""
        if given.get("hint") == _RELEASES_FIRST:
            text = f"{text} {self.of_word(f'hint_{_RELEASES_FIRST}', {})}"
        for key in ("holders", "holder", "site"):
            subject = given.get(key)
            if subject is not None and f"{{{key}}}" not in words and subject != given.get("user"):
                return f"{self._shown(key, subject)}: {text}"
        return text

    def _shown(self, name: str, value: object) -> str:
        """Return the parameter *name* as it is shown."""
        if isinstance(value, tuple):
            return ", ".join(self._shown(name, item) for item in value) or _UNKNOWN
        if isinstance(value, datetime):
            shown = (
                self.formats.end if name in _ENDS else self.formats.start if name in _STARTS else self.formats.instant
            )
            return shown(value)
        show = self._by_name(name, value)
        return _shown_as_is(value, self) if show is None else harmless(show)

    def _by_name(self, name: str, value: object) -> str | None:
        """Return a value whose parameter's name says what it is; `None` for any other."""
        if type(value) is int and name in _COUNTS:
            return self.formats.number(value)
        if not isinstance(value, str) or isinstance(value, StrEnum):
            return None
        text = text_of(value)
        if name in _LICENSES:
            return self.license(text)
        if name in _METERS:
            return meter_title(text, self.catalog)
        show = {"owner": self.owner, "change": self._change, **dict.fromkeys(_MONTHS, self._month)}.get(name)
        return None if show is None else show(text)

    def _change(self, text: str) -> str:
        """Return the name of a change by that of its class."""
        return self.of_key(f"entry_kind.{_CLASS_NAME_WORD.sub('_', text).lower()}", {}) or text

    def _month(self, text: str) -> str:
        try:
            return self.formats.month(Month.parse(text))
        except InvalidValueError:  # not a month, and shown as it is
            return text


def harmless(text: str) -> str:
    """Return *text* as one printable line of at most 254 characters; spaces of any script are kept."""
    cut = text[:_LONGEST_PARAMETER]
    if not cut.isprintable():
        cut = "".join(
            letter
            if letter.isprintable() or category(letter) == "Zs"
            else letter.encode("unicode_escape").decode("ascii")
            for letter in _BREAKS.sub(" ", cut)
        )
    return cut if len(text) <= _LONGEST_PARAMETER else f"{cut}…"


def _shown_as_is(value: object, wording: Wording) -> str:
    if value is None:
        return _UNKNOWN
    if isinstance(value, StrEnum):
        return wording.of_word(value, {})
    if isinstance(value, Month):
        return wording.formats.month(value)
    if isinstance(value, date):
        return wording.formats.day(value)
    if isinstance(value, Decimal):
        return wording.formats.number(value)
    return harmless(text_of(value, str))


def _by_licenses(key: str, given: Mapping[str, object]) -> str:
    """Return the key of the words for the licenses that are *given*, where those have words of their own."""
    named = given.get("licenses", given.get("license"))
    names = named if isinstance(named, tuple) else (named,)
    return _BY_LICENSES.get((key, tuple(str(name) for name in names)), key)


def _kind(word: str) -> str:
    """Return the prefix of the key: ``user_type`` for a `UserType`, ``label`` for a plain string."""
    if not isinstance(word, StrEnum):
        return "label"
    return _CLASS_NAME_WORD.sub("_", type(word).__name__).lower().removesuffix("_code")
