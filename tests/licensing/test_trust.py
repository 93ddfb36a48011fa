from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.document import envelope
from superlicense.document.envelope import unverified_payload
from superlicense.document.keys import PublicKey, SigningKey
from superlicense.document.root import PAYLOAD_TYPE, Owner, digest, open_pinned
from superlicense.licensing.integrity.stored_documents import StoredDocuments
from superlicense.licensing.integrity.trust import Trust
from superlicense.licensing.loading import readable
from superlicense.model.row import Row, Table
from superlicense.model.world import World
from superlicense.rules.world_update import build_world, empty_world
from tests.installation import INSTALLATION, open_licensing, package, system
from tests.licensing.vendor import (
    NEXT_ROOT_KEY,
    ROOT_KEY,
    START,
    STRANGER_KEY,
    VENDOR_KEY,
    issued,
    partner_issued,
    root,
)

ONE, TWO, THREE = root(1), root(2), root(3)
BOTH = [ROOT_KEY.public, NEXT_ROOT_KEY.public]


def resigned(document: bytes) -> bytes:
    """Return the same root with one more signature, and its signatures in another order."""
    fields = json.loads(document)
    more = envelope.sign(
        unverified_payload(document, payload_type=PAYLOAD_TYPE), payload_type=PAYLOAD_TYPE, signers=[NEXT_ROOT_KEY]
    )
    fields["signatures"] = [*json.loads(more)["signatures"], *reversed(fields["signatures"])]
    return json.dumps(fields).encode()


@cache
def rotated() -> dict[int, bytes]:
    """Return a root and the 256 after it, each by its version."""
    documents = {1: ONE}
    for version in range(2, 258):
        documents[version] = root(version, previous=digest(documents[version - 1]), issued_at=START)
    return documents


class TestTheLineOfRoots:
    """A later root counts if signatures lead to it from the pinned one, an earlier one if digests do."""

    def test_leads_forward(self) -> None:
        roots, broken = Trust(ONE).line({1: ONE, 2: TWO, 3: THREE})
        assert (sorted(roots), broken) == ([1, 2, 3], ())

    def test_leads_back(self) -> None:
        roots, broken = Trust(THREE).line({1: ONE, 2: TWO})
        assert (sorted(roots), broken) == ([1, 2, 3], ())

    def test_of_nothing_stored_is_the_pinned_root(self) -> None:
        assert Trust(TWO).line({})[1] == ()
        assert sorted(Trust(TWO).line({})[0]) == [2]

    @pytest.mark.parametrize(
        ("pinned", "stored", "trusted", "broken"),
        [
            # a forged or missing link ends the line, whichever way
            (ONE, {2: b"forged", 3: THREE}, [1], (2, 3)),
            (ONE, {3: THREE}, [1], (3,)),
            (THREE, {1: ONE, 2: b"forged"}, [3], (1, 2)),
            (THREE, {1: ONE}, [3], (1,)),
            # a root in the place of another
            (THREE, {2: ONE, 1: ONE}, [3], (1, 2)),
            # another document in the place of the pinned one
            (ONE, {1: TWO}, [1], (1,)),
            (ONE, {1: b"forged"}, [1], (1,)),
        ],
    )
    def test_ends_where_it_is_broken(
        self, pinned: bytes, stored: dict[int, bytes], trusted: list[int], broken: tuple[int, ...]
    ) -> None:
        roots, found = Trust(pinned).line(stored)
        assert (sorted(roots), found) == (trusted, broken)

    @pytest.mark.parametrize(
        "fields",
        [
            # the key that signed the pinned root, beside one of the forger's
            {"root_keys": BOTH},
            {"root_keys": BOTH, "root_threshold": 2},
            {"expires_at": datetime(2029, 1, 1, tzinfo=UTC)},
        ],
    )
    def test_does_not_lead_back_by_signatures(self, fields: dict[str, Any]) -> None:
        roots, broken = Trust(TWO).line({1: root(1, **fields)})
        assert (sorted(roots), broken) == ([2], (1,))

    def test_does_not_lead_forward_to_a_root_with_another_digest_of_the_one_before(self) -> None:
        roots, broken = Trust(ONE).line({2: root(2, previous="0" * 64)})
        assert (sorted(roots), broken) == ([1], (2,))

    def test_does_not_confuse_the_root_before_with_the_root_after(self) -> None:
        trust = Trust(TWO)
        assert trust.line({1: ONE})[1] == ()
        roots, broken = trust.line({1: ONE, 3: ONE})
        assert (sorted(roots), broken) == ([1, 2], (3,))

    @pytest.mark.parametrize("pin", [resigned(TWO), digest(TWO)])
    def test_knows_the_pinned_root_whatever_the_order_of_its_signatures(self, pin: bytes | str) -> None:
        roots, broken = Trust(pin).line({1: ONE, 2: TWO, 3: THREE})
        assert (sorted(roots), broken) == ([1, 2, 3], ())

    @pytest.mark.parametrize("pinned", [1, 200, 257])
    def test_of_256_rotations_is_verified_once(self, pinned: int, monkeypatch: pytest.MonkeyPatch) -> None:
        documents = rotated()
        trust = Trust(documents[pinned])
        assert len(trust.line(documents)[0]) == 257
        trials = []
        monkeypatch.setattr(PublicKey, "verifies", lambda *_: trials.append(1))
        assert len(trust.line({version: bytes(bytearray(kept)) for version, kept in documents.items()})[0]) == 257
        assert trials == []


