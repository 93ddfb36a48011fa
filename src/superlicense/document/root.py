"""The trust root: who may sign what, and what is revoked.

Rule 1: the first root is pinned by the host, and every next one is signed by
the root keys of both itself and the one before it.

Rule 2: a key has one role. The root's keys sign roots; an owner's keys sign the
packages of that owner, for the modules in its scope.

Source: documents.md, "Root" and "Root import".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from superlicense.document import envelope
from superlicense.document.fields import Fields, instant_text
from superlicense.document.keys import PublicKey, SigningKey
from superlicense.document.strict_json import decode_canonical, encode
from superlicense.errors import (
    InvalidValueError,
    MalformedKeyError,
    MalformedRootError,
    RootThresholdError,
    RootVersionError,
    UntrustedKeyError,
    WeakKeyError,
)
from superlicense.model import _checks
from superlicense.model.license import LicenseName

__all__ = ["PAYLOAD_TYPE", "Owner", "Root", "RootDraft", "open_next", "open_pinned", "read", "verify_by"]

PAYLOAD_TYPE: Final = "application/vnd.superlicense.root.v1+json"

_VERSION: Final = 1
_HEX64: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_EVERYTHING: Final = "*"


def _keys(value: Iterable[PublicKey]) -> tuple[PublicKey, ...]:
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

    keys: tuple[PublicKey, ...] = field(converter=_keys)
    threshold: int = 1
    modules: tuple[str, ...] = field(default=(_EVERYTHING,), converter=_checks.strings)

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


@frozen(kw_only=True)
class RootDraft:
    """A root that is about to be signed; fields as of `Root`.

    Attributes:
        owners: By name as it is to be spelled.
    """

    version: int
    issued_at: datetime = field(converter=_checks.utc_required, validator=_checks.aware)
    expires_at: datetime = field(converter=_checks.utc_required, validator=_checks.aware)
    root_keys: tuple[PublicKey, ...] = field(converter=_keys)
    root_threshold: int = 1
    owners: Mapping[str, Owner]
    revoked_keys: tuple[str, ...] = field(default=(), converter=_checks.strings)
    revoked_packages: tuple[str, ...] = field(default=(), converter=_checks.strings)

    def sign(self, signers: Sequence[SigningKey]) -> bytes:
        """Sign the root: the same draft and keys give the same bytes.

        The signers are root keys of this root; from version 2 on also of the
        one before, so that both thresholds are reached.

        Raises:
            MalformedRootError: `read` would refuse it.
            InvalidValueError: no signers, or one of them twice.
        """
        payload = self._payload()
        read(payload)
        return envelope.sign(payload, payload_type=PAYLOAD_TYPE, signers=signers)

    def _payload(self) -> bytes:
        keys = [*self.root_keys, *(key for owner in self.owners.values() for key in owner.keys)]
        if len({key.key_id for key in keys}) != len(keys):
            raise MalformedRootError("keys", "a key has more than one role or owner")
        return encode(
            {
                "_type": "root",
                "v": _VERSION,
                "version": self.version,
                "issued_at": instant_text("issued_at", self.issued_at, MalformedRootError),
                "expires_at": instant_text("expires_at", self.expires_at, MalformedRootError),
                "keys": {key.key_id: {"alg": "ed25519", "public": key.raw.hex()} for key in keys},
                "root": {"keyids": sorted(key.key_id for key in self.root_keys), "threshold": self.root_threshold},
                "owners": {
                    name: {
                        "keyids": sorted(key.key_id for key in owner.keys),
                        "threshold": owner.threshold,
                        "modules": sorted(owner.modules),
                    }
                    for name, owner in self.owners.items()
                },
                "revoked": {"keyids": sorted(self.revoked_keys), "packages": sorted(self.revoked_packages)},
            }
        )


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
    fields.expect("v", _VERSION)
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


def open_pinned(document: bytes) -> Root:
    """Verify the root that the host has pinned: its own keys have to have signed it.

    Raises:
        SuperlicenseError: as `open_next`, the version apart.
    """
    root = read(envelope.unverified_payload(document, payload_type=PAYLOAD_TYPE))
    verify_by(document, root)
    return root


def open_next(document: bytes, current: Root) -> Root:
    """Verify the root that follows *current*.

    Raises:
        DocumentTooLargeError: more than 512 KiB.
        MalformedJsonError: no strict JSON.
        MalformedEnvelopeError: no envelope.
        WrongPayloadTypeError: no root document.
        RootThresholdError: too few root keys of *current*, or of the new root,
            have signed it.
        NotCanonicalError: other bytes than the writer's.
        MalformedRootError: not what a root says.
        WeakKeyError: a key with which anybody can forge.
        RootVersionError: not the version after *current*.
    """
    root = read(verify_by(document, current))
    if root.version != current.version + 1:
        raise RootVersionError(root.version, current.version + 1)
    verify_by(document, root)
    return root


def verify_by(document: bytes, root: Root) -> bytes:
    """Verify that the root keys of *root* have signed *document*, and give its payload.

    Raises:
        RootThresholdError: too few of them have.
    """
    try:
        return envelope.verify(document, payload_type=PAYLOAD_TYPE, keys=root.root_keys, threshold=root.root_threshold)
    except UntrustedKeyError as error:
        raise RootThresholdError(root.version, error.found, error.needed) from error
