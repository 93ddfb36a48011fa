"""The folder of the demo on the web: a SQLite store with users and usage, and a renewal to activate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Final

from attrs import evolve

from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.catalog import modules
from superlicense.catalog.meters import STANDARD
from superlicense.cli.demo import PEOPLE, SEATS
from superlicense.cli.demo_texts import demo_text
from superlicense.cli.settings import Settings
from superlicense.cli.stores import create_store, new_database, open_store
from superlicense.document.keys import SigningKey
from superlicense.document.package import PackageDraft
from superlicense.document.root import Owner, RootDraft
from superlicense.interop.superoffice import read_package_xml
from superlicense.licensing.front import Licensing
from superlicense.model.event import EventKind
from superlicense.model.license import LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage, Validity
from superlicense.model.policy import Policy
from superlicense.model.site import Installation
from superlicense.model.usage import UsageEvent
from superlicense.model.user import User
from superlicense.time_zones import time_zone

__all__ = ["RENEWAL", "open_demo"]

RENEWAL: Final = "renewal.json"
"""The package to activate: one Sales seat in place of two, and more of Service."""
_STORE: Final = "licenses.db"
_ROOT: Final = "root.json"
_ZONE: Final = "Europe/Copenhagen"
_ADMIN: Final = PEOPLE[0].id
_GIBIBYTE: Final = 2**30
_SCALE: Final = {meter.code: _GIBIBYTE if meter.unit == "byte" else 1 for meter in STANDARD}
_METERS: Final = tuple(
    evolve(
        meter,
        included_per_user=20 * _SCALE[meter.code],
        block_size=100 * _SCALE[meter.code],
        price_per_block=Decimal(45),
        currency="DKK",
    )
    for meter in STANDARD
)


def open_demo(folder: Path, language: str, now: datetime) -> Licensing:
    """Open the demo in *folder*, which is made with its store where there is none.

    Raises:
        OSError: The folder cannot be made.
        StoreError: The store cannot be used.
    """
    package = _package(now)
    installation = Installation(serial_number=package.serial_number, company=package.company, time_zone=_ZONE)
    settings = Settings(
        store=_STORE,
        folder=folder,
        installation=installation,
        trust=None,
        policy=Policy(),
        seal_key=None,
        meters=_METERS,
    )
    if (folder / _STORE).is_file():
        return _licensing(open_store(settings), installation, (folder / _ROOT).read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    root, first, renewal = _signed(package, now)
    (folder / _ROOT).write_bytes(root)
    (folder / RENEWAL).write_bytes(renewal)
    with new_database(settings):
        licensing = _licensing(create_store(settings), installation, root)
        _furnish(licensing, first, language, now)
    return licensing


def _licensing(store: SqlStore, installation: Installation, root: bytes) -> Licensing:
    return Licensing(store, installation, trust=root, meters=_METERS)


def _package(now: datetime) -> LicensePackage:
    data = files("superlicense.cli").joinpath("demo_package.xml").read_bytes()
    today = now.astimezone(time_zone(_ZONE))
    midnight = datetime(today.year, today.month, today.day, tzinfo=today.tzinfo)
    validity = Validity(
        warns_at=midnight + timedelta(days=90),
        expires_at=midnight + timedelta(days=120),
        grace_until=midnight + timedelta(days=134),
    )
    read = read_package_xml(data, time_zone=_ZONE)
    return evolve(
        read, issue=1, issued_at=now.replace(microsecond=0), validity=validity, license_url="https://licenses.example/"
    )


def _signed(package: LicensePackage, now: datetime) -> tuple[bytes, bytes, bytes]:
    """Return a trust root, the package, and its renewal, signed with keys that nobody keeps."""
    now = now.replace(microsecond=0)
    root_key, key = SigningKey.generate(), SigningKey.generate()
    root = RootDraft(
        version=1,
        issued_at=now,
        expires_at=now + timedelta(days=3650),
        root_keys=[root_key.public],
        owners={package.owner: Owner(keys=[key.public])},
    ).sign([root_key])
    year = timedelta(days=365)
    validity = package.validity
    renewed = evolve(
        package,
        issue=2,
        licenses=tuple(_renewed(package)),
        validity=Validity(
            warns_at=_later(validity.warns_at, year),
            expires_at=_later(validity.expires_at, year),
            grace_until=_later(validity.grace_until, year),
        ),
    )
    return root, PackageDraft(package).issue([key]), PackageDraft(renewed).issue([key])


def _later(instant: datetime | None, by: timedelta) -> datetime | None:
    return None if instant is None else instant + by


def _renewed(package: LicensePackage) -> Iterator[ModuleLicense]:
    for row in package.licenses:
        if row.name == modules.TEN_SALES:
            yield evolve(row, quantity=1)
        elif row.scope is LicenseScope.USER and (row.hidden or row.name == modules.TEN_SERVICE):
            yield evolve(row, quantity=row.quantity + 3)
        else:
            yield row


def _furnish(licensing: Licensing, document: bytes, language: str, now: datetime) -> None:
    licensing.packages.activate(licensing.packages.preview(document), by=_ADMIN)
    room = demo_text("room", language)
    licensing.users.sync(evolve(user, name=room) if user.name == user.id else user for user in PEOPLE)
    for user_id, license in SEATS:
        licensing.seats.assign(user_id, license, by=_ADMIN)
    licensing.notices.start(EventKind.MESSAGE_OF_THE_DAY, demo_text("maintenance", language), by=_ADMIN)
    licensing.meters.record(_usage(PEOPLE, now))


def _usage(people: tuple[User, ...], now: datetime) -> Iterator[UsageEvent]:
    """Yield usage of every hour of the last day, as much as has passed."""
    for place, meter in enumerate(_METERS):
        for hour in range(24):
            yield UsageEvent(
                source="demo",
                id=f"{meter.code} {hour}",
                meter=meter.code,
                quantity=(place + 1) * (hour % 5 + len(people)) * _SCALE[meter.code],
                at=now - timedelta(hours=hour),
            )
