from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from superlicense.document import envelope, root
from superlicense.document.keys import SigningKey
from superlicense.errors import (
    InvalidValueError,
    MalformedRootError,
    RootPreviousError,
    RootThresholdError,
    RootVersionError,
    SuperlicenseError,
    WeakKeyError,
    WrongPayloadTypeError,
)
from tests.document.corpus import (
    PARTNER_KEY,
    ROOT,
    ROOT_DOCUMENT,
    ROOT_KEY,
    SECOND_ROOT_KEY,
    SECOND_VENDOR_KEY,
    STRANGER_KEY,
    VALID,
    VENDOR_KEY,
    root_draft,
)
from tests.for_each import for_each

PAYLOAD = envelope.verify(ROOT_DOCUMENT, payload_type=root.PAYLOAD_TYPE, keys=[ROOT_KEY.public])


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    fields = json.loads(PAYLOAD)
    change(fields)
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def ids(*keys: SigningKey) -> list[str]:
    return [key.public.key_id for key in keys]


def test_a_root_is_read_as_it_was_drafted() -> None:
    assert (ROOT.version, ROOT.root_threshold, ROOT.root_keys) == (1, 1, (ROOT_KEY.public,))
    assert (ROOT.issued_at, ROOT.expires_at) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
    assert set(ROOT.owners) == {"superoffice", "acme"}
    assert set(ROOT.owners["superoffice"].keys) == {VENDOR_KEY.public, SECOND_VENDOR_KEY.public}
    assert ROOT.owners["acme"].modules == ("maps", "route-*")
    assert set(ROOT.owner_keys) == {VENDOR_KEY.public, SECOND_VENDOR_KEY.public, PARTNER_KEY.public}
    assert (ROOT.revoked_keys, ROOT.revoked_packages) == ((), ())


def test_a_root_keeps_what_it_revokes() -> None:
    draft = root_draft(revoked_keys=ids(STRANGER_KEY), revoked_packages=["a" * 64, "0" * 64])
    kept = root.open_pinned(draft.sign([ROOT_KEY]))
    assert (kept.revoked_keys, kept.revoked_packages) == (tuple(ids(STRANGER_KEY)), ("0" * 64, "a" * 64))


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert root_draft().sign([ROOT_KEY]) == ROOT_DOCUMENT