@pytest.mark.parametrize("rotations", [32, pytest.param(256, marks=pytest.mark.slow)])
def test_a_document_costs_the_same_after_many_rotations(rotations: int, monkeypatch: pytest.MonkeyPatch) -> None:
    licensing = open_licensing(trust=ONE, clock=lambda: START)
    licensing.packages.activate(licensing.packages.preview(issued(1)), by="admin")
    trials: list[int] = []
    verifies = PublicKey.verifies

    def counted(self: PublicKey, signature: bytes, message: bytes) -> bool:
        trials.append(1)
        return verifies(self, signature, message)

    def cost() -> int:
        trials.clear()
        licensing.packages.preview(issued(2, seats=9))
        return len(trials)

    monkeypatch.setattr(PublicKey, "verifies", counted)
    before = cost()
    for version, newest in list(rotated().items())[1 : rotations + 1]:
        trials.clear()
        assert licensing.packages.install_root(newest, by="admin") == version
        assert len(trials) == 2  # by the keys of the root before, and by its own
    assert cost() == before == 1


class TestAPinnedDigest:
    """The root itself comes later, and has to be that one."""

    DIGEST = hashlib.sha256(unverified_payload(ONE, payload_type=PAYLOAD_TYPE)).hexdigest()

    def test_accepts_nothing_until_its_root_comes(self) -> None:
        licensing = open_licensing(trust=self.DIGEST, clock=lambda: START)
        with pytest.raises(sl.NoTrustRootError):
            licensing.packages.preview(issued(1))
        with pytest.raises(sl.UnpinnedRootError):
            licensing.packages.install_root(TWO, by="admin")
        assert licensing.packages.install_root(ONE, by="admin") == 1
        assert licensing.packages.preview(issued(1)).is_new
        assert licensing.packages.install_root(TWO, by="admin") == 2

    def test_leads_to_what_bytes_would_lead_to(self) -> None:
        roots, broken = Trust(self.DIGEST).line({1: ONE, 2: TWO, 3: b"forged"})
        assert (sorted(roots), broken) == ([1, 2], (3,))
        assert Trust(self.DIGEST).line({2: TWO}) == ({}, (2,))

    @pytest.mark.parametrize("text", ["", "root.json", DIGEST.upper(), DIGEST + "0"])
    def test_is_64_lower_case_hex_digits(self, text: str) -> None:
        with pytest.raises(sl.InvalidValueError, match="trust"):
            open_licensing(trust=text)


@pytest.fixture
def world(trusting_world: Callable[[], World]) -> World:
    return trusting_world()


