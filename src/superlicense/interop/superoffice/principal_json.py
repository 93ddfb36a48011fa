"""The vendor's principal in JSON: one user with what the installation grants them.

Rule 1: a principal describes one user only, so it answers for that user, without
a store. Every user license in it is held; system licenses are the package's.

Rule 2: it names neither company nor serial number. The installation is made up
to match, because the sender of the principal has checked that already.

Source: domain section 16, GrantedModuleLicense and Principal; its field names
are not those of the package.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from attrs import evolve, field, frozen

from superlicense.errors import InvalidValueError
from superlicense.interop.superoffice import words
from superlicense.interop.superoffice.granted_licenses import PRINCIPAL, SOME_SERIAL, packages_of, placed
from superlicense.interop.superoffice.json_fields import PrincipalFields, read_fields, read_list
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.policy import Policy
from superlicense.model.row import Row, Table, assignment_key
from superlicense.model.seat import Assignment
from superlicense.model.site import Installation
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.gate import features, grants
from superlicense.rules.gate.login import login
from superlicense.rules.world_update import build_world, empty_world
from superlicense.time_zones import time_zone as find_time_zone

__all__ = ["Principal", "read_granted_licenses_json", "read_principal_json"]

# Before every date that a license can have.
_EVER: Final = datetime.min.replace(tzinfo=UTC)


@frozen(kw_only=True)
class Principal:
    """One user with the licenses that they hold.

    Attributes:
        user: The user; a principal has logged in, so ``may_log_in`` is set.
        packages: The licenses, one package for each owner.
    """

    user: User
    packages: tuple[LicensePackage, ...]
    _world: World = field(repr=False, eq=False)

    def login(self, client: Client, *, at: datetime, open_sessions: int | None = None) -> Decision:
        """Decide as `Gate.login` does."""
        return login(self._world, self.user, client, at, open_sessions=open_sessions)

    def feature(self, feature: str, access: Access = Access.VIEW, *, at: datetime) -> Decision:
        """Decide as `Gate.feature` does."""
        try:
            name = LicenseName.parse(feature)
        except InvalidValueError:
            return features.unknown_feature(self._world, feature, access)
        return features.feature(self._world, self.user, name, access, at)

    def holds(self, license: LicenseName | str, *, at: datetime | None = None) -> bool:
        """Return whether the user is granted the user license *license*; with *at* `None` whatever the dates.

        Raises:
            InvalidValueError: it is not a license name.
        """
        return LicenseName.parse(license) in grants.user_grants(self._world, self.user, at or _EVER)

    def has_system(self, license: LicenseName | str, *, at: datetime | None = None) -> bool:
        """Return whether the installation is granted the system license *license*; *at* as for `holds`.

        Raises:
            InvalidValueError: it is not a license name.
        """
        return grants.has_system(self._world, LicenseName.parse(license), at or _EVER)


def read_principal_json(data: bytes, *, time_zone: str | tzinfo = "UTC", policy: Policy | None = None) -> Principal:
    """Read the answer of ``currentPrincipal``.

    Args:
        data: A JSON object with ``Licenses``, at most 2 MiB.
        time_zone: Zone of its days, by name or as an object.
        policy: The host's choices; the defaults if `None`.

    Raises:
        MalformedPrincipalError: no such object; with the path of the field.
        InvalidValueError: *data* is not bytes.
        UnknownTimeZoneError: the zone is unknown.
    """
    zone = find_time_zone(time_zone) if isinstance(time_zone, str) else time_zone
    fields = read_fields(data)
    user = _user(fields)
    packages = packages_of(fields.objects("Licenses"), zone)
    return Principal(user=user, packages=packages, world=_world(user, packages, policy or Policy()))


def read_granted_licenses_json(
    data: bytes, *, user: User, time_zone: str | tzinfo = "UTC", policy: Policy | None = None
) -> Principal:
    """Read a list of GrantedModuleLicense: the ``Licenses`` of a principal without the principal.

    Args:
        data: A JSON list, at most 2 MiB.
        user: Who holds the licenses, which the list does not say.
        time_zone: Zone of its days, by name or as an object.
        policy: The host's choices; the defaults if `None`.

    Raises:
        MalformedPrincipalError: no such list; with the path of the field.
        InvalidValueError: *data* is not bytes.
        UnknownTimeZoneError: the zone is unknown.
    """
    zone = find_time_zone(time_zone) if isinstance(time_zone, str) else time_zone
    packages = packages_of(read_list(data), zone)
    return Principal(user=user, packages=packages, world=_world(user, packages, policy or Policy()))


def _user(fields: PrincipalFields) -> User:
    word = fields.word("UserType")
    name = fields.text("Associate")
    number = fields.take("AssociateId", int)
    if not name and number is None:
        fields.refuse("Associate", "is missing, and so is AssociateId")
    with placed(fields, "UserType", {"id": "Associate", "name": "Associate"}):
        kind = words.user_type_of(word) if word else UserType.INTERNAL
        return User(id=name or str(number), type=kind, may_log_in=True)


def _world(user: User, packages: tuple[LicensePackage, ...], policy: Policy) -> World:
    rows: list[Row[Any]] = []

    def start(table: Table, key: str, noun: Any) -> None:  # noqa: ANN401 - one of the nouns of a row
        row = Row(table=table, key=key, noun=noun, start=_EVER, started_by=PRINCIPAL, sequence=len(rows) + 1)
        rows.append(row)

    start(Table.USERS, user.id, user)
    for package in packages:
        installed = InstalledPackage(
            package=package, digest=PRINCIPAL, installed_at=_EVER, installed_by=PRINCIPAL, unsigned=True
        )
        start(Table.PACKAGES, package.owner_key, installed)
        for licensed in package.licenses:
            if licensed.scope is not LicenseScope.SYSTEM:
                holder = user.id if licensed.scope is LicenseScope.USER else user.site
                held = Assignment(license=licensed.name, holder=holder, start=_EVER, assigned_by=PRINCIPAL)
                start(Table.ASSIGNMENTS, assignment_key(licensed.name, holder), held)
    installation = Installation(serial_number=SOME_SERIAL, company=PRINCIPAL)
    # Nothing is stored here: the host has decided to trust the payload.
    return build_world(empty_world(installation, evolve(policy, accept_unsigned=True)), rows, ())
