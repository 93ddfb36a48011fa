"""The vendor's principal in JSON: one user with what the installation grants them.

Rule 1: a principal tells of one user only, so it answers for that one, without
a store. Every user license in it is held; system licenses are the package's.

Rule 2: it names neither company nor serial number. The installation is made up
to match, because whoever sent the principal has checked that already.

Source: domain section 16, GrantedModuleLicense and Principal; its field names
are not those of the package.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, NoReturn

from attrs import field, frozen

from superlicense.errors import InvalidValueError, MalformedPrincipalError
from superlicense.interop.superoffice import dates, words
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.fact import Row, Table, assignment_key
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import InstalledPackage, LicensePackage, Validity
from superlicense.model.policy import Policy
from superlicense.model.seat import Assignment
from superlicense.model.site import Installation
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules import features, grants
from superlicense.rules.login import login
from superlicense.rules.replay import empty, load
from superlicense.time_zones import time_zone as find_time_zone

__all__ = ["Principal", "read_principal_json"]

_LARGEST_BYTES: Final = 2 * 1024 * 1024
_MOST_DIGITS: Final = 28
# The demo serial number of the vendor's documentation; it stands for the one that is not told.
_SOME_SERIAL: Final = "1010000006"
_SOMEBODY: Final = "principal"
# Before every date that a license can have.
_EVER: Final = datetime.min.replace(tzinfo=UTC)


@frozen(kw_only=True)
class Principal:
    """One user and what they hold.

    Attributes:
        user: The user; a principal has logged in, so ``may_log_in`` is set.
        packages: What the licenses say, one package an owner.
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
        """Say whether the user is granted the user license *license*; with *at* `None` whatever the dates.

        Raises:
            InvalidValueError: it is no license name.
        """
        return LicenseName.parse(license) in grants.user_grants(self._world, self.user, at or _EVER)

    def has_system(self, license: LicenseName | str, *, at: datetime | None = None) -> bool:
        """Say whether the installation is granted the system license *license*; *at* as for `holds`.

        Raises:
            InvalidValueError: it is no license name.
        """
        return grants.has_system(self._world, LicenseName.parse(license), at or _EVER)


def read_principal_json(data: bytes, *, time_zone: str | tzinfo = "UTC", policy: Policy | None = None) -> Principal:
    """Read the answer of ``currentPrincipal``.

    Args:
        data: A JSON object with ``Licenses``, at most 2 MiB.
        time_zone: Zone in which its days are reckoned, by name or as an object.
        policy: The host's choices; the defaults if `None`.

    Raises:
        MalformedPrincipalError: no such object; with the path of the field.
        UnknownTimeZoneError: nobody knows the zone.
    """
    zone = find_time_zone(time_zone) if isinstance(time_zone, str) else time_zone
    fields = _Object(_decode(data), "")
    user = _user(fields)
    listed = fields.take("Licenses", list)
    if listed is None:
        fields.refuse("Licenses", "is missing")
    rows: dict[str, list[ModuleLicense]] = {}
    described: dict[str, _Object] = {}
    for place, value in enumerate(listed):
        one = _Object(value, f"Licenses[{place}]")
        owner = one.required("OwnerName")
        described.setdefault(owner.lower(), one)
        rows.setdefault(owner.lower(), []).append(_license(one, owner))
    packages = tuple(_package(described[owner], licenses, zone) for owner, licenses in rows.items())
    return Principal(user=user, packages=packages, world=_world(user, packages, policy or Policy()))


