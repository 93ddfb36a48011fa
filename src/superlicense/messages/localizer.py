"""Localizer: the texts of one installation in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from superlicense.errors import InvalidValueError, SuperlicenseError
from superlicense.messages.catalogs import ENGLISH, catalog_name
from superlicense.messages.errors import error_text, group_text
from superlicense.messages.folding import fold
from superlicense.messages.titles import license_title, meter_title, unit_title
from superlicense.messages.wording import Wording
from superlicense.model.license import LicenseName
from superlicense.model.month import Month
from superlicense.model.package import LicensePackage
from superlicense.model.plain_data import Phrase, plain_data
from superlicense.model.reason import Reason

__all__ = ["LocalizedText", "Localizer", "message"]

_BYTE = "byte"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalizedText:
    """A code and its text in the language of the reader.

    >>> str(LocalizedText(code="serial_number", text="Serienummer"))
    'Serienummer'

    Attributes:
        code: Stable code of a reason, an enum member or a label, for programs.
        text: Text for people.
    """

    code: str
    text: str

    def __str__(self) -> str:
        """Return the text."""
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Return code and text as a new dict."""
        data: dict[str, Any] = plain_data({"code": self.code, "text": self.text})
        return data


class Localizer:
    """Texts in one language, with titles from packages and dates in a time zone.

    It is callable, so that it can be handed to a ``to_dict(words=...)``.

    >>> words = Localizer("da")
    >>> words.of("in_use")
    LocalizedText(code='in_use', text='I brug')
    >>> words.title("quote"), words.number(12662)
    ('Håndtering af salgstilbud', '12.662')

    Attributes:
        language: The language tag that it was made for.
        zone: Time zone of dates and times.
    """

    __slots__ = ("_packages", "_texts", "_titles", "_wording", "language", "zone")

    def __init__(
        self, language: str, *, zone: tzinfo = UTC, packages: Mapping[str, LicensePackage] | None = None
    ) -> None:
        """Create a localizer for *language*.

        Args:
            language: A language tag, as for `message`.
            zone: Time zone of dates and times.
            packages: Packages in force by owner in lower case; titles come from
                their rows, else from the catalog.

        Raises:
            InvalidValueError: There is no catalog for *language*.
        """
        self.language = language
        self.zone = zone
        self._packages = {} if packages is None else packages
        self._wording = Wording(catalog_name(language), zone=zone, packages=packages, codes=packages is None)
        # Cached, because a screen repeats labels, and ten thousand users hold the same licenses.
        self._texts: dict[str, LocalizedText] = {}
        self._titles: dict[str, str] = {}

    def __call__(self, what: Reason | Phrase | str | SuperlicenseError, /, **params: object) -> str:
        """Return the text of *what* with *params*, as `text` does."""
        return self.text(what, **params)

    def of(self, what: Reason | Phrase | StrEnum | str | SuperlicenseError) -> LocalizedText:
        """Return a reason, an error, an enum member or a label with its text."""
        if isinstance(what, Reason | Phrase | SuperlicenseError):
            return LocalizedText(code=str(what.code), text=self.text(what))
        key = f"{type(what).__name__}.{what}"
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = LocalizedText(code=str(what), text=self.text(what))
        return text

    def of_all(self, reasons: Iterable[Reason]) -> tuple[LocalizedText, ...]:
        """Return *reasons* with their texts, those that repeat one another as one.

        Returns:
            In the order of *reasons*, at most as many. The code is that of the
            first reason of each group.
        """
        return tuple(text for text, _ in self.grouped(reasons))

    def grouped(self, reasons: Iterable[Reason]) -> Iterator[tuple[LocalizedText, tuple[Reason, ...]]]:
        """Yield *reasons* as `of_all` does, each text with the reasons that it covers."""
        for group in fold(reasons):
            text = group_text(group, self._wording)
            yield LocalizedText(code=str(group.reasons[0].code), text=text), group.reasons

    def counted_hidden(self, hidden: int) -> str:
        """Return how many *hidden* licenses come with the one that is named."""
        return self._wording.of_key("folded.and_hidden", {"hidden": hidden}) or ""

    def counted_others(self, others: int) -> str:
        """Return how many *others* are not named."""
        return self._wording.of_key("folded.and_others", {"others": others}) or ""

    def text(self, what: Reason | Phrase | str | SuperlicenseError, /, **params: object) -> str:
        """Return the text of *what* with *params*."""
        return _text(what, self._wording, params)

    def labels(self, names: str) -> tuple[LocalizedText, ...]:
        """Return the labels *names*, which are separated by spaces, with their texts."""
        return tuple(self.of(name) for name in names.split())

    def title(self, license: LicenseName | str, package: LicensePackage | None = None) -> str:
        """Return the title of *license*: its description in the package, else the catalog's.

        Args:
            license: The license.
            package: The package to look in; the one in force if `None`.

        Raises:
            InvalidValueError: *license* is not a license name.
        """
        if package is not None:
            return license_title(LicenseName.parse(license), self._wording.catalog, package)
        title = self._titles.get(license)
        if title is None:
            name = LicenseName.parse(license)
            title = license_title(name, self._wording.catalog, self._packages.get(name.owner))
            self._titles[license] = title
        return title

    def named(self, license: LicenseName | str) -> str:
        """Return the title of *license*, with its code in brackets unless screens list it by this title.

        >>> Localizer("en").named("superoffice.web"), Localizer("en").named("nordvik.ferries")
        ('Web login (superoffice.web)', 'nordvik.ferries')

        What is not the name of a known license is returned as it is.
        """
        return self._wording.license(str(license))

    def owner(self, owner: str) -> str:
        """Return the display name of *owner*."""
        return self._wording.owner(owner)

    def meter(self, code: str) -> str:
        """Return the title of the meter *code*."""
        return meter_title(code, self._wording.catalog)

    def unit(self, code: str) -> str:
        """Return the title of the unit *code*."""
        return unit_title(code, self._wording.catalog)

    def date(self, end: datetime | date) -> str:
        """Return a date, or the end of a period, in words.

        Args:
            end: A date, or an instant at which something ends, exclusive: local
                midnight is shown as the last day that still counts, any other
                instant with its time and time zone.
        """
        return self._wording.formats.end(end) if isinstance(end, datetime) else self._wording.formats.day(end)

    def start(self, start: datetime) -> str:
        """Return the first day of a period that begins at *start*, a local midnight; any other instant in full."""
        return self._wording.formats.start(start)

    def month(self, month: Month | str) -> str:
        """Return *month*, also one like ``2026-11``, in words: ``November 2026``.

        Raises:
            InvalidValueError: *month* is not a month.
        """
        return self._wording.formats.month(Month.parse(month) if isinstance(month, str) else month)

    def instant(self, instant: datetime) -> str:
        """Return *instant* with its time and time zone."""
        return self._wording.formats.instant(instant)

    def number(self, number: int | Decimal) -> str:
        """Return *number* with the separators of the language."""
        return self._wording.formats.number(number)

    def money(self, amount: Decimal, currency: str) -> str:
        """Return *amount* in *currency*, an ISO 4217 code or empty."""
        return self._wording.formats.money(amount, currency)

    def size(self, size_bytes: int) -> str:
        """Return *size_bytes* in kB, MB, GB, … of 1,024 each."""
        return self._wording.formats.size(size_bytes)

    def quantity(self, quantity: int, unit: str) -> str:
        """Return a *quantity* of the unit with the code *unit*: bytes as a size, everything else as a number."""
        return self.size(quantity) if unit == _BYTE else self.number(quantity)


