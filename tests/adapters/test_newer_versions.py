"""Old and new versions on one store: side by side until `migrate`, told apart after it, never taken for tampering."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from tests.adapters.databases import Database
from tests.adapters.newer_version import NewerVersion
from tests.installation import INSTALLATION, SALES, WEB, Clock, codes, furnish, open_licensing

pytestmark = pytest.mark.slow

SEAL_KEY = bytes(range(32))
ADMIN = sl.User(id="root", administrator=True, may_log_in=True)
POLICY = sl.Policy(max_staleness=sl.Policy().max_staleness * 0)


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> NewerVersion:
    folder: Path = tmp_path_factory.mktemp("newer")
    return NewerVersion(folder)


class Scene:
    """One store, with instances of today's version and processes of the newer one."""

    def __init__(self, database: Database, newer: NewerVersion, clock: Clock, seal_key: bytes | None) -> None:
        self.database = database
        self.newer = newer
        self.clock = clock
        self.seal_key = seal_key
        self.store: SqlStore = database.store()
        licensing = self.open()
        furnish(licensing, "anna", "bo", ADMIN, holders={"anna": SALES, "bo": SALES})
        clock.forward(hours=1)
        licensing.users.save(sl.User(id="bo", name="Bo Ny", may_log_in=True))
        licensing.meters.record([sl.UsageEvent(source="m", id="1", meter="mailings", quantity=5, at=clock())])

    def open(self) -> sl.Licensing:
        """Open the installation with today's version."""
        options: dict[str, Any] = {"clock": self.clock, "seal_key": self.seal_key, "policy": POLICY}
        return open_licensing(self.store, **options)

    def run(self, script: str) -> list[Any]:
        """Run *script* with the newer version."""
        url = self.database.url.render_as_string(hide_password=False)
        key = None if self.seal_key is None else self.seal_key.hex()
        about = (url, INSTALLATION.serial_number, INSTALLATION.company, self.clock().isoformat(), key)
        return self.newer.run(script, *about)

    def edit(self, statement: str) -> None:
        """Write into the database behind everybody's back."""
        self.database.rows(statement)


@pytest.fixture(params=[SEAL_KEY, None], ids=["sealed", "unsealed"])
def seal_key(request: pytest.FixtureRequest) -> bytes | None:
    key: bytes | None = request.param
    return key


@pytest.fixture
def scene(database: Database, newer: NewerVersion, clock: Clock, seal_key: bytes | None) -> Scene:
    return Scene(database, newer, clock, seal_key)


def found(licensing: sl.Licensing) -> list[str]:
    return [finding.code for finding in licensing.verify_store().findings]


def barred(licensing: sl.Licensing) -> set[str]:
    """Return who is denied because of tampering; the administrator never is."""
    assert licensing.gate.administer("root").allowed
    return {user for user in ("anna", "bo", "root") if "tampered" in codes(licensing.gate.login(user, WEB))}


def test_a_newer_version_reads_the_store_of_today(scene: Scene) -> None:
    verified, login, name, entries, used = scene.run(
        """
new = opened()
told(
    [one.code for one in new.verify_store().findings],
    new.gate.login("anna", sl.Client.WEB).allowed,
    new.users.find("bo").name,
    [entry.number for entry in new.journal.entries()],
    [one.used for one in new.meters.usage(sl.Month.parse("2026-11"))],
)
"""
    )
    ours = scene.open()
    assert (verified, login, name) == ([], True, "Bo Ny")
    assert entries == [entry.number for entry in ours.journal.entries()]
    assert used == [one.used for one in ours.meters.usage(sl.Month.parse("2026-11"))]


def test_old_and_new_instances_work_side_by_side_until_migrate(scene: Scene) -> None:
    ours = scene.open()
    ours.users.save(sl.User(id="anna", name="Anna A", may_log_in=True))
    refused = scene.run(
        """
new = opened()
new.users.save(sl.User(id="cy", may_log_in=True), by="new")
new.meters.record([sl.UsageEvent(source="m", id="2", meter="mailings", quantity=7, at=now)])
told(
    code(lambda: new.users.save(sl.User(id="cy", zodiac="pisces"), by="new")),
    code(lambda: new.sites.save(sl.Site(id="van", name="Van"), by="new")),
    [one.code for one in new.verify_store().findings],
)
"""
    )
    assert refused == ["store_outdated", "store_outdated", []]
    assert ours.users.find("cy") == sl.User(id="cy", may_log_in=True)
    ours.seats.release("anna", SALES, by="admin")
    assert found(ours) == found(scene.open()) == []
    assert barred(ours) == set()
    assert scene.run("told(opened().users.find('anna').name)") == ["Anna A"]