DEFECTS: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda f: f.update(_type="package"), "_type"),
    (lambda f: f.update(v=2), "v"),
    (lambda f: f.update(version=0), "version"),
    (lambda f: f.update(version="1"), "version"),
    (lambda f: f.update(version=2), "previous"),
    (lambda f: f.update(previous="0" * 64), "previous"),
    (lambda f: f.update(version=2, previous="0" * 63), "previous"),
    (lambda f: f.update(version=2, previous=7), "previous"),
    (lambda f: f.pop("previous"), "previous"),
    (lambda f: f.update(expires_at=f["issued_at"]), "expires_at"),
    (lambda f: f.update(owner="x"), "owner"),
    (lambda f: f.pop("revoked"), "revoked"),
    (lambda f: f["root"].update(threshold=2), "root.threshold"),
    (lambda f: f["root"].update(threshold=0), "root.threshold"),
    (lambda f: f["root"].update(keyids=[]), "root.threshold"),
    (lambda f: f["root"].update(keyids=["0" * 64]), "root.keyids"),
    (lambda f: f["root"].update(keyids=ids(ROOT_KEY, ROOT_KEY)), "root.keyids"),
    (lambda f: f["root"].update(more=1), "root.more"),
    (lambda f: f["owners"]["ACME"].update(keyids=ids(VENDOR_KEY)), "owners.SUPEROFFICE.keyids"),
    (lambda f: f["owners"]["ACME"].update(keyids=ids(ROOT_KEY)), "owners.ACME.keyids"),
    (lambda f: f["owners"]["ACME"].update(threshold=2), "owners.ACME.threshold"),
    (lambda f: f["owners"]["ACME"].update(modules=["Maps"]), "owners.ACME.modules[0]"),
    (lambda f: f["owners"]["ACME"].update(modules=["ma_ps"]), "owners.ACME.modules[0]"),
    (lambda f: f["owners"]["ACME"].update(modules=["*-maps"]), "owners.ACME.modules[0]"),
    (lambda f: f["owners"]["ACME"].update(more=1), "owners.ACME.more"),
    (lambda f: f["owners"].update(A_B=f["owners"].pop("ACME")), "owners.A_B"),
    (lambda f: f["owners"].update(superoffice=f["owners"].pop("ACME")), "owners.superoffice"),
    (lambda f: f["owners"].pop("ACME"), "keys"),
    (lambda f: f["keys"].update({"0" * 64: f["keys"].pop(ids(PARTNER_KEY)[0])}), f"keys.{'0' * 64}"),
    (lambda f: f["keys"][ids(PARTNER_KEY)[0]].update(alg="rsa"), f"keys.{ids(PARTNER_KEY)[0]}.alg"),
    (lambda f: f["keys"][ids(PARTNER_KEY)[0]].update(public="AB" * 32), f"keys.{ids(PARTNER_KEY)[0]}.public"),
    (lambda f: f["keys"][ids(PARTNER_KEY)[0]].update(more=1), f"keys.{ids(PARTNER_KEY)[0]}.more"),
    (lambda f: f.update(keys=[]), "keys"),
    (lambda f: f["revoked"].update(keyids=["zz"]), "revoked.keyids[0]"),
    (lambda f: f["revoked"].update(packages=["0" * 63]), "revoked.packages[0]"),
    (lambda f: f["revoked"].update(more=1), "revoked.more"),
]


@for_each(("change", "path"), DEFECTS, ids=range(len(DEFECTS)))
def test_a_root_that_says_what_no_root_may_say_is_refused(
    change: Callable[[dict[str, Any]], object], path: str
) -> None:
    with pytest.raises(MalformedRootError) as refused:
        root.read(changed(change))
    assert refused.value.path == path


def test_a_weak_key_is_refused_with_its_place() -> None:
    with pytest.raises(WeakKeyError) as refused:
        root.read(changed(lambda f: f["keys"][ids(PARTNER_KEY)[0]].update(public="00" * 32)))
    assert refused.value.path == f"keys.{ids(PARTNER_KEY)[0]}.public"


