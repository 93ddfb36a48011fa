"""Tables that were dropped: `migrate` makes them again if the others can be used without what they held."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.adapters.sqlalchemy.migrations.versions.v0001_initial import brings
from superlicense.catalog import meters
from superlicense.errors import StoreOutdatedError
from tests.adapters.databases import Database
from tests.installation import SALES, WEB, Clock, furnish, open_licensing, person

SEAL_KEY = bytes(range(32))
NEEDED = {"installations": "rows", "rows": "journal", "usage_meter_months": "usage_months"}


class Scene:
    """An installation with something in every table."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.store: SqlStore = database.store()
        self.used = 0

    def open(self, seal_key: bytes | None = None) -> sl.Licensing:
        policy = sl.Policy(max_staleness=sl.Policy().max_staleness * 0)
        return open_licensing(self.store, clock=self.clock, policy=policy, seal_key=seal_key, meters=meters.STANDARD)

    def furnished(self, seal_key: bytes | None = None) -> sl.Licensing:
        licensing = furnish(self.open(seal_key), "anna", person("root", administrator=True), holders={"anna": SALES})
        self.record(licensing)
        self.clock.now = self.clock.now.replace(month=12, day=3)
        licensing.meters.close(sl.Month(2026, 11), by="billing")
        self.record(licensing)
        return licensing

    def record(self, licensing: sl.Licensing) -> None:
        self.used += 1
        event = sl.UsageEvent(source="mailer", id=f"{self.used}", meter="mailings", quantity=60_000, at=self.clock.now)
        (receipt,) = licensing.meters.record([event])
        assert receipt.status is sl.ReceiptStatus.ACCEPTED

    def drop(self, *names: str) -> None:
        others = "" if self.database.on_sqlite else " CASCADE"
        for name in names:
            self.database.rows(f"DROP TABLE superlicense_{name}{others}")

    def there(self) -> set[str]:
        query = (
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if self.database.on_sqlite
            else "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        )
        return {str(name).removeprefix("superlicense_") for (name,) in self.database.rows(query)}


@pytest.fixture
def scene(database: Database, clock: Clock) -> Scene:
    return Scene(database, clock)


def test_what_the_others_can_do_without_is_made_again(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    licensing = scene.furnished()
    for place, name in enumerate(sorted({*brings} - {*NEEDED})):
        scene.drop(name)
        caplog.clear()
        scene.store.migrate()
        assert caplog.messages == [f"made missing tables again, without rows: {name}"]
        for opened in (licensing, scene.open()):
            assert opened.gate.login("anna", WEB), name
            assert opened.users.save(person(f"user{place}")).user.id == f"user{place}"
            scene.record(opened)
    assert scene.there() >= {*brings}
    caplog.clear()
    scene.store.migrate()
    assert caplog.messages == []


@pytest.mark.parametrize("make", [SqlStore.migrate, SqlStore.create_tables])
def test_what_the_others_cannot_be_used_without_is_not(scene: Scene, make: Callable[[SqlStore], None]) -> None:
    scene.furnished()
    names = []
    for name in ("usage_meter_months", "rows", "installations"):
        scene.drop(name)
        names.append(name)
        with pytest.raises(sl.StoreUnusableError, match=r"superlicense_\w+ is missing, and .* restore a backup"):
            make(scene.store)
        assert scene.there().isdisjoint(names)
    scene.drop("journal", "revisions", "usage_months")
    make(scene.store)
    assert scene.there() >= {*brings}
    assert scene.open().users.all() == ()


def test_an_empty_store_gets_all_of_them_again(scene: Scene) -> None:
    for name in brings:
        scene.drop(name)
        with pytest.raises(StoreOutdatedError, match="run migrate"):
            scene.furnished()
        scene.store.migrate()
    assert scene.furnished().verify_store().ok


def test_an_instance_that_was_open_loads_everything_anew(scene: Scene) -> None:
    licensing = scene.furnished()
    scene.drop("rows", "journal")
    scene.store.migrate()
    assert licensing.users.all() == ()
    licensing.users.save(person("bo"))
    assert [user.id for user in scene.open().users.all()] == ["bo"]


def test_a_sealed_store_is_tampered_with_all_the_same(scene: Scene) -> None:
    scene.furnished(SEAL_KEY)
    scene.drop("rows", "journal")
    scene.store.migrate()
    licensing = scene.open(SEAL_KEY)
    assert not licensing.gate.login("anna", WEB)
    found = {str(one.code) for one in licensing.verify_store().findings}
    assert "entry_missing" in found
    with pytest.raises(sl.TamperedStoreError):
        licensing.users.save(person("bo"))
