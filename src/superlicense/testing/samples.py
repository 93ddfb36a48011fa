"""Samples: a noun of every table with every field filled, stored rows and entries, for tests of stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from superlicense.codec import EntryRecord, Record, RowStep, form_of, personal_texts
from superlicense.model.clock_rebase import ClockRebase
from superlicense.model.event import EventKind, EventScope, JobKind, SystemEvent
from superlicense.model.journal import EntryKind
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import InstalledPackage, LicensePackage, Validity
from superlicense.model.row import Noun, Table, assignment_key
from superlicense.model.seat import Assignment
from superlicense.model.site import Installation, Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import Forgotten, User, UserType
from superlicense.ports import StoredEntry, StoredRow, Subject

__all__ = [
    "BARE_NOUNS",
    "FULL_NOUNS",
    "NOON",
    "NORDVIK",
    "SOLVANG",
    "after",
    "entry",
    "noun_row",
    "seat_row",
    "subjects",
    "user_row",
]

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""The default start of all samples."""
NORDVIK = Installation(serial_number="1010000014", company="Nordvik Handel A/S")
"""The customer of all samples."""
SOLVANG = Installation(serial_number="1010000022", company="Solvang Lys AS")
"""Another customer, in the same store."""

_SALT: Final = bytes(range(16))
# With another offset and with microseconds; stored in UTC.
_STAMP = datetime(2026, 11, 24, 13, 14, 15, 987654, tzinfo=timezone(timedelta(hours=1)))


def after(seconds: float) -> datetime:
    """Return the instant *seconds* after noon."""
    return NOON + timedelta(seconds=seconds)


def _row(  # noqa: PLR0913 - the columns of a row
    table: Table,
    key: str,
    noun: Noun,
    sequence: int,
    *,
    start: datetime = NOON,
    by: str = "admin",
    document: bytes | None = None,
) -> StoredRow:
    # The same salt, so that equal nouns make equal rows.
    personal = personal_texts(table, noun, lambda: _SALT)
    record = Record(table, noun=noun, form=form_of(table, noun), personal=personal)
    return StoredRow(str(table), key, start, by, sequence, record, document=document, seal=document)


def user_row(sequence: int, user_id: str = "anna", *, start: datetime = NOON, name: str = "") -> StoredRow:
    """Return a row that starts a user."""
    return _row(Table.USERS, user_id, User(id=user_id, name=name), sequence, start=start, by="host")


def seat_row(
    sequence: int, holder: str, license: str = "ten-sales", *, start: datetime = NOON, comment: str = ""
) -> StoredRow:
    """Return a row that starts an assignment."""
    name = LicenseName.parse(license)
    noun = Assignment(license=name, holder=holder, start=start, assigned_by="admin", comment=comment)
    return _row(Table.ASSIGNMENTS, assignment_key(name, holder), noun, sequence, start=start)


def noun_row(  # noqa: PLR0913 - what a row consists of
    table: Table, key: str, noun: Noun, sequence: int, *, start: datetime = NOON, document: bytes | None = None
) -> StoredRow:
    """Return a row that starts any noun; its seal is the *document*, too."""
    return _row(table, key, noun, sequence, start=start, document=document)


def entry(  # noqa: PLR0913 - what an entry consists of
    number: int,
    *,
    at: datetime = NOON,
    ended: tuple[StoredRow, ...] = (),
    started: tuple[StoredRow, ...] = (),
    floor: datetime | None = NOON,
    seal: bytes | None = None,
) -> StoredEntry:
    """Return a journal entry, which names rows by a digest that no store has to understand."""
    steps = [RowStep(row.sequence, ended=True) for row in ended]
    steps += [RowStep(row.sequence, False, row.table, row.key) for row in started]  # noqa: FBT003 - in a row
    record = EntryRecord(steps=steps, digests=lambda: ["ab" * 32] * len(steps), floor=floor)
    return StoredEntry(number, at, "admin", str(EntryKind.SAVE_USER), record, seal)


def subjects(*rows: StoredRow) -> tuple[Subject, ...]:
    """Return whom an entry with *rows* is about."""
    found = []
    for row in rows:
        holder, _, license = row.key.partition("\n")
        if row.table in (Table.USERS, Table.SITES, Table.ASSIGNMENTS):
            found.append((holder, license))
    return tuple(dict.fromkeys(found))


