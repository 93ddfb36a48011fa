"""An installation that gets another serial number or company, and who says which."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import evolve

import superlicense as sl
from tests.installation import INSTALLATION, SALES, WEB, Clock, open_licensing, person
from tests.licensing.vendor import issued, root

OLD = INSTALLATION
NEW = evolve(OLD, serial_number="1010000030", company="Nordvik Handel AS")
RENAMED = evolve(OLD, company="Nordvik Handel AS")
CLONE = evolve(OLD, serial_number="1010000048")
DATABASE = "6f1f6a54-3c52-4b0e-9b52-0d6f3f0a8a11"
SEAL_KEY = bytes(range(32))
GRACE = timedelta(days=30)
ADMIN = sl.User(id="root", administrator=True, may_log_in=True)


def in_database(installation: sl.Installation) -> sl.Installation:
    """Say which of its databases it is."""
    return evolve(installation, database_id=DATABASE)


def document(installation: sl.Installation, issue: int = 1, **fields: Any) -> bytes:  # noqa: ANN401 - fields of the package
    """Issue a package for *installation*."""
    names = {"serial_number": installation.serial_number, "company": installation.company}
    return issued(issue, **names, **fields)


def succession(new: sl.Installation, old: sl.Installation, issue: int = 1, **fields: Any) -> bytes:  # noqa: ANN401 - as above
    """Issue the package that lets *new* succeed *old*."""
    return document(new, issue, replaces=old.serial_number, **fields)


def open_as(
    store: sl.Store,
    installation: sl.Installation,
    clock: Clock,
    **options: Any,  # noqa: ANN401 - those of the front door
) -> sl.Licensing:
    """Open the store as a service that says *installation* does; the root is pinned."""
    return open_licensing(store, installation, **{"trust": root(), "clock": clock, **options})


def furnish(licensing: sl.Licensing, issue: int = 1) -> sl.Licensing:
    """Put the vendor's package in force; anna holds a plan, bo holds none."""
    package = document(licensing.installation, issue)
    licensing.packages.activate(licensing.packages.preview(package), by="admin")
    licensing.users.sync([person("anna"), person("bo"), ADMIN])
    licensing.seats.assign("anna", SALES, by="admin")
    return licensing


def enters(licensing: sl.Licensing) -> bool:
    """Ask whether anna may log in."""
    return licensing.gate.login("anna", WEB).allowed


def warned(licensing: sl.Licensing) -> list[str]:
    """Give the warnings of anna's login."""
    return [str(warning.code) for warning in licensing.gate.login("anna", WEB).warnings]
