"""What somebody who writes the store can forge, with and without a seal key: it is named, and nobody gains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import superlicense as sl
from superlicense.codec import PersonalText, Record
from superlicense.document import envelope
from superlicense.document import package as packages
from superlicense.document.keys import SigningKey
from superlicense.document.root import PAYLOAD_TYPE, Owner, digest, open_pinned
from superlicense.licensing.integrity.trust import noun_of
from superlicense.model.row import Table
from superlicense.ports import StoredRow
from tests.installation import EDIT, SALES, WEB, Clock, codes
from tests.licensing.test_seals import Home, recorded, with_noun
from tests.licensing.vendor import ROOT_KEY, START, STRANGER_KEY, VENDOR_KEY, issued, root

FORGER = SigningKey.from_seed(b"f" * 32)
ADMIN = sl.User(id="root", administrator=True, may_log_in=True)
SEALED = pytest.mark.parametrize("options", [{}, {"seal_key": None}], ids=["sealed", "unsealed"])
Options = dict[str, Any]


def at_home(clock: Clock, **options: Any) -> Home:  # noqa: ANN401 - those of the front door
    """Make an installation that pins root 2, with one seat of each plan, one of them held by anna."""
    home = Home(clock)
    licensing = home.open(trust=root(2), **options)
    licensing.packages.activate(licensing.packages.preview(issued(1, seats=1)), by="admin")
    licensing.users.sync([sl.User(id="anna", may_log_in=True), sl.User(id="eve", may_log_in=True), ADMIN])
    licensing.seats.assign("anna", SALES, by="admin")
    return home


def forged_root(version: int, **fields: Any) -> bytes:  # noqa: ANN401 - fields of the draft
    """Make a root with the genuine root key, which is public, beside one of the forger's, who alone signs it."""
    draft = {
        "owners": {"SUPEROFFICE": Owner(keys=[FORGER.public])},
        "root_keys": [ROOT_KEY.public, STRANGER_KEY.public],
    }
    genuine = root(version, **{**draft, **fields})
    # The forger's own signature takes the place of the genuine one.
    drafted = envelope.unverified_payload(genuine, payload_type=PAYLOAD_TYPE)
    return envelope.sign(drafted, payload_type=PAYLOAD_TYPE, signers=[STRANGER_KEY])


def insert_package(home: Home, document: bytes, root_version: int, table: Table = Table.PACKAGES) -> None:
    """Put a package of the forger in the place of the vendor's, as one with database rights would."""
    read = packages.read(envelope.unverified_payload(document, payload_type=packages.PAYLOAD_TYPE))
    genuine = home.shelf.running[Table.PACKAGES]["superoffice"]
    forged = with_noun(
        genuine,
        package=read,
        digest=packages.digest(packages.write(read)),
        signed_by=(FORGER.public.key_id,),
        root_version=root_version,
        waiting=table is Table.WAITING_PACKAGES,
    )
    home.insert(forged._replace(table=str(table), document=document))


def insert_root(home: Home, document: bytes) -> None:
    """Store a root as one with database rights would."""
    forged = open_pinned(document)
    genuine = home.shelf.running[Table.ROOTS]["2"]
    record = recorded(genuine.table, noun_of(forged, forged.issued_at))
    home.insert(genuine._replace(key=str(forged.version), record=record, document=document))


def found(licensing: sl.Licensing) -> set[str]:
    return {finding.code for finding in licensing.verify_store().findings}


def check_that_nobody_gains(licensing: sl.Licensing) -> None:
    assert "tampered" in codes(licensing.gate.login("anna", WEB))
    for user in ("anna", "eve"):
        assert not licensing.gate.login(user, WEB).allowed
        assert not licensing.gate.feature(user, "quote", EDIT).allowed
        assert not licensing.gate.holds(user, "quote-cal")
    assert licensing.gate.administer("root").allowed


