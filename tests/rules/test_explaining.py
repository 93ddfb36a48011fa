"""What explains a change, where no facade can make it: a trust root that revokes a key, and a date after it."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from superlicense.model.decision import Client, Decision
from superlicense.model.row import Row, Table
from superlicense.model.trust import TrustRoot
from superlicense.model.world import World
from superlicense.rules.answers.explaining import Instant, cause_of, happened, keys_that_differ
from superlicense.rules.gate.login import login
from tests.rules.scene import ANNA, NOW, WEB_USER, Scene

ROOT = TrustRoot(version=2, expires_at=NOW + timedelta(days=900), revoked_keys=("k1",), accepted_at=NOW)
LATER = NOW + timedelta(days=20)


def scene() -> Scene:
    sold = Scene().sells(*WEB_USER["sells"], signed_by=("k1",), root_version=1, unsigned=False)
    return sold.knows(ANNA).gives("anna", *WEB_USER["gives"])


def ask(world: World, at: datetime) -> Decision:
    return login(world, world.user("anna"), Client.WEB, at)


def explained(then: World, now: World, since: datetime) -> tuple[list[tuple[Table, str]], list[str]]:
    """Give the keys that differ, and the keys of rows that did it."""
    keys = keys_that_differ(then, now, "anna")
    row: Row[TrustRoot] = now.roots["2"]
    found = happened(Instant(then, since), Instant(now, LATER), ask, dict.fromkeys(keys, (row,)))
    return list(keys), [one.row.key for one in found]


def test_a_root_and_the_end_of_its_grace_stop_a_package() -> None:
    then, now = scene().world, scene().accepts(ROOT).world
    before = NOW - timedelta(days=1)
    assert explained(then, now, before) == ([(Table.ROOTS, "2")], ["2"])
    cause = cause_of(Instant(then, before), Instant(now, LATER), ask)
    assert cause is not None
    assert cause.at == NOW + timedelta(days=14)
    assert [str(date.kind) for date in cause.dates] == ["revocation_grace_ends"]


def test_a_root_that_was_verified_again_is_left_out_with_its_row() -> None:
    then, now = scene().world, evolve(scene().accepts(ROOT).world, trusted=(ROOT,))
    assert explained(then, now, NOW - timedelta(days=1))[1] == ["2"]


def test_within_its_grace_a_revoked_package_works() -> None:
    then, now = scene().world, scene().accepts(ROOT).world
    keys = keys_that_differ(then, now, "anna")
    within = Instant(now, NOW + timedelta(days=13))
    before = Instant(then, NOW - timedelta(days=1))
    assert happened(before, within, ask, dict.fromkeys(keys, (now.roots["2"],))) == ()
    assert cause_of(before, within, ask) is None


def test_other_users_do_not_matter() -> None:
    then, now = scene().world, scene().knows(evolve(ANNA, id="bo")).gives("bo", "ten-sales").world
    assert keys_that_differ(then, now, "anna") == ()
