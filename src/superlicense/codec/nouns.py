"""Nouns: field by field what a record of each consists of, and of rows and entries."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from superlicense.codec.forms import (
    BYTES_OR_NONE,
    FLAG,
    INSTANT,
    INSTANT_OR_NONE,
    MONTH,
    NAME,
    TEXT,
    TEXT_OR_NONE,
    TEXTS,
    UNMODELED,
    WHOLE,
    WHOLE_OR_NONE,
    Codec,
    decoded,
    each,
    encoded,
    maybe,
    noun_codec,
    parsed,
    within,
    word,
)
from superlicense.model.event import EventScope, SystemEvent, read_kind
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.license import LicenseKind, LicenseScope, ModuleLicense
from superlicense.model.package import InstalledPackage, LicensePackage, Validity
from superlicense.model.row import Noun, Row, Table
from superlicense.model.seat import Assignment
from superlicense.model.site import Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User, UserType

__all__ = ["dump_entry", "dump_noun", "dump_row", "load_entry", "load_noun", "load_row"]

_LICENSE: Final = noun_codec(
    ModuleLicense,
    (NAME, "name"),
    (word(LicenseScope), "scope"),
    (word(LicenseKind), "kind"),
    (WHOLE, "quantity sort_order"),
    (FLAG, "unrestricted hidden"),
    (TEXT, "description tooltip version extra_info"),
    (maybe(NAME), "prerequisite"),
    (Codec(sorted, each(word(UserType)).load), "allowed_user_types"),
    (each(NAME), "grants"),
    (UNMODELED, "unmodeled"),
)
_VALIDITY: Final = noun_codec(
    Validity, (INSTANT_OR_NONE, "warns_at expires_at grace_until maintenance_until next_check_at")
)
_PACKAGE: Final = noun_codec(
    LicensePackage,
    (TEXT, "owner company serial_number owner_description"),
    (TEXT, "license_version product_type product_description license_url"),
    (TEXT_OR_NONE, "database_id"),
    (WHOLE_OR_NONE, "issue deployment_type"),
    (INSTANT_OR_NONE, "issued_at"),
    (_VALIDITY, "validity"),
    (each(_LICENSE), "licenses"),
    (UNMODELED, "unmodeled"),
)
_INSTALLED: Final = noun_codec(
    InstalledPackage,
    (_PACKAGE, "package"),
    (TEXT, "digest installed_by"),
    (TEXTS, "signed_by"),
    (WHOLE_OR_NONE, "root_version"),
    (INSTANT, "installed_at"),
    (FLAG, "unsigned waiting"),
)
_ROOT: Final = noun_codec(
    TrustRoot, (WHOLE, "version"), (INSTANT, "expires_at accepted_at"), (TEXTS, "revoked_keys revoked_packages")
)
_USER: Final = noun_codec(
    User,
    (TEXT, "id name site"),
    (word(UserType), "type"),
    (FLAG, "may_log_in awaiting_approval retired administrator on_travel"),
    (TEXTS, "groups"),
)
_ASSIGNMENT: Final = noun_codec(
    Assignment,
    (NAME, "license"),
    (TEXT, "holder assigned_by comment"),
    (TEXT_OR_NONE, "ended_by"),
    (INSTANT, "start"),
    (INSTANT_OR_NONE, "end"),
)
_EVENT: Final = noun_codec(
    SystemEvent,
    (TEXT, "id message description started_by"),
    (parsed(read_kind), "kind"),
    (word(EventScope), "scope"),
    (TEXT_OR_NONE, "target ended_by"),
    (INSTANT, "started_at"),
    (INSTANT_OR_NONE, "expected_end ended_at"),
)
_NOUNS: Final = MappingProxyType(
    {
        Table.PACKAGES: _INSTALLED,
        Table.WAITING_PACKAGES: _INSTALLED,
        Table.ROOTS: _ROOT,
        Table.USERS: _USER,
        Table.SITES: noun_codec(Site, (TEXT, "id name company")),
        Table.ASSIGNMENTS: _ASSIGNMENT,
        Table.EVENTS: _EVENT,
    }
)
_TABLE: Final = word(Table)
_ROWS: Final = MappingProxyType(
    {
        table: noun_codec(
            Row,
            (_TABLE, "table"),
            (TEXT, "key started_by"),
            (TEXT_OR_NONE, "ended_by"),
            (INSTANT, "start"),
            (INSTANT_OR_NONE, "end"),
            (WHOLE, "sequence"),
            (BYTES_OR_NONE, "document seal"),
            (noun, "noun"),
        )
        for table, noun in _NOUNS.items()
    }
)


def _load_row(value: object, path: str) -> Row[Any]:
    table = value.get("table") if isinstance(value, dict) else None
    form = _ROWS[_TABLE.load(table, within(path, "table"))]
    row: Row[Any] = form.load(value, path)
    return row


_ROW: Final = Codec(lambda row: _ROWS[row.table].dump(row), _load_row)
_ENTRY: Final = noun_codec(
    JournalEntry,
    (WHOLE, "number"),
    (INSTANT, "at"),
    (TEXT, "by"),
    (word(EntryKind), "kind"),
    (maybe(MONTH), "month"),
    (each(_ROW), "before after"),
    (BYTES_OR_NONE, "seal"),
)


def dump_noun(table: Table, noun: Noun) -> str:
    """Write the noun of a row of *table*."""
    return encoded(_NOUNS[table].dump(noun))


def load_noun(table: Table, text: str) -> Noun:
    """Read what `dump_noun` wrote.

    Raises:
        StoreUnavailableError: *text* is no noun of *table*.
    """
    noun: Noun = _NOUNS[table].load(decoded(text), "")
    return noun


def dump_row(row: Row[Any]) -> str:
    """Write a whole row, document and seal included."""
    return encoded(_ROW.dump(row))


def load_row(text: str) -> Row[Any]:
    """Read what `dump_row` wrote.

    Raises:
        StoreUnavailableError: *text* is no row.
    """
    return _load_row(decoded(text), "")


def dump_entry(entry: JournalEntry) -> str:
    """Write a journal entry with its rows and its seal."""
    return encoded(_ENTRY.dump(entry))


def load_entry(text: str) -> JournalEntry:
    """Read what `dump_entry` wrote.

    Raises:
        StoreUnavailableError: *text* is no entry.
    """
    entry: JournalEntry = _ENTRY.load(decoded(text), "")
    return entry
