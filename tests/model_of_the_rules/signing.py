"""A vendor and two partners whose owners sign with several keys, for worlds with a trust root."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from random import Random
from typing import Any

from attrs import fields_dict

from superlicense.document.keys import SigningKey
from superlicense.document.package import PackageDraft
from superlicense.document.root import Owner, RootDraft
from tests.model_of_the_rules.activation import Arrival
from tests.model_of_the_rules.facts import Signed

_ENDS = datetime(2126, 1, 1, tzinfo=UTC)
_KEYS = [SigningKey.from_seed(bytes([place] * 32)) for place in range(1, 9)]


class Signer:
    """Signs packages and roots; its keys are the same in every run, so that a run repeats.

    Attributes:
        root: What the host pins.
    """

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._root_key, *keys = _KEYS
        self._keys = {"SUPEROFFICE": keys[:3], "ACME": keys[3:5], "NORDKAP": keys[5:7]}
        self._thresholds = {owner: chance.choice((1, 1, 2)) for owner in self._keys}
        self._version = 0
        self._revoked_keys: tuple[str, ...] = ()
        self._revoked_packages: tuple[str, ...] = ()
        self.root = self._next(datetime(2026, 1, 1, tzinfo=UTC))
        self._previous = self.root

    def _next(self, now: datetime) -> bytes:
        self._version += 1
        fields: dict[str, Any] = {}
        if self._version > 1 and "previous" in fields_dict(RootDraft):
            fields["previous"] = sha256(_payload(self._previous)).hexdigest()
        self._previous = RootDraft(
            version=self._version,
            issued_at=now,
            expires_at=_ENDS,
            root_keys=[self._root_key.public],
            owners={
                owner: Owner(keys=[key.public for key in keys], threshold=self._thresholds[owner])
                for owner, keys in self._keys.items()
            },
            revoked_keys=self._revoked_keys,
            revoked_packages=self._revoked_packages,
            **fields,
        ).sign([self._root_key])
        return self._previous

    def sign(self, arrival: Arrival) -> tuple[Arrival, bytes]:
        """Sign the package of *arrival* with enough keys of its owner."""
        owner = arrival.package.owner.upper()
        keys, threshold = self._keys[owner], self._thresholds[owner]
        chosen = self._chance.sample(keys, self._chance.randint(threshold, len(keys)))
        document = PackageDraft(arrival.package).issue(chosen)
        digest = sha256(_payload(document)).hexdigest()
        ids = frozenset(key.public.key_id for key in chosen)
        return replace(arrival, signed=Signed(digest, ids, threshold)), document

    def next_root(self, revoked: tuple[str, ...], now: datetime) -> bytes:
        """Make the root that revokes *revoked*, besides what is revoked already."""
        ids = {key.public.key_id for keys in self._keys.values() for key in keys}
        self._revoked_keys = tuple({*self._revoked_keys, *(name for name in revoked if name in ids)})
        self._revoked_packages = tuple({*self._revoked_packages, *(name for name in revoked if name not in ids)})
        return self._next(now)


def _payload(document: bytes) -> bytes:
    return b64decode(json.loads(document)["payload"])