@pytest.fixture
def trusting_world() -> Callable[[], World]:
    """Build what a store holds after a signed package, a waiting one, a second root, and an unsigned partner."""

    def build() -> World:
        accepting = sl.Policy(accept_unsigned=True)
        licensing = open_licensing(trust=ONE, clock=lambda: START, policy=accepting, seal_key=bytes(32))
        licensing.packages.activate(licensing.packages.preview(issued(1)), by="admin")
        licensing.packages.install_root(TWO, by="admin")
        licensing.users.save(sl.User(id="anna", may_log_in=True))
        licensing.seats.assign("anna", "ten-sales", by="admin")
        licensing.packages.offer(issued(2, licenses=(system("server"),)), by="cron")
        licensing.packages.adopt_unsigned(
            sl.LicensePackage(
                owner="acme",
                company=INSTALLATION.company,
                serial_number=INSTALLATION.serial_number,
                licenses=[system("acme.maps")],
            ),
            by="admin",
        )
        with licensing.packages._engine.worlds.stored() as view:  # noqa: SLF001 - what is stored is what is tampered with
            rows = [readable(row) for table in Table for row in view.facts.running(table)]
        return build_world(empty_world(INSTALLATION, sl.Policy()), rows, ())

    return build


def with_row(world: World, table: str, key: str, **changes: Any) -> World:  # noqa: ANN401 - columns of a row
    """Let somebody else write into one row."""
    kept = getattr(world, table)
    row: Row[Any] = kept[key]
    return evolve(world, **{table: kept.with_items({key: evolve(row, **changes)})})


class TestTwoSignatures:
    """A row names the keys that signed its document when it was accepted; all of them have to have."""

    KEYS = (VENDOR_KEY, STRANGER_KEY)
    IDS = tuple(sorted(key.public.key_id for key in KEYS))

    def stored(self, *signers: SigningKey, threshold: int = 1) -> tuple[StoredDocuments, World]:
        """Build what a store holds after a package that *signers* have signed."""
        owner = Owner(keys=[key.public for key in self.KEYS], threshold=threshold)
        pinned = root(1, owners={"SUPEROFFICE": owner})
        licensing = open_licensing(trust=pinned, clock=lambda: START)
        licensing.packages.activate(licensing.packages.preview(issued(1, *signers)), by="admin")
        with licensing.packages._engine.worlds.stored() as view:  # noqa: SLF001 - what is stored is what is tampered with
            rows = [readable(row) for table in Table for row in view.facts.running(table)]
        return StoredDocuments(Trust(pinned)), build_world(empty_world(INSTALLATION, sl.Policy()), rows, ())

    def test_are_both_named(self) -> None:
        stored_documents, world = self.stored(*self.KEYS)
        assert stored_documents.checked(world).tampered == frozenset()
        assert world.packages["superoffice"].noun.signed_by == self.IDS

    @pytest.mark.parametrize("threshold", [1, 2])
    def test_of_which_one_was_added_later_change_nothing(self, threshold: int) -> None:
        signers = self.KEYS[:threshold]
        stored_documents, world = self.stored(*signers, threshold=threshold)
        added = with_row(world, "packages", "superoffice", document=issued(1, *self.KEYS))
        seen = stored_documents.checked(added)
        assert seen.tampered == frozenset()
        assert len(seen.packages["superoffice"].noun.signed_by) == threshold

    def test_have_to_be_enough_and_different(self) -> None:
        stored_documents, world = self.stored(*self.KEYS, threshold=2)
        for signed_by in (self.IDS[:1], self.IDS[:1] * 2, (), (*self.IDS, "0" * 64)):
            noun = evolve(world.packages["superoffice"].noun, signed_by=signed_by)
            forged = with_row(world, "packages", "superoffice", noun=noun)
            assert stored_documents.checked(forged).tampered == {(Table.PACKAGES, "superoffice")}

    def test_of_which_one_is_left_have_to_be_those_that_the_row_names(self) -> None:
        stored_documents, world = self.stored(*self.KEYS)
        left = with_row(world, "packages", "superoffice", document=issued(1))
        assert stored_documents.checked(left).tampered == {(Table.PACKAGES, "superoffice")}


