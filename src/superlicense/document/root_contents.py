"""What a root says: its nouns, and how they are read from a payload.

Rule 1: a key has one role. The root's keys sign roots; an owner's keys sign the
packages of that owner, for the modules in its scope.

Source: documents.md, "Root".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from superlicense.document.fields import Fields
from superlicense.document.keys import PublicKey
from superlicense.document.strict_json import decode_canonical
from superlicense.errors import InvalidValueError, MalformedKeyError, MalformedRootError, WeakKeyError
from superlicense.model import fields
from superlicense.model.license import LicenseName

__all__ = ["VERSION", "Owner", "Root", "public_keys", "read"]

VERSION: Final = 1
_HEX64: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_EVERYTHING: Final = "*"


def public_keys(value: Iterable[PublicKey]) -> tuple[PublicKey, ...]:
    """Freeze a sequence of keys."""
    return tuple(value)


@frozen(kw_only=True)
class Owner:
    """Who may sign the packages of one owner.

    Attributes:
        keys: The owner's keys.
        threshold: How many of them have to sign, 1 or more.
        modules: What they may license: ``"*"``, exact module names, or
            ``"prefix-*"``.
    """

    keys: tuple[PublicKey, ...] = field(converter=public_keys)
    threshold: int = 1
    modules: tuple[str, ...] = field(default=(_EVERYTHING,), converter=fields.strings)

    def covers(self, module: str) -> bool:
        """Say whether *module* (lower case) is in the scope."""
        return any(
            scope in (_EVERYTHING, module) or (scope.endswith("-*") and module.startswith(scope[:-1]))
            for scope in self.modules
        )


@frozen(kw_only=True)
class Root:
    """A trust root as read.

    Attributes:
        version: 1 or more, each next one higher by one.
        issued_at: When it was issued.
        expires_at: From here on no package is imported under it.
        root_keys: Keys that sign roots.
        root_threshold: How many of them have to.
        owners: By name in lower case.
        revoked_keys: Ids of keys that count no longer.
        revoked_packages: Digests of packages that count no longer.
    """

    version: int
    issued_at: datetime
    expires_at: datetime
    root_keys: tuple[PublicKey, ...]
    root_threshold: int
    owners: Mapping[str, Owner]
    revoked_keys: tuple[str, ...]
    revoked_packages: tuple[str, ...]

    @property
    def owner_keys(self) -> tuple[PublicKey, ...]:
        """Every key that may sign a package of anybody."""
        return tuple(key for owner in self.owners.values() for key in owner.keys)


def read(payload: bytes) -> Root:
    """Read the payload of a root, strictly; its signatures are not looked at here.

    Raises:
        MalformedJsonError: no strict JSON.
        NotCanonicalError: other bytes than the writer's.
        MalformedRootError: a field that is missing, unknown or out of range, a
            key id that is not its key's, or a key with two roles.
        WeakKeyError: a key with which anybody can forge.
    """
    fields = Fields(decode_canonical(payload), "", MalformedRootError)
    fields.expect("_type", "root")
    fields.expect("v", VERSION)
    version = fields.integer("version")
    if version < 1:
        fields.refuse("version", "must be at least 1")
    issued_at, expires_at = fields.instant("issued_at"), fields.instant("expires_at")
    if expires_at <= issued_at:
        fields.refuse("expires_at", "must lie after issued_at")
    unused = _read_keys(fields)
    role = fields.within("root")
    root_keys, root_threshold = _read_role(role, unused)
    role.end()
    owners = _read_owners(fields, unused)
    if unused:
        fields.refuse("keys", "a key has no role")
    revoked = fields.within("revoked")
    revoked_keys, revoked_packages = _read_digests(revoked, "keyids"), _read_digests(revoked, "packages")
    revoked.end()
    fields.end()
    return Root(
        version=version,
        issued_at=issued_at,
        expires_at=expires_at,
        root_keys=root_keys,
        root_threshold=root_threshold,
        owners=MappingProxyType(owners),
        revoked_keys=revoked_keys,
        revoked_packages=revoked_packages,
    )


def _read_keys(fields: Fields) -> dict[str, PublicKey]:
    """Read all keys; each is taken out of the result by the one role it has."""
    keys: dict[str, PublicKey] = {}
    for key_id, value in fields.entries("keys").items():
        path = f"keys.{key_id[:64]}"
        one = Fields(value, path, MalformedRootError)
        one.expect("alg", "ed25519")
        public = one.text("public")
        one.end()
        if not _HEX64.fullmatch(public):
            raise MalformedRootError(f"{path}.public", "must be 64 lower-case hex digits")
        try:
            key = PublicKey.from_bytes(bytes.fromhex(public))
        except WeakKeyError as error:
            raise WeakKeyError(error.problem, f"{path}.public") from error
        except MalformedKeyError as error:  # pragma: no cover - 64 hex digits are always 32 bytes
            raise MalformedRootError(f"{path}.public", error.problem) from error
        if key.key_id != key_id:
            raise MalformedRootError(path, "is not the id of its key")
        keys[key_id] = key
    return keys


def _read_role(fields: Fields, unused: dict[str, PublicKey]) -> tuple[tuple[PublicKey, ...], int]:
    keys = []
    for key_id in fields.texts("keyids"):
        if key_id not in unused:
            fields.refuse("keyids", "names a key that is unknown, named before, or has another role")
        keys.append(unused.pop(key_id))
    threshold = fields.integer("threshold")
    if not 1 <= threshold <= len(keys):
        fields.refuse("threshold", f"must be 1 to {len(keys)}, the number of keys")
    return tuple(keys), threshold


def _read_owners(fields: Fields, unused: dict[str, PublicKey]) -> dict[str, Owner]:
    owners: dict[str, Owner] = {}
    for name, value in fields.entries("owners").items():
        path = f"owners.{name[:64]}"
        one = Fields(value, path, MalformedRootError)
        try:
            owner = LicenseName(name, "any").owner
        except InvalidValueError as error:
            raise MalformedRootError(path, error.problem) from error
        if owner in owners:
            raise MalformedRootError(path, "is there twice, spelled in two ways")
        keys, threshold = _read_role(one, unused)
        modules = one.texts("modules")
        one.end()
        for scope in modules:
            _check_scope(f"{path}.modules", scope)
        owners[owner] = Owner(keys=keys, threshold=threshold, modules=modules)
    return owners


def _check_scope(path: str, scope: str) -> None:
    if scope == _EVERYTHING:
        return
    stem = scope.removesuffix("-*")
    try:
        known = LicenseName("any", stem).module
    except InvalidValueError as error:
        raise MalformedRootError(path, error.problem) from error
    if known != stem:
        raise MalformedRootError(path, "must be in lower case")


def _read_digests(fields: Fields, name: str) -> tuple[str, ...]:
    texts = fields.texts(name)
    if not all(_HEX64.fullmatch(text) for text in texts):
        fields.refuse(name, "must be a list of 64 lower-case hex digits each")
    return texts