def test_after_migrate_a_record_that_holds_is_a_newer_versions(scene: Scene, seal_key: bytes | None) -> None:
    ours = scene.open()
    written = scene.run(
        """
store.migrate()
new = opened()
new.users.save(sl.User(id="anna", name="Anna Z", zodiac="pisces", may_log_in=True), by="new")
told(new.users.find("anna").zodiac, [one.code for one in new.verify_store().findings])
"""
    )
    assert written == ["pisces", []]
    if seal_key is None:
        # Without seals nobody can say who wrote it: its own record is blocked, and no other.
        for licensing in (ours, scene.open()):
            assert barred(licensing) == {"anna"}
            assert licensing.gate.login("bo", WEB).allowed
        return
    with pytest.raises(sl.StoreNewerError):
        scene.open()
    with pytest.raises(sl.StoreNewerError):
        ours.gate.login("bo", WEB)
    assert found(ours) == ["row_unreadable", "store_unreadable"]


def test_after_migrate_a_table_that_the_head_counts_is_a_newer_versions(scene: Scene, seal_key: bytes | None) -> None:
    ours = scene.open()
    written = scene.run(
        """
store.migrate()
new = opened()
new.sites.save(sl.Site(id="van", name="Van"), by="new")
told([str(entry.kind) for entry in new.journal.entries()][-1], [one.code for one in new.verify_store().findings])
"""
    )
    assert written == ["park", []]
    if seal_key is None:
        for licensing in (ours, scene.open()):
            assert barred(licensing) == set()
            licensing.users.save(sl.User(id="cy"))
            assert licensing.journal.entries(user="cy")[-1].after[0].key == "cy"
        return
    for act in (scene.open, lambda: ours.gate.login("bo", WEB), lambda: ours.users.save(sl.User(id="cy"))):
        with pytest.raises(sl.StoreNewerError, match="rows of vehicles"):
            act()


class TestAnAttacker:
    """Who does not have the seal key is no newer version, whatever is written."""

    @pytest.fixture
    def seal_key(self) -> bytes | None:
        return SEAL_KEY

    def test_gains_nothing_by_an_unknown_field(self, scene: Scene) -> None:
        scene.edit(
            'UPDATE superlicense_rows SET record = replace(record, \'"id":\', \'"element":7,"id":\')'
            " WHERE table_name = 'users' AND key = 'anna'"
        )
        assert barred(scene.open()) == {"anna"}
        assert found(scene.open()) == ["row_edited"]

    def test_gains_nothing_by_another_form(self, scene: Scene) -> None:
        scene.edit("UPDATE superlicense_rows SET form = 2 WHERE table_name = 'users' AND key = 'anna'")
        assert barred(scene.open()) == {"anna"}
        assert found(scene.open()) == ["row_edited"]

    def test_gains_nothing_by_a_table_of_ones_own(self, scene: Scene) -> None:
        scene.edit(
            "INSERT INTO superlicense_rows (installation, sequence, table_name, key, started_at, started_by,"
            " started_step, form, record) SELECT installation, 1000, 'vehicles', 'van', started_at, started_by, 1000,"
            " 2, '{}' FROM superlicense_rows WHERE sequence = 1"
        )
        assert barred(scene.open()) == set()
        assert found(scene.open()) == ["count_differs", "row_inserted"]

    def test_gains_nothing_by_a_kind_of_ones_own(self, scene: Scene) -> None:
        scene.edit("UPDATE superlicense_journal SET kind = 'park' WHERE number = 2")
        assert barred(scene.open()) == set()
        assert found(scene.open()) == ["entry_edited"]

    def test_who_takes_a_table_away_bars_whom_it_concerns(self, scene: Scene) -> None:
        scene.edit("DELETE FROM superlicense_rows WHERE table_name = 'assignments'")
        assert barred(scene.open()) == {"anna", "bo"}
        assert found(scene.open()) == ["count_differs", "row_missing", "row_missing"]

    def test_who_takes_the_head_away_bars_everybody(self, scene: Scene) -> None:
        scene.edit("UPDATE superlicense_installations SET head = NULL")
        assert barred(scene.open()) == {"anna", "bo", "root"}