def message(what: Reason | Phrase | str | SuperlicenseError, /, language: str = ENGLISH, **params: object) -> str:
    """Return the message for *what*.

    >>> from superlicense.model.decision import Client
    >>> from superlicense.model.reason import ReasonCode
    >>> gone = Reason(
    ...     code=ReasonCode.LICENSE_MISSING,
    ...     params={"license": "superoffice.web", "scope": "user"},
    ... )
    >>> message(gone)
    'The user license Web login (superoffice.web) is missing.'
    >>> message(gone, "da")
    'Brugerlicensen Web login (superoffice.web) mangler.'
    >>> message(Client.WEB, "da-DK"), message("serial_number", "da")
    ('Webklient', 'Serienummer')

    Licenses have the titles of the catalog. The end of a period is shown as the
    last day that counts, every other instant with its time; both are in UTC. Tuples
    have commas. Control characters are escaped, line breaks become spaces, and
    parameters longer than 254 characters are truncated; ``reason.params`` has them
    in full. A missing parameter is shown as ``?``. An error is shown with its cure.

    `Licensing.words` has the titles and the time zone of an installation.

    Args:
        what: A reason, an error, an enum member, or the name of a label.
        language: A language tag: ``"da"``, ``"da-DK"`` and ``"da_DK.UTF-8"``
            are all Danish. Case does not matter.
        params: Values for the placeholders of a label or a bare code, or
            replacements of parameters of a reason.

    Returns:
        One line of text; the code or name itself if it has no message.

    Raises:
        InvalidValueError: There is no catalog for *language*, or *what* is
            neither a reason, an error nor a string.
    """
    return _text(what, _wording(catalog_name(language)), params)


def _text(what: object, wording: Wording, params: Mapping[str, object]) -> str:
    if isinstance(what, Reason):
        return wording.of_reason(what, params)
    if isinstance(what, str):
        return wording.of_word(what, params)
    if isinstance(what, Phrase):
        return wording.of_word(what.code, {**what.params, **params})
    if isinstance(what, SuperlicenseError):
        return error_text(what, wording)
    raise InvalidValueError("what", what, "must be a reason, an error, an enum member or a label")


@cache
def _wording(catalog: str) -> Wording:
    """Return the messages of *catalog* without an installation."""
    return Wording(catalog)