class TestVerificationOnLoad:
    """Rows are a cache of signed bytes."""

    def test_finds_nothing_wrong_with_what_was_stored(self, world: World) -> None:
        stored_documents = StoredDocuments(Trust(ONE))
        assert stored_documents.checked(world).tampered == frozenset()
        assert stored_documents.checked(world).tampered == frozenset()  # from what it remembers
        seen = stored_documents.checked(world)
        assert [one.version for one in seen.accepted_roots()] == [2, 1]
        first = open_pinned(ONE)
        bare = stored_documents.checked(empty_world(INSTALLATION, sl.Policy())).accepted_roots()
        assert bare == (sl.TrustRoot(version=1, expires_at=first.expires_at, accepted_at=first.issued_at),)

    @pytest.mark.parametrize(
        ("table", "key", "changes", "record"),
        [
            ("packages", "superoffice", {"document": None}, (Table.PACKAGES, "superoffice")),
            ("packages", "superoffice", {"document": b"forged"}, (Table.PACKAGES, "superoffice")),
            ("packages", "superoffice", {"document": issued(1, seats=99)}, (Table.PACKAGES, "superoffice")),
            ("packages", "superoffice", {"document": partner_issued(1)}, (Table.PACKAGES, "superoffice")),
            ("packages", "acme", {"document": b"{}"}, (Table.PACKAGES, "acme")),
            ("waiting", "superoffice", {"document": issued(1)}, (Table.WAITING_PACKAGES, "superoffice")),
        ],
    )
    def test_names_a_document_that_was_changed(
        self, world: World, table: str, key: str, changes: dict[str, Any], record: tuple[Table, str]
    ) -> None:
        assert StoredDocuments(Trust(ONE)).checked(with_row(world, table, key, **changes)).tampered == {record}

    @pytest.mark.parametrize(
        "changes",
        [
            {"package": package(issue=1, seats=99, issued_at=START)},
            {"digest": "0" * 64},
            {"signed_by": ()},
            {"root_version": 9},
            {"root_version": None},
        ],
    )
    def test_names_a_row_that_says_something_else_than_its_document(
        self, world: World, changes: dict[str, Any]
    ) -> None:
        installed = evolve(world.packages["superoffice"].noun, **changes)
        forged = with_row(world, "packages", "superoffice", noun=installed)
        assert StoredDocuments(Trust(ONE)).checked(forged).tampered == {(Table.PACKAGES, "superoffice")}

    def test_names_a_root_that_revokes_less_than_its_document(self, world: World) -> None:
        noun = evolve(world.roots["2"].noun, revoked_keys=("0" * 64,))
        forged = with_row(world, "roots", "2", noun=noun)
        assert StoredDocuments(Trust(ONE)).checked(forged).tampered == {(Table.ROOTS, "2")}
        # What its document says counts all the same.
        assert StoredDocuments(Trust(ONE)).checked(forged).accepted_roots()[0].revoked_keys == ()

    def test_of_a_forged_root_distrusts_what_came_under_it(self, world: World) -> None:
        forged = with_row(world, "roots", "2", document=b"forged")
        assert StoredDocuments(Trust(ONE)).checked(forged).tampered == {
            (Table.ROOTS, "2"),
            (Table.WAITING_PACKAGES, "superoffice"),
        }
        assert [one.version for one in StoredDocuments(Trust(ONE)).checked(forged).accepted_roots()] == [1]

    def test_without_trust_believes_nothing_that_is_signed(self, world: World) -> None:
        assert StoredDocuments(None).checked(world).tampered == {
            (Table.ROOTS, "1"),
            (Table.ROOTS, "2"),
            (Table.PACKAGES, "superoffice"),
            (Table.WAITING_PACKAGES, "superoffice"),
        }
        assert StoredDocuments(None).checked(world).accepted_roots() == ()

    def test_names_an_unsigned_package_that_waits(self, world: World) -> None:
        kept = world.packages["acme"]
        noun = evolve(kept.noun, waiting=True)
        forged = evolve(
            world, waiting=world.waiting.with_items({"acme": evolve(kept, table=Table.WAITING_PACKAGES, noun=noun)})
        )
        assert StoredDocuments(Trust(ONE)).checked(forged).tampered == {(Table.WAITING_PACKAGES, "acme")}

    def test_verifies_a_package_again_under_another_root(self, world: World) -> None:
        stored_documents = StoredDocuments(Trust(ONE))
        assert stored_documents.checked(world).tampered == frozenset()
        forged = with_row(world, "roots", "2", document=b"forged")
        assert (Table.WAITING_PACKAGES, "superoffice") in stored_documents.checked(forged).tampered

    def test_looks_again_only_when_documents_have_changed(self, world: World) -> None:
        stored_documents = StoredDocuments(Trust(ONE))
        seen = evolve(
            stored_documents.checked(world), tampered=frozenset({(Table.PACKAGES, "superoffice"), ("head", "")})
        )
        users = list(seen.users.values())
        assert stored_documents.followed(seen, users) is seen
        packages = list(seen.packages.values())
        assert stored_documents.followed(seen, packages).tampered == {("head", "")}
