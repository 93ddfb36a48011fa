"""Nouns: the fields of each noun of licensing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from superlicense.codec.codecs import Codec, each, maybe, parsed, word
from superlicense.codec.noun_codec import noun_codec
from superlicense.codec.records import RecordCodec
from superlicense.codec.values import (
    FLAG,
    INSTANT,
    INSTANT_OR_NONE,
    INTEGER,
    INTEGER_OR_NONE,
    NAME,
    TEXT,
    TEXT_OR_NONE,
    TEXTS,
    TEXTS_BY_TEXT,
)
from superlicense.model.clock_rebase import ClockRebase
from superlicense.model.event import EventScope, SystemEvent, read_kind
from superlicense.model.identity import FormerIdentity, Identity
from superlicense.model.journal import EntryKind
from superlicense.model.license import LicenseKind, LicenseScope, ModuleLicense
from superlicense.model.package import InstalledPackage, LicensePackage, Validity
from superlicense.model.row import Noun, Table
from superlicense.model.seat import Assignment
from superlicense.model.site import Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import Forgotten, User, UserType

__all__ = ["LATER_KINDS", "LATER_TABLES", "NOUNS", "PERSONAL", "dump_noun", "form_of", "load_noun"]

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
_FORMER: Final = noun_codec(
    FormerIdentity, (TEXT, "serial_number company"), (TEXT_OR_NONE, "database_id"), (INSTANT, "until")
)
_IDENTITY: Final = noun_codec(
    Identity, (TEXT, "serial_number company"), (TEXT_OR_NONE, "database_id"), (each(_FORMER), "former")
)
NOUNS: Final[Mapping[Table, RecordCodec[Noun]]] = MappingProxyType(
    {
        Table.PACKAGES: RecordCodec(_INSTALLED),
        Table.WAITING_PACKAGES: RecordCodec(_INSTALLED),
        Table.ROOTS: RecordCodec(_ROOT),
        Table.USERS: RecordCodec(_USER),
        Table.SITES: RecordCodec(noun_codec(Site, (TEXT, "id name company"))),
        Table.ASSIGNMENTS: RecordCodec(_ASSIGNMENT),
        Table.EVENTS: RecordCodec(_EVENT),
        Table.FORGOTTEN: RecordCodec(noun_codec(Forgotten, (TEXT, "id"))),
        Table.IDENTITIES: RecordCodec(_IDENTITY),
        Table.CLOCK_REBASES: RecordCodec(
            noun_codec(ClockRebase, (TEXT, "id"), (INSTANT, "issued_at until"), (each(INTEGER), "ended"))
        ),
    }
)
"""The records of each table."""

LATER_TABLES: Final[Mapping[Table, int]] = MappingProxyType({})
"""The form from which on a table has rows, for those that form 1 does not have."""

LATER_KINDS: Final[Mapping[EntryKind, int]] = MappingProxyType({})
"""The form from which on an entry has this kind, for those that form 1 does not have."""

PERSONAL: Final[Mapping[str, Mapping[str, Callable[[Any], str]]]] = MappingProxyType(
    {Table.USERS: {"name": lambda user: user.id}, Table.ASSIGNMENTS: {"comment": lambda _: ""}}
)
"""The fields of each table that hold text about a person, and their defaults; see `superlicense.codec.record`."""


def form_of(table: Table, noun: Noun) -> int:
    """Return the form that a store must have to hold *noun* in *table*."""
    form = NOUNS[table].codec.form
    return max(LATER_TABLES.get(table, 1), 1 if form is None else form(noun))


def dump_noun(table: Table, noun: Noun) -> str:
    """Return a noun of *table* as text, personal text included."""
    return NOUNS[table].dumps(noun)


def load_noun(table: Table, text: str) -> Noun:
    """Read what `dump_noun` wrote.

    Raises:
        StoreUnavailableError: *text* is not a valid record of *table*.
    """
    return NOUNS[table].loads(text)
