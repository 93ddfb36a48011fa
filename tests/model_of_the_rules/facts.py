"""The facts that the model reasons about: plain dictionaries of the public nouns, nothing derived.

This package is a second, slow evaluator of the rules of licensing. It was written from the contract
of the product and the dossier of the field alone, and shares no code with the rules of the library.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import superlicense as sl

SUPEROFFICE = "superoffice"
VALID, WARNING, GRACE, STOPPED = "valid", "warning", "grace", "stopped"

Reason = tuple[str, str]
"""A reason's code, and what it is about: a license, an owner, or nothing."""


@dataclass(frozen=True)
class Signed:
    """Which document a package in force was read from."""

    digest: str
    keys: frozenset[str]
    threshold: int


@dataclass
class Facts:
    """One installation at one instant.

    Attributes:
        held: Licenses that each user or site was assigned directly.
        signed: The document of each package that was not adopted unsigned.
        revoked: Key ids and digests that are revoked, and since when.
        newest: Newest package ever in force, by owner and whether it was unsigned.
        newest_signed: The document of the newest signed one.
    """

    installation: sl.Installation
    policy: sl.Policy = field(default_factory=sl.Policy)
    packages: dict[str, sl.LicensePackage] = field(default_factory=dict)
    signed: dict[str, Signed] = field(default_factory=dict)
    waiting: dict[str, sl.LicensePackage] = field(default_factory=dict)
    newest: dict[tuple[str, bool], sl.LicensePackage] = field(default_factory=dict)
    newest_signed: dict[str, Signed] = field(default_factory=dict)
    revoked: dict[str, datetime] = field(default_factory=dict)
    users: dict[str, sl.User] = field(default_factory=dict)
    sites: dict[str, sl.Site] = field(default_factory=dict)
    held: dict[str, tuple[str, ...]] = field(default_factory=dict)
    events: dict[tuple[str, str, str | None], sl.SystemEvent] = field(default_factory=dict)

    def copy(self) -> Facts:
        """Return facts that can be changed without changing these."""
        return Facts(
            installation=self.installation,
            policy=self.policy,
            packages=dict(self.packages),
            signed=dict(self.signed),
            waiting=dict(self.waiting),
            newest=dict(self.newest),
            newest_signed=dict(self.newest_signed),
            revoked=dict(self.revoked),
            users=dict(self.users),
            sites=dict(self.sites),
            held=dict(self.held),
            events=dict(self.events),
        )

    def row(self, name: str) -> sl.ModuleLicense | None:
        """Return the row of the license *name* in the package of its owner, whatever its phase."""
        package = self.packages.get(name.partition(".")[0])
        if package is None:
            return None
        return next((row for row in package.licenses if str(row.name) == name), None)

    def rows(self) -> Iterator[sl.ModuleLicense]:
        """Yield every row of every package in force."""
        for package in self.packages.values():
            yield from package.licenses


def _read(company: str) -> str:
    """Return *company* as people read it (design 8, "Identity")."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", company).casefold())


def addressee_faults(facts: Facts, package: sl.LicensePackage) -> set[Reason]:
    """Return what shows that *package* was issued to somebody else (design 6, "Blocking facts")."""
    ours, owner = facts.installation, package.owner.lower()
    found = set()
    if _read(package.company) != _read(ours.company):
        found.add(("other_company", owner))
    if package.serial_number != ours.serial_number:
        found.add(("other_serial_number", owner))
    if package.database_id is not None and package.database_id != ours.database_id:
        found.add(("other_database", owner))
    return found


def revocation(facts: Facts, owner: str, at: datetime) -> dict[Reason, datetime]:
    """Return what of the document of *owner* is revoked at *at*, and since when.

    Design 6: a package signed by several keys is revoked when those that are not revoked no longer
    reach its owner's threshold.
    """
    document = facts.signed.get(owner)
    if document is None:
        return {}
    since = {name: start for name, start in facts.revoked.items() if start <= at}
    found: dict[Reason, datetime] = {}
    if document.digest in since:
        found["package_revoked", owner] = since[document.digest]
    bad = document.keys & set(since)
    if bad and len(document.keys - bad) < document.threshold:
        found |= {("key_revoked", owner): max(since[key] for key in bad)}
    return found


def phase(facts: Facts, owner: str, at: datetime) -> str:
    """Return the phase of the package in force of *owner*: of its dates or its revocation, the worse."""
    dates = facts.packages[owner].validity
    stops_at = dates.expires_at if dates.grace_until is None else dates.grace_until
    if stops_at is not None and at >= stops_at:
        return STOPPED
    revoked = revocation(facts, owner, at)
    if any(at >= since + facts.policy.revocation_grace for since in revoked.values()):
        return STOPPED
    if revoked or (dates.expires_at is not None and at >= dates.expires_at):
        return GRACE
    if dates.warns_at is not None and at >= dates.warns_at:
        return WARNING
    return VALID


def boundaries(facts: Facts, after: datetime) -> list[datetime]:
    """Return every instant after *after* at which some phase may change, in order."""
    found: set[datetime | None] = set()
    for package in facts.packages.values():
        dates = package.validity
        found |= {dates.warns_at, dates.expires_at, dates.grace_until}
    for since in facts.revoked.values():
        found |= {since, since + facts.policy.revocation_grace}
    return sorted(instant for instant in found if instant is not None and instant > after)


def rule_set(facts: Facts) -> str | None:
    """Return the license model that the login rules follow (design 6, "Rule set")."""
    if facts.policy.rule_set is not None:
        return str(facts.policy.rule_set)
    package = facts.packages.get(SUPEROFFICE)
    if package is None:
        return None
    modules = {str(row.name).partition(".")[2]: row for row in package.licenses}
    if set(modules) & {"suite", "suite1", "suite2", "suite3", "suite4", "suite5", "suite-user"}:
        return "suite"
    other_plans = [
        module for module, row in modules.items() if row.kind == "plan" and not module.startswith("superlicense-")
    ]
    return "module_based" if other_plans or {"t1", "t2"} & set(modules) else "legacy"
