"""The contents of a root: its nouns, and how they are read from a payload and written to one.

Rule 1: a key has one role. The root's keys sign roots; an owner's keys sign the
packages of that owner, for the modules in its scope.

Source: documents.md, "Root".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from attrs import field, frozen

from superlicense.codec.codecs import each, entries, maybe, parsed
from superlicense.codec.noun_codec import noun_codec
from superlicense.codec.values import DOCUMENT_INSTANT, INTEGER, TEXTS
from superlicense.document.keys import PublicKey
from superlicense.document.payload import read_payload, refusals, write_payload
from superlicense.errors import InvalidValueError, MalformedKeyError, MalformedRootError, WeakKeyError
from superlicense.model import fields
from superlicense.model.license import LicenseName

__all__ = ["Owner", "Root", "public_keys", "read", "write"]

_TYPE: Final = "root"
_ALGORITHM: Final = "ed25519"
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
        """Return whether *module* (lower case) is in the scope."""
        return any(
            scope in (_EVERYTHING, module) or (scope.endswith("-*") and module.startswith(scope[:-1]))
            for scope in self.modules
        )


@frozen(kw_only=True)
class Root:
    """A trust root as read.

    Attributes:
        version: 1 or more, each next one higher by one.
        previous: SHA-256 of the payload of the version before, in hex; `None` for
            version 1.
        issued_at: When it was issued.
        expires_at: From here on no package is imported under it.
        root_keys: Keys that sign roots.
        root_threshold: How many of them have to.
        owners: By name in lower case.
        revoked_keys: Ids of keys that count no longer.
        revoked_packages: Digests of packages that count no longer.
        digest: SHA-256 of its payload, in hex; empty while it is a draft.
    """

    version: int
    previous: str | None
    issued_at: datetime
    expires_at: datetime
    root_keys: tuple[PublicKey, ...]
    root_threshold: int
    owners: Mapping[str, Owner]
    revoked_keys: tuple[str, ...]
    revoked_packages: tuple[str, ...]
    digest: str = ""

    @property
    def owner_keys(self) -> tuple[PublicKey, ...]:
        """Every key that may sign packages of some owner."""
        return tuple(key for owner in self.owners.values() for key in owner.keys)


def write(root: Root) -> bytes:
    """Return the canonical payload of *root*.

    Raises:
        MalformedRootError: a date that the format cannot hold, or a key with two
            roles.
    """
    keys = [*root.root_keys, *root.owner_keys]
    if len({key.key_id for key in keys}) != len(keys):
        raise MalformedRootError("keys", "a key has more than one role or owner")
    with refusals(MalformedRootError):
        fields = _ROOT.encode(
            {
                "version": root.version,
                "previous": root.previous,
                "issued_at": root.issued_at,
                "expires_at": root.expires_at,
                "keys": {key.key_id: {"alg": _ALGORITHM, "public": key.raw.hex()} for key in keys},
                "root": {"keyids": _ids(root.root_keys), "threshold": root.root_threshold},
                "owners": {
                    name: {"keyids": _ids(owner.keys), "threshold": owner.threshold, "modules": sorted(owner.modules)}
                    for name, owner in root.owners.items()
                },
                "revoked": {"keyids": sorted(root.revoked_keys), "packages": sorted(root.revoked_packages)},
            }
        )
    return write_payload(_TYPE, fields)


def _ids(keys: Iterable[PublicKey]) -> list[str]:
    return sorted(key.key_id for key in keys)


def read(payload: bytes) -> Root:
    """Read the payload of a root, strictly, without verifying its signatures.

    Raises:
        MalformedJsonError: it is not strict JSON.
        NotCanonicalError: other bytes than the writer's.
        MalformedRootError: a field that is missing, unknown or out of range, a
            key id that is not its key's, or a key with two roles.
        WeakKeyError: a key with which signatures can be forged.
    """
    found = read_payload(_TYPE, payload, MalformedRootError)
    with refusals(MalformedRootError):
        said = _ROOT.decode(found)
    if said["version"] < 1:
        raise MalformedRootError("version", "must be at least 1")
    if said["version"] == 1 and said["previous"] is not None:
        raise MalformedRootError("previous", "must be null in version 1")
    if said["version"] > 1 and said["previous"] is None:
        raise MalformedRootError("previous", "is required from version 2 on")
    if said["expires_at"] <= said["issued_at"]:
        raise MalformedRootError("expires_at", "must be after issued_at")
    unused = {key_id: _read_key(f"keys.{key_id[:64]}", key_id, one["public"]) for key_id, one in said["keys"].items()}
    root_keys = _take_keys("root", said["root"], unused)
    owners = _read_owners(said["owners"], unused)
    if unused:
        raise MalformedRootError("keys", "a key has no role")
    return Root(
        version=said["version"],
        previous=said["previous"],
        issued_at=said["issued_at"],
        expires_at=said["expires_at"],
        root_keys=root_keys,
        root_threshold=said["root"]["threshold"],
        owners=MappingProxyType(owners),
        revoked_keys=said["revoked"]["keyids"],
        revoked_packages=said["revoked"]["packages"],
        digest=hashlib.sha256(payload).hexdigest(),
    )


def _read_key(path: str, key_id: str, public: str) -> PublicKey:
    try:
        key = PublicKey.from_bytes(bytes.fromhex(public))
    except WeakKeyError as error:
        raise WeakKeyError(error.problem, f"{path}.public") from error
    except MalformedKeyError as error:  # pragma: no cover - 64 hex digits are always 32 bytes
        raise MalformedRootError(f"{path}.public", error.problem) from error
    if key.key_id != key_id:
        raise MalformedRootError(path, "is not the id of its key")
    return key


def _take_keys(path: str, role: Mapping[str, Any], unused: dict[str, PublicKey]) -> tuple[PublicKey, ...]:
    """Remove the keys of a role from *unused*, because a key has only one role."""
    keys = []
    for key_id in role["keyids"]:
        if key_id not in unused:
            raise MalformedRootError(f"{path}.keyids", "names a key that is unknown, duplicate, or has another role")
        keys.append(unused.pop(key_id))
    if not 1 <= role["threshold"] <= len(keys):
        raise MalformedRootError(f"{path}.threshold", f"must be 1 to {len(keys)}, the number of keys")
    return tuple(keys)


def _read_owners(said: Mapping[str, Any], unused: dict[str, PublicKey]) -> dict[str, Owner]:
    owners: dict[str, Owner] = {}
    for name, role in said.items():
        path = f"owners.{name[:64]}"
        try:
            owner = LicenseName(name, "any").owner
        except InvalidValueError as error:
            raise MalformedRootError(path, error.problem) from error
        if owner in owners:
            raise MalformedRootError(path, "is a duplicate, spelled in another case")
        keys = _take_keys(path, role, unused)
        owners[owner] = Owner(keys=keys, threshold=role["threshold"], modules=role["modules"])
    return owners


def _read_scope(text: str) -> str:
    """Read a scope of modules: ``*``, a module, or ``prefix-*``."""
    if text != _EVERYTHING:
        stem = text.removesuffix("-*")
        if LicenseName("any", stem).module != stem:
            message = "must be in lower case"
            raise ValueError(message)
    return text


def _read_word(word: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text != word:
            raise ValueError
        return text

    return read


def _read_hex(text: str) -> str:
    if not _HEX64.fullmatch(text):
        raise ValueError
    return text


_DIGEST: Final = parsed(_read_hex, expected="must be 64 lower-case hex digits")
_KEY: Final = noun_codec(
    dict, (parsed(_read_word(_ALGORITHM), expected=f"must be '{_ALGORITHM}'"), "alg"), (_DIGEST, "public"), sparse=False
)
_ROLE: Final = ((TEXTS, "keyids"), (INTEGER, "threshold"))
_ROOT: Final = noun_codec(
    dict,
    (INTEGER, "version"),
    (maybe(_DIGEST), "previous"),
    (DOCUMENT_INSTANT, "issued_at expires_at"),
    (entries(_KEY), "keys"),
    (noun_codec(dict, *_ROLE, sparse=False), "root"),
    (entries(noun_codec(dict, *_ROLE, (each(parsed(_read_scope)), "modules"), sparse=False)), "owners"),
    (noun_codec(dict, (each(_DIGEST), "keyids packages"), sparse=False), "revoked"),
    sparse=False,
)