_PLAN = ModuleLicense(
    name="ten-sales",
    scope=LicenseScope.USER,
    quantity=10,
    unrestricted=True,
    hidden=True,
    description="Salg Æ ✓",
    tooltip="a \x00 b\n",
    version="10",
    extra_info="x",
    sort_order=-7,
    prerequisite=LicenseName("nordvik", "base.two"),
    allowed_user_types=frozenset({UserType.SYSTEM, UserType.INTERNAL}),
    kind=LicenseKind.PLAN,
    grants=(LicenseName("superoffice", "user"), LicenseName("superoffice", "web")),
    unmodeled={"Row/@z": "1", "Row/@a": "2"},
)
_PACKAGE = LicensePackage(
    owner="SuperOffice",
    company="Nordvik Handel A/S",
    serial_number="1010000014",
    owner_description="SuperOffice AS",
    database_id="0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44",
    issue=2**53 - 1,
    issued_at=_STAMP,
    validity=Validity(
        warns_at=_STAMP, expires_at=_STAMP, grace_until=_STAMP, maintenance_until=_STAMP, next_check_at=_STAMP
    ),
    licenses=(_PLAN, ModuleLicense(name=LicenseName("superoffice", "server"), scope=LicenseScope.SYSTEM)),
    license_version="10.1",
    deployment_type=3,
    product_type="ten",
    product_description="Ten",
    license_url="https://nordvik.example/",
    replaces="1010000022",
    resets_clock=True,
    unmodeled={"Info/Color": "ø"},
)
_INSTALLED = InstalledPackage(
    package=_PACKAGE,
    digest="ab" * 32,
    signed_by=("k1", "k2"),
    root_version=2,
    installed_at=_STAMP,
    installed_by="admin",
    unsigned=True,
    waiting=True,
)

FULL_NOUNS: tuple[tuple[Table, str, Noun], ...] = (
    (Table.PACKAGES, "superoffice", _INSTALLED),
    (Table.WAITING_PACKAGES, "superoffice", _INSTALLED),
    (
        Table.ROOTS,
        "3",
        TrustRoot(version=3, expires_at=_STAMP, revoked_keys=("k",), revoked_packages=("d",), accepted_at=_STAMP),
    ),
    (
        Table.USERS,
        "bo",
        User(
            id="bo",
            name="Bo Ågård",
            type=UserType.EXTERNAL,
            may_log_in=True,
            awaiting_approval=True,
            retired=True,
            administrator=True,
            on_travel=True,
            site="aarhus",
            groups=("b", "a"),
        ),
    ),
    (Table.SITES, "aarhus", Site(id="aarhus", name="Århus", company="Nordvik Jylland A/S")),
    (
        Table.ASSIGNMENTS,
        assignment_key("nordvik.x.y", "bo"),
        Assignment(
            license=LicenseName("nordvik", "x.y"),
            holder="bo",
            start=_STAMP,
            end=_STAMP,
            assigned_by="a",
            ended_by="b",
            comment="c",
        ),
    ),
    (
        Table.EVENTS,
        "e1",
        SystemEvent(
            id="e1",
            kind=EventKind.MESSAGE_OF_THE_DAY,
            scope=EventScope.GROUP,
            target="sales",
            message="Kage kl. 15",
            description="i kantinen",
            started_at=_STAMP,
            started_by="admin",
            expected_end=_STAMP,
            ended_at=_STAMP,
            ended_by="bo",
        ),
    ),
    (Table.FORGOTTEN, "bo", Forgotten(id="bo")),
    (Table.CLOCK_REBASES, "1", ClockRebase(id="1", issued_at=_STAMP, until=_STAMP, ended=(2, 3))),
)
"""One noun of every table with every field filled, with its key."""

BARE_NOUNS: tuple[tuple[Table, str, Noun], ...] = (
    (
        Table.PACKAGES,
        "nordvik",
        InstalledPackage(
            package=LicensePackage(owner="nordvik", company="Nordvik Handel A/S", serial_number="1010000014"),
            digest="0",
            installed_at=NOON,
            installed_by="admin",
        ),
    ),
    (Table.ROOTS, "1", TrustRoot(version=1, expires_at=NOON, accepted_at=NOON)),
    (Table.USERS, "cy", User(id="cy")),
    (Table.SITES, "oslo", Site(id="oslo", name="")),
    (
        Table.ASSIGNMENTS,
        assignment_key("superoffice.user", "cy"),
        Assignment(license=LicenseName("superoffice", "user"), holder="cy", start=NOON),
    ),
    # A host's own kind is a plain string.
    (Table.EVENTS, "e2", SystemEvent(id="e2", kind="nordvik.route-import", started_at=NOON)),
    (Table.EVENTS, "e3", SystemEvent(id="e3", kind=JobKind.UDEF_REBUILD, started_at=NOON)),
)
"""Nouns with required fields only."""