def _decode(data: bytes) -> object:
    if len(data) > _LARGEST_BYTES:
        raise MalformedPrincipalError("", f"has more than {_LARGEST_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedPrincipalError("", "is no UTF-8") from error
    try:
        return json.loads(
            text, object_pairs_hook=_unique, parse_int=_bounded, parse_float=str, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        raise MalformedPrincipalError("", f"is no JSON: {error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise MalformedPrincipalError("", "nests too deep") from error


def _unique(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name, value in pairs:
        if name in fields:
            raise MalformedPrincipalError(name, "is there twice")
        fields[name] = value
    return fields


def _bounded(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise MalformedPrincipalError("", f"a number has more than {_MOST_DIGITS} digits")
    return int(text)


def _no_constant(text: str) -> NoReturn:
    raise MalformedPrincipalError("", f"{text} is no JSON")


class _Object:
    """An object whose fields are taken by name, in any case."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise MalformedPrincipalError(path, "must be an object")
        self._fields = {str(name).lower(): one for name, one in value.items()}
        self.path = path

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Refuse the principal because of one field."""
        raise MalformedPrincipalError(f"{self.path}.{name}" if self.path else name, problem)

    def take(self, name: str, kind: type[Any]) -> Any:  # noqa: ANN401 - of the kind asked for, or None
        """Take a field of one JSON kind; `None` where it is left out or null."""
        value = self._fields.get(name.lower())
        if value is not None and type(value) is not kind:
            self.refuse(name, f"must be of JSON's kind for {kind.__name__}")
        return value

    def text(self, name: str) -> str:
        """Take a text, empty where it is left out."""
        return str(self.take(name, str) or "")

    def required(self, name: str) -> str:
        """Take a text that must be there."""
        text = self.text(name)
        if not text:
            self.refuse(name, "is missing")
        return text

    def word(self, name: str) -> str:
        """Take a word that the vendor writes as its name or its number."""
        value = self._fields.get(name.lower())
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.refuse(name, "must be a name or a number")
        return str(value)


def _user(fields: _Object) -> User:
    try:
        kind = words.user_type_of(fields.word("UserType")) if fields.take("UserType", str) else UserType.INTERNAL
    except words.WordError as error:
        raise MalformedPrincipalError("UserType", str(error)) from error
    name = fields.text("Associate")
    number = fields.take("AssociateId", int)
    if not name and number is None:
        fields.refuse("Associate", "is missing, and so is AssociateId")
    try:
        return User(id=name or str(number), type=kind, may_log_in=True)
    except InvalidValueError as error:
        raise MalformedPrincipalError("Associate", error.problem) from error


def _license(one: _Object, owner: str) -> ModuleLicense:
    try:
        scope = words.scope_of(one.word("LicenseType"))
        flags = one.take("ExtraFlags", int) or 0
        extra_info = one.text("ExtraInfo")
        plan = flags == 1 and scope is LicenseScope.USER
        quantity = one.take("LicenseNumber", int)
        return ModuleLicense(
            name=LicenseName(owner, one.required("Name")),
            scope=scope,
            # Bought total; nobody counts seats here, so one stands for none given.
            quantity=quantity or 1,
            unrestricted=bool(one.take("IsUnrestricted", bool)),
            hidden=bool(one.take("IsHidden", bool)),
            description=one.text("Description"),
            version=one.text("Version"),
            extra_info=extra_info,
            sort_order=one.take("SortOrder", int) or 0,
            kind=LicenseKind.PLAN if plan else LicenseKind.MODULE,
            grants=words.grants_of(extra_info) if plan else (),
        )
    except words.WordError as error:
        raise MalformedPrincipalError(one.path, str(error)) from error
    except InvalidValueError as error:
        raise MalformedPrincipalError(f"{one.path}.{error.path}", error.problem) from error


def _package(one: _Object, licenses: list[ModuleLicense], zone: tzinfo) -> LicensePackage:
    """Make the package of an owner; the owner's expiry is copied to each of its licenses."""
    expiry = one.text("ExpiryDate")
    try:
        expires_at = dates.ends(expiry, zone) if expiry else None
        return LicensePackage(
            owner=one.required("OwnerName"),
            company=_SOMEBODY,
            serial_number=_SOME_SERIAL,
            owner_description=one.text("OwnerDescription"),
            validity=Validity(expires_at=expires_at),
            licenses=licenses,
        )
    except words.WordError as error:
        raise MalformedPrincipalError(f"{one.path}.ExpiryDate", str(error)) from error
    except InvalidValueError as error:
        raise MalformedPrincipalError(f"Licenses.{error.path}", error.problem) from error


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
    return load(empty(installation, policy), rows, ())