@SEALED
@pytest.mark.parametrize("version", [1, 3])
def test_a_forged_root_and_a_package_under_it_license_nothing(clock: Clock, options: Options, version: int) -> None:
    home = at_home(clock, **options)
    insert_root(home, forged_root(version, **({} if version == 1 else {"previous": digest(root(2))})))
    insert_package(home, issued(9, FORGER, seats=9_999), version)
    licensing = home.open(trust=root(2), **options)
    check_that_nobody_gains(licensing)
    assert "document_broken" in found(licensing)
    # A package of the vendor with a higher issue puts it right.
    if options:
        licensing.packages.activate(licensing.packages.preview(issued(10, seats=1)), by="root")
        assert licensing.gate.login("anna", WEB).allowed


@SEALED
@pytest.mark.parametrize(
    "document",
    [
        lambda: issued(9, FORGER, seats=9_999),
        lambda: issued(9, FORGER, seats=9_999, issued_at=START.replace(year=2030)),
    ],
    ids=["forged", "forged and early"],
)
def test_a_forged_waiting_package_licenses_nothing(
    clock: Clock, options: Options, document: Callable[[], bytes]
) -> None:
    home = at_home(clock, **options)
    insert_package(home, document(), 2, Table.WAITING_PACKAGES)
    licensing = home.open(trust=root(2), **options)
    assert "document_broken" in found(licensing)
    assert licensing.gate.login("anna", WEB).allowed
    for outcome in licensing.packages.fetch(by="cron"):
        assert isinstance(outcome.error, sl.UntrustedKeyError)
    with pytest.raises(sl.UntrustedKeyError):
        licensing.packages.preview_waiting()
    package = licensing.packages.current()
    assert package is not None
    assert package.issue == 1
    assert not licensing.gate.login("eve", WEB).allowed


@SEALED
def test_a_signature_of_a_forger_added_to_the_package_changes_nothing(clock: Clock, options: Options) -> None:
    home = at_home(clock, **options)
    both = envelope.sign(
        envelope.unverified_payload(issued(1, seats=1), payload_type=packages.PAYLOAD_TYPE),
        payload_type=packages.PAYLOAD_TYPE,
        signers=[FORGER],
    )
    merged = issued(1, seats=1).replace(
        b'"signatures":[', b'"signatures":[' + both.split(b'"signatures":[')[1][:-2] + b","
    )
    home.rewrite(Table.PACKAGES, "superoffice", lambda row: row._replace(document=merged))
    licensing = home.open(trust=root(2), **options)
    # A seal covers the stored bytes, so that an edit is named; without one it has no effect.
    assert licensing.gate.login("anna", WEB).allowed is bool(options)
    assert not licensing.gate.login("eve", WEB).allowed


def test_a_revoked_signature_added_to_the_package_changes_nothing(clock: Clock) -> None:
    home = Home(clock)
    owners = {"SUPEROFFICE": Owner(keys=[VENDOR_KEY.public, STRANGER_KEY.public])}
    first = root(1, owners=owners)
    licensing = home.open(trust=first, seal_key=None)
    licensing.packages.activate(licensing.packages.preview(issued(1)), by="admin")
    licensing.users.save(sl.User(id="anna", may_log_in=True))
    licensing.seats.assign("anna", SALES, by="admin")
    second = root(2, owners=owners, previous=digest(first), revoked_keys=[STRANGER_KEY.public.key_id])
    licensing.packages.install_root(second, by="admin")
    added = issued(1, VENDOR_KEY, STRANGER_KEY)
    home.rewrite(Table.PACKAGES, "superoffice", lambda row: row._replace(document=added))
    decision = home.open(trust=first, seal_key=None).gate.login("anna", WEB)
    assert (decision.allowed, decision.warnings) == (True, ())


