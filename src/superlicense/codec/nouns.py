"""Nouns: the fields of each noun of licensing, of rows and of journal entries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from superlicense.codec.codecs import Codec, DecodeError, each, maybe, parsed, word
from superlicense.codec.noun_codec import noun_codec
from superlicense.codec.records import Record
from superlicense.codec.values import (
    BYTES_OR_NONE,
    FLAG,
    INSTANT,
    INSTANT_OR_NONE,
    INTEGER,
    INTEGER_OR_NONE,
    MONTH,
    NAME,
    TEXT,
    TEXT_OR_NONE,
    TEXTS,
    TEXTS_BY_TEXT,
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

__all__ = ["ENTRY", "NOUNS", "ROW", "dump_noun", "load_noun"]

_LICENSE: Final = noun_codec(
    ModuleLicense,
    (NAME, "name"),
    (word(LicenseScope), "scope"),
    (word(LicenseKind), "kind"),
    (INTEGER, "quantity sort_order"),
    (FLAG, "unrestricted hidden"),
    (TEXT, "description tooltip version extra_info"),
    (maybe(NAME), "prerequisite"),
    (Codec(sorted, each(word(UserType)).decode), "allowed_user_types"),
    (each(NAME), "grants"),
    (TEXTS_BY_TEXT, "unmodeled"),
)
_VALIDITY: Final = noun_codec(
    Validity, (INSTANT_OR_NONE, "warns_at expires_at grace_until maintenance_until next_check_at")
)
_PACKAGE: Final = noun_codec(
    LicensePackage,
    (TEXT, "owner company serial_number owner_description"),
    (TEXT, "license_version product_type product_description license_url"),
    (TEXT_OR_NONE, "database_id replaces"),
    (INTEGER_OR_NONE, "issue deployment_type"),
    (FLAG, "resets_clock"),
    (INSTANT_OR_NONE, "issued_at"),
    (_VALIDITY, "validity"),
    (each(_LICENSE), "licenses"),
    (TEXTS_BY_TEXT, "unmodeled"),
)
_INSTALLED: Final = noun_codec(
    InstalledPackage,
    (_PACKAGE, "package"),
    (TEXT, "digest installed_by"),
    (TEXTS, "signed_by"),
    (INTEGER_OR_NONE, "root_version"),
    (INSTANT, "installed_at"),
    (FLAG, "unsigned waiting"),
)
_ROOT: Final = noun_codec(
    TrustRoot, (INTEGER, "version"), (INSTANT, "expires_at accepted_at"), (TEXTS, "revoked_keys revoked_packages")
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
NOUNS: Final[Mapping[Table, Record[Noun]]] = MappingProxyType(
    {
        Table.PACKAGES: Record(_INSTALLED),
        Table.WAITING_PACKAGES: Record(_INSTALLED),
        Table.ROOTS: Record(_ROOT),
        Table.USERS: Record(_USER),
        Table.SITES: Record(noun_codec(Site, (TEXT, "id name company"))),
        Table.ASSIGNMENTS: Record(_ASSIGNMENT),
        Table.EVENTS: Record(_EVENT),
    }
)
"""The records of each table."""

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
            (INTEGER, "sequence"),
            (BYTES_OR_NONE, "document seal"),
            (record.codec, "noun"),
        )
        for table, record in NOUNS.items()
    }
)


def _decode_row(value: object) -> Row[Any]:
    try:
        table = _TABLE.decode(value.get("table") if isinstance(value, dict) else None)
    except DecodeError as error:
        error.add("table")
        raise
    row: Row[Any] = _ROWS[table].decode(value)
    return row


_ROW: Final = Codec(lambda row: _ROWS[row.table].encode(row), _decode_row)

ROW: Final[Record[Row[Any]]] = Record(_ROW)
"""A whole row, document and seal included."""

ENTRY: Final[Record[JournalEntry]] = Record(
    noun_codec(
        JournalEntry,
        (INTEGER, "number"),
        (INSTANT, "at"),
        (TEXT, "by"),
        (word(EntryKind), "kind"),
        (maybe(MONTH), "month"),
        (each(_ROW), "before after"),
        (BYTES_OR_NONE, "seal"),
    )
)
"""A journal entry with its rows and its seal."""


def dump_noun(table: Table, noun: Noun) -> str:
    """Return the record of a noun of *table*."""
    return NOUNS[table].dumps(noun)


def load_noun(table: Table, text: str) -> Noun:
    """Read what `dump_noun` wrote.

    Raises:
        StoreUnavailableError: *text* is not a valid record of *table*.
    """
    return NOUNS[table].loads(text)
