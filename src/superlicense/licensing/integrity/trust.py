"""Trust: the roots that this installation has accepted, verified again on every load.

Rule 1: everything depends on the root that the host has pinned. A stored root
counts only if an unbroken line of signatures leads from the pinned one to it,
forward (each signed by the keys of the one before) or back.

Rule 2: a package is verified against the root that it was accepted under, so
that rotating a key stops no package; only revocation does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from superlicense.document.envelope import unverified_payload
from superlicense.document.root import PAYLOAD_TYPE, Root, open_next, open_pinned, verify_by
from superlicense.errors import InvalidValueError, RootVersionError, SuperlicenseError, UnpinnedRootError
from superlicense.model.trust import TrustRoot

__all__ = ["Trust", "noun_of"]

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Trust:
    """The pinned root, and the roots that it leads to.

    Attributes:
        document: The bytes of the pinned root; `None` where its digest is pinned.
    """

    __slots__ = ("_digest", "_root", "document")

    def __init__(self, pin: bytes | str) -> None:
        """Pin a root.

        Args:
            pin: The bytes of the root, which are verified completely; or the
                SHA-256 of its payload in hex, and the root itself is installed
                with `install_root`.

        Raises:
            InvalidValueError: a string that is not such a digest.
            SuperlicenseError: as for `superlicense.document.root.open_pinned`.
        """
        if isinstance(pin, str):
            if not _DIGEST.fullmatch(pin):
                raise InvalidValueError("trust", pin, "must be bytes, or 64 lower-case hex digits")
            self.document, self._root, self._digest = None, None, pin
        else:
            self.document, self._root, self._digest = pin, open_pinned(pin), ""

    def anchor(self, documents: Iterable[bytes]) -> tuple[bytes, Root] | None:
        """Return the pinned root with its bytes; where its digest is pinned, it has to be among *documents*."""
        if self.document is not None and self._root is not None:
            return self.document, self._root
        for document in documents:
            with suppress(SuperlicenseError):
                return document, self.first(document)
        return None

    def first(self, document: bytes) -> Root:
        """Verify the root whose digest is pinned.

        Raises:
            UnpinnedRootError: it is another root.
            SuperlicenseError: as for `superlicense.document.root.open_pinned`.
        """
        root = open_pinned(document)
        payload = unverified_payload(document, payload_type=PAYLOAD_TYPE)
        if hashlib.sha256(payload).hexdigest() != self._digest:
            raise UnpinnedRootError
        return root

    def line(self, stored: Mapping[int, bytes]) -> tuple[dict[int, Root], tuple[int, ...]]:
        """Follow the line of roots through the *stored* documents.

        Args:
            stored: Documents by version.

        Returns:
            The roots that can be trusted, by version, and the versions of those
            that cannot.
        """
        anchor = self.anchor(stored.values())
        if anchor is None:
            return {}, tuple(sorted(stored))
        document, pinned = anchor
        trusted = {pinned.version: pinned}
        broken = []
        for version in sorted(version for version in stored if version > pinned.version):
            try:
                trusted[version] = open_next(stored[version], trusted[version - 1])
            except (SuperlicenseError, KeyError):
                broken.append(version)
        documents = {**stored, pinned.version: document}
        for version in sorted((version for version in stored if version < pinned.version), reverse=True):
            try:
                trusted[version] = _before(stored[version], documents[version + 1], trusted[version + 1])
            except (SuperlicenseError, KeyError):
                broken.append(version)
        if stored.get(pinned.version, document) != document:
            broken.append(pinned.version)
        return trusted, tuple(sorted(broken))


def _before(document: bytes, following: bytes, next_root: Root) -> Root:
    """Verify the root before a trusted one, whose document is signed with its keys.

    Raises:
        SuperlicenseError: it is another root.
    """
    root = open_pinned(document)
    if root.version != next_root.version - 1:
        raise RootVersionError(root.version, next_root.version - 1)
    verify_by(following, root)
    return root


def noun_of(root: Root, accepted_at: datetime) -> TrustRoot:
    """Return what rules need of *root*."""
    return TrustRoot(
        version=root.version,
        expires_at=root.expires_at,
        revoked_keys=root.revoked_keys,
        revoked_packages=root.revoked_packages,
        accepted_at=accepted_at,
        thresholds={owner: contents.threshold for owner, contents in root.owners.items()},
    )
