"""The vendor's principal in JSON: one user with what the installation grants them.

Rule 1: a principal describes one user only, so it answers for that user, without
a store. Every user license in it is held; system licenses are the package's.

Rule 2: it names neither company nor serial number. The installation is made up
to match, because the sender of the principal has checked that already.

Source: domain section 16, GrantedModuleLicense and Principal; its field names
are not those of the package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve, field, frozen

from superlicense.errors import InvalidValueError
from superlicense.interop.superoffice import dates, words
from superlicense.interop.superoffice.json_fields import PrincipalFields, read_fields
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import InstalledPackage, LicensePackage, Validity
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

__all__ = ["Principal", "read_principal_json"]

# The demo serial number of the vendor's documentation; it stands for the one that is not given.
_SOME_SERIAL: Final = "1010000006"
_SOMEBODY: Final = "principal"
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
        UnknownTimeZoneError: the zone is unknown.
    """
    zone = find_time_zone(time_zone) if isinstance(time_zone, str) else time_zone
    fields = read_fields(data)
    user = _user(fields)
    by_owner: dict[str, list[tuple[PrincipalFields, ModuleLicense]]] = {}
    seen: set[LicenseName] = set()
    for one in fields.objects("Licenses"):
        licensed = _license(one)
        if licensed.name in seen:
            one.refuse("Name", f"{licensed.name} is a duplicate")
        seen.add(licensed.name)
        by_owner.setdefault(licensed.name.owner, []).append((one, licensed))
    packages = tuple(_package(rows, zone) for rows in by_owner.values())
    return Principal(user=user, packages=packages, world=_world(user, packages, policy or Policy()))


def _user(fields: PrincipalFields) -> User:
    word = fields.word("UserType")
    name = fields.text("Associate")
    number = fields.take("AssociateId", int)
    if not name and number is None:
        fields.refuse("Associate", "is missing, and so is AssociateId")
    with _placed(fields, "UserType", {"id": "Associate", "name": "Associate"}):
        kind = words.user_type_of(word) if word else UserType.INTERNAL
        return User(id=name or str(number), type=kind, may_log_in=True)


def _license(one: PrincipalFields) -> ModuleLicense:
    owner, module = one.required("OwnerName"), one.required("Name")
    word = one.word("LicenseType")
    if not word:
        one.refuse("LicenseType", "is missing")
    with _placed(one, "LicenseType", _ELEMENTS):
        name = LicenseName(owner, module)
        scope = words.scope_of(word)
    extra_info = one.text("ExtraInfo")
    kind = words.kind_of(one.take("ExtraFlags", int) or 0, scope)
    with _placed(one, "ExtraInfo", _ELEMENTS):
        return ModuleLicense(
            name=name,
            scope=scope,
            # Bought total; seats are not counted here, so one stands for none given.
            quantity=one.take("LicenseNumber", int) or 1,
            unrestricted=bool(one.take("IsUnrestricted", bool)),
            hidden=bool(one.take("IsHidden", bool)),
            description=one.text("Description"),
            version=one.text("Version"),
            extra_info=extra_info,
            sort_order=one.take("SortOrder", int) or 0,
            kind=kind,
            grants=words.grants_of(extra_info, owner=owner) if kind is LicenseKind.PLAN else (),
        )


def _package(rows: list[tuple[PrincipalFields, ModuleLicense]], zone: tzinfo) -> LicensePackage:
    """Make the package of an owner from its *rows*, at least one.

    The vendor copies the owner's expiry to each license. Should they differ, the
    earliest counts; those that have none say nothing.
    """
    expiries = []
    for one, _ in rows:
        with _placed(one, "ExpiryDate", {}):
            text = one.text("ExpiryDate").strip()
            expiries.append(dates.ends(text, zone) if text else None)
    described = next((one for one, _ in rows if one.text("OwnerDescription")), rows[0][0])
    with _placed(described, "", {"owner_description": "OwnerDescription"}):
        return LicensePackage(
            owner=described.required("OwnerName"),
            company=_SOMEBODY,
            serial_number=_SOME_SERIAL,
            owner_description=described.text("OwnerDescription"),
            validity=Validity(expires_at=min((one for one in expiries if one is not None), default=None)),
            licenses=[licensed for _, licensed in rows],
        )


@contextmanager
def _placed(fields: PrincipalFields, word: str, names: Mapping[str, str]) -> Iterator[None]:
    """Add to what the block refuses the path of the field it came from.

    Args:
        fields: The object that is read.
        word: Field that the block reads a word, a date or a set of.
        names: Vendor's fields by those of the noun that the block makes.
    """
    try:
        yield
    except words.WordError as error:
        fields.refuse(word, str(error))
    except InvalidValueError as error:
        fields.refuse(names.get(error.path, error.path), error.problem)


_ELEMENTS: Final = MappingProxyType(
    {
        "owner": "OwnerName",
        "module": "Name",
        "quantity": "LicenseNumber",
        "description": "Description",
        "version": "Version",
        "extra_info": "ExtraInfo",
        "sort_order": "SortOrder",
        "grants": "ExtraInfo",
    }
)


def _world(user: User, packages: tuple[LicensePackage, ...], policy: Policy) -> World:
    rows: list[Row[Any]] = []

    def start(table: Table, key: str, noun: Any) -> None:  # noqa: ANN401 - one of the nouns of a row
        row = Row(table=table, key=key, noun=noun, start=_EVER, started_by=_SOMEBODY, sequence=len(rows) + 1)
        rows.append(row)

    start(Table.USERS, user.id, user)
    for package in packages:
        installed = InstalledPackage(
            package=package, digest=_SOMEBODY, installed_at=_EVER, installed_by=_SOMEBODY, unsigned=True
        )
        start(Table.PACKAGES, package.owner_key, installed)
        for licensed in package.licenses:
            if licensed.scope is not LicenseScope.SYSTEM:
                holder = user.id if licensed.scope is LicenseScope.USER else user.site
                held = Assignment(license=licensed.name, holder=holder, start=_EVER, assigned_by=_SOMEBODY)
                start(Table.ASSIGNMENTS, assignment_key(licensed.name, holder), held)
    installation = Installation(serial_number=_SOME_SERIAL, company=_SOMEBODY)
    # Nothing is stored here: the payload is what the host has decided to believe.
    return build_world(empty_world(installation, evolve(policy, accept_unsigned=True)), rows, ())