class TestAForgedIssue:
    """A package that was never signed raises neither the issue that is to be beaten nor the floor of the clock."""

    @pytest.mark.parametrize("forged", ["signed by nobody", "unsigned", "signed by a stranger"])
    def test_of_the_past(self, clock: Clock, forged: str) -> None:
        home = at_home(clock, seal_key=None)
        follower = home.open(trust=root(2), seal_key=None)
        assert follower.gate.login("anna", WEB)
        document = issued(9_000, FORGER, issued_at=START.replace(year=2150))
        read = packages.read(envelope.unverified_payload(document, payload_type=packages.PAYLOAD_TYPE))
        row = home.shelf.running[Table.PACKAGES]["superoffice"]
        wrong = with_noun(row, package=read, digest=packages.digest(packages.write(read)))
        if forged == "unsigned":
            wrong = with_noun(wrong, unsigned=True, signed_by=(), root_version=None)
            wrong = wrong._replace(document=packages.write(read))
        elif forged == "signed by a stranger":
            wrong = with_noun(wrong, signed_by=(FORGER.public.key_id,))._replace(document=document)
        number = max(home.shelf.rows)
        with home.store.writing(follower.installation) as view:
            view.facts.end(row.ended(at=clock.now, by="eve"))
            wrong = wrong._replace(sequence=number + 1, start=clock.now)
            view.facts.start(wrong)
            view.facts.end(wrong.ended(at=clock.now, by="eve"))
            view.facts.start(row._replace(sequence=number + 2, start=clock.now))
        for licensing in (follower, home.open(trust=root(2), seal_key=None)):
            assert licensing.gate.login("anna", WEB).allowed
            assert licensing.gate.login("anna", WEB).warnings == ()
            assert licensing.packages.preview(issued(2)).is_new
        assert follower.packages.activate(follower.packages.preview(issued(2)), by="admin").activated
        with pytest.raises(sl.PackageRollbackError):
            follower.packages.preview(issued(1, seats=3))

    def test_in_force(self, clock: Clock) -> None:
        home = at_home(clock, seal_key=None)
        insert_package(home, issued(9_000, FORGER, issued_at=START.replace(year=2150)), 2)
        licensing = home.open(trust=root(2), seal_key=None)
        assert "clock_rolled_back" not in [one.code for one in licensing.gate.login("anna", WEB).warnings]
        assert licensing.packages.activate(licensing.packages.preview(issued(2)), by="admin").activated
        assert licensing.gate.login("anna", WEB).allowed

    def test_an_older_genuine_one_still_counts_when_the_newest_does_not(self, clock: Clock) -> None:
        home = at_home(clock, seal_key=None)
        genuine = home.open(trust=root(2), seal_key=None)
        genuine.packages.activate(genuine.packages.preview(issued(5)), by="admin")
        row = home.shelf.running[Table.PACKAGES]["superoffice"]
        with home.store.writing(genuine.installation) as view:
            view.facts.end(row.ended(at=clock.now, by="eve"))
            view.facts.start(row._replace(sequence=row.sequence + 1, document=issued(9_000, FORGER)))
        insert_package(home, issued(9_000, FORGER), 2)
        licensing = home.open(trust=root(2), seal_key=None)
        with pytest.raises(sl.PackageRollbackError):
            licensing.packages.preview(issued(4))
        assert licensing.packages.preview(issued(6)).is_new


@SEALED
def test_another_name_beside_the_hash_of_the_first_is_found(clock: Clock, options: Options) -> None:
    home = at_home(clock, **options)

    def rename(row: StoredRow) -> StoredRow:
        record = row.record
        named = Record(row.table, text=record.text, personal=(PersonalText("name", bytes(16), "Eve"),))
        return row._replace(record=named)

    licensing = home.open(trust=root(2), **options)
    licensing.users.save(sl.User(id="anna", name="Anna", may_log_in=True))
    home.rewrite(Table.USERS, "anna", rename)
    again = home.open(trust=root(2), **options)
    (finding,) = again.verify_store().findings
    problem = "a seal that does not match" if options == {} else "other personal texts than were written"
    assert (finding.code, finding.explanation) == ("row_edited", f"row {finding.number} has {problem}")
    assert ("tampered" in codes(again.gate.login("anna", WEB))) is (options == {})