class TestADraft:
    """It signs nothing that would not be read."""

    @pytest.mark.parametrize(
        "fields",
        [
            {"version": 0},
            {"root_threshold": 2},
            {"root_keys": [ROOT_KEY.public, ROOT_KEY.public]},
            {"owners": {"ACME": root.Owner(keys=[ROOT_KEY.public])}},
            {"owners": {"ACME": root.Owner(keys=[PARTNER_KEY.public]), "acme": root.Owner(keys=[STRANGER_KEY.public])}},
            {"revoked_keys": ["nothing"]},
            {"issued_at": datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)},
        ],
    )
    def test_is_refused_when_the_root_would_be(self, fields: dict[str, Any]) -> None:
        with pytest.raises(MalformedRootError):
            root_draft(**fields).sign([ROOT_KEY])

    def test_needs_aware_instants(self) -> None:
        with pytest.raises(InvalidValueError, match="issued_at"):
            root_draft(issued_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the defect


class TestTheNextRoot:
    """Version N+1, signed by enough root keys of both."""

    def test_is_signed_by_the_keys_of_both(self) -> None:
        rotated = root_draft(version=2, root_keys=[SECOND_ROOT_KEY.public]).sign([ROOT_KEY, SECOND_ROOT_KEY])
        assert root.open_next(rotated, ROOT).root_keys == (SECOND_ROOT_KEY.public,)

    def test_signed_by_the_old_keys_only_is_refused(self) -> None:
        rotated = root_draft(version=2, root_keys=[SECOND_ROOT_KEY.public]).sign([ROOT_KEY])
        with pytest.raises(RootThresholdError) as refused:
            root.open_next(rotated, ROOT)
        assert refused.value.version == 2

    def test_signed_by_the_new_keys_only_is_refused(self) -> None:
        rotated = root_draft(version=2, root_keys=[SECOND_ROOT_KEY.public]).sign([SECOND_ROOT_KEY])
        with pytest.raises(RootThresholdError) as refused:
            root.open_next(rotated, ROOT)
        assert (refused.value.version, refused.value.found, refused.value.needed) == (1, 0, 1)

    def test_needs_as_many_as_each_says(self) -> None:
        both = [ROOT_KEY.public, SECOND_ROOT_KEY.public]
        two = root_draft(version=2, root_keys=both, root_threshold=2)
        with pytest.raises(RootThresholdError):
            root.open_next(two.sign([ROOT_KEY]), ROOT)
        assert root.open_next(two.sign([ROOT_KEY, SECOND_ROOT_KEY]), ROOT).root_threshold == 2

    @pytest.mark.parametrize("version", [1, 3])
    def test_has_the_next_version(self, version: int) -> None:
        with pytest.raises(RootVersionError) as refused:
            root.open_next(root_draft(version=version).sign([ROOT_KEY]), ROOT)
        assert (refused.value.version, refused.value.expected) == (version, 2)

    def test_contains_the_digest_of_the_one_before(self) -> None:
        bogus = root_draft(version=2, previous="0" * 64).sign([ROOT_KEY])
        with pytest.raises(RootPreviousError) as refused:
            root.open_next(bogus, ROOT)
        found = refused.value
        assert (found.path, found.version, found.previous, found.expected) == ("previous", 2, "0" * 64, ROOT.digest)
        assert ROOT.digest == root.digest(ROOT_DOCUMENT) == hashlib.sha256(PAYLOAD).hexdigest()

    def test_is_no_package(self) -> None:
        with pytest.raises(WrongPayloadTypeError):
            root.open_next(VALID, ROOT)


class TestTheRootBefore:
    """It is the one whose digest the root after it contains, whatever has signed it."""

    NEXT = root.open_next(root_draft(version=2).sign([ROOT_KEY]), ROOT)

    def test_is_found_by_its_digest(self) -> None:
        signed_by_nobody_known = root_draft().sign([STRANGER_KEY])
        assert root.open_previous(signed_by_nobody_known, self.NEXT) == ROOT

    def test_signed_by_the_keys_of_the_next_is_refused(self) -> None:
        forged = root_draft(root_keys=[ROOT_KEY.public, STRANGER_KEY.public]).sign([ROOT_KEY, STRANGER_KEY])
        with pytest.raises(RootPreviousError):
            root.open_previous(forged, self.NEXT)

    def test_has_the_version_before(self) -> None:
        with pytest.raises(RootVersionError):
            root.open_previous(root_draft(version=2).sign([ROOT_KEY]), self.NEXT)


class TestThePinnedRoot:
    """It is verified whole, by its own keys."""

    def test_is_signed_by_its_own_keys(self) -> None:
        with pytest.raises(RootThresholdError):
            root.open_pinned(root_draft().sign([STRANGER_KEY]))

    @pytest.mark.parametrize("document", [b"", b"{}", VALID])
    def test_is_a_root(self, document: bytes) -> None:
        with pytest.raises(SuperlicenseError):
            root.open_pinned(document)


def test_an_owner_covers_names_and_prefixes() -> None:
    keys = [PARTNER_KEY.public]
    assert root.Owner(keys=keys).covers("anything")
    some = root.Owner(keys=keys, modules=("maps", "route-*"))
    assert [some.covers(name) for name in ("maps", "maps-x", "route-a", "route-", "route")] == [
        True,
        False,
        True,
        True,
        False,
    ]
