"""The trust root: who may sign what, and what is revoked.

Rule 1: the first root is pinned by the host, and every next one is signed by
the root keys of both itself and the one before it.

Rule 2: every root contains the digest of the one before it. A root before the
pinned one is trusted for that digest alone, never for a signature.

Source: documents.md, "Root" and "Root import".
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import asdict, field, frozen

from superlicense.document import envelope
from superlicense.document.keys import PublicKey, SigningKey
from superlicense.document.root_contents import Owner, Root, public_keys, read, write
from superlicense.errors import RootPreviousError, RootThresholdError, RootVersionError, UntrustedKeyError
from superlicense.model import fields

__all__ = [
    "PAYLOAD_TYPE",
    "Owner",
    "Root",
    "RootDraft",
    "digest",
    "open_next",
    "open_pinned",
    "open_previous",
    "read",
    "verify_by",
]

PAYLOAD_TYPE: Final = "application/vnd.superlicense.root.v1+json"


@frozen(kw_only=True)
class RootDraft:
    """A root that is about to be signed; fields as of `Root`.

    Attributes:
        owners: By name as it is to be spelled.
        previous: The `digest` of the version before; required from version 2 on.
    """

    version: int
    issued_at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    expires_at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    root_keys: tuple[PublicKey, ...] = field(converter=public_keys)
    root_threshold: int = 1
    owners: Mapping[str, Owner]
    revoked_keys: tuple[str, ...] = field(default=(), converter=fields.strings)
    revoked_packages: tuple[str, ...] = field(default=(), converter=fields.strings)
    previous: str | None = None

    def sign(self, signers: Sequence[SigningKey]) -> bytes:
        """Sign the root: the same draft and keys give the same bytes.

        The signers are root keys of this root; from version 2 on also of the
        one before, so that both thresholds are reached.

        Raises:
            MalformedRootError: `read` would refuse it.
            InvalidValueError: no signers, or duplicate ones.
        """
        payload = write(Root(**asdict(self, recurse=False)))
        read(payload)
        return envelope.sign(payload, payload_type=PAYLOAD_TYPE, signers=signers)


def digest(document: bytes) -> str:
    """Return the identity of a root: SHA-256 of its payload, in hex, without verifying anything.

    Raises:
        SuperlicenseError: it is not an envelope, or not of a root.
    """
    payload = envelope.unverified_payload(document, payload_type=PAYLOAD_TYPE)
    return hashlib.sha256(payload).hexdigest()


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
        MalformedJsonError: it is not strict JSON.
        MalformedEnvelopeError: it is not an envelope.
        WrongPayloadTypeError: it is not a root document.
        RootThresholdError: too few root keys of *current*, or of the new root,
            have signed it.
        NotCanonicalError: other bytes than the writer's.
        MalformedRootError: its contents are not those of a root.
        WeakKeyError: a key with which signatures can be forged.
        RootVersionError: not the version after *current*.
        RootPreviousError: its ``previous`` is not the digest of *current*.
    """
    root = read(verify_by(document, current))
    if root.version != current.version + 1:
        raise RootVersionError(root.version, current.version + 1)
    if root.previous != current.digest:
        raise RootPreviousError(root.version, root.previous, current.digest)
    verify_by(document, root)
    return root


def open_previous(document: bytes, following: Root) -> Root:
    """Read the root before *following*, a trusted one, which contains its digest.

    Signatures are not considered: the digest is what *following* vouches for.

    Raises:
        RootVersionError: not the version before *following*.
        RootPreviousError: not the root whose digest *following* contains.
        SuperlicenseError: it is not a root document; see `open_next`.
    """
    root = read(envelope.unverified_payload(document, payload_type=PAYLOAD_TYPE))
    if root.version != following.version - 1:
        raise RootVersionError(root.version, following.version - 1)
    if root.digest != following.previous:
        raise RootPreviousError(following.version, following.previous, root.digest)
    return root


def verify_by(document: bytes, root: Root) -> bytes:
    """Verify that the root keys of *root* have signed *document*, and return its payload.

    Raises:
        RootThresholdError: too few of them have.
    """
    try:
        return envelope.verify(document, payload_type=PAYLOAD_TYPE, keys=root.root_keys, threshold=root.root_threshold)
    except UntrustedKeyError as error:
        raise RootThresholdError(root.version, error.found, error.needed) from error
