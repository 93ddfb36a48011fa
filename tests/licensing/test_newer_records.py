"""What a newer version has written, told apart from what nobody can have written and from tampering.

A newer version is played by whoever writes through the ports, with the seal key or without one.
`tests/adapters/test_newer_versions.py` tries a patched copy of the package.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import superlicense as sl
from superlicense.codec import EntryRecord, Record
from superlicense.licensing import loading
from superlicense.licensing.integrity import sealed_write
from superlicense.licensing.integrity import seals as sealing
from superlicense.licensing.integrity.seals import Seals
from superlicense.model.row import Table
from superlicense.ports import StoredRow
from tests.installation import INSTALLATION, WEB, Clock, package
from tests.licensing.newer_version import NewerVersion, Scene
from tests.licensing.test_seals import SEAL_KEY, barred, found, unreadable

NEWER_USER = {"id": "anna", "may_log_in": True, "zodiac": "pisces"}


@pytest.fixture
def sealed(clock: Clock) -> Scene:
    return Scene(clock, SEAL_KEY)


@pytest.fixture
def unsealed(clock: Clock) -> Scene:
    return Scene(clock, None)


class TestUnderASeal:
    """A record whose seal holds is a newer version's, and nothing is answered upon half of it."""

    def test_a_record_with_another_field_is_a_newer_versions(self, sealed: Scene) -> None:
        sealed.newer.write("users", "anna", NEWER_USER, form=1)
        for act in (sealed.open, lambda: sealed.ours.gate.login("bo", WEB), sealed.ours.journal.entries):
            with pytest.raises(sl.StoreNewerError, match=r"row 7 of users \(zodiac\)"):
                act()
        assert found(sealed.ours) == ["row_unreadable", "store_unreadable"]
        words = [one.explanation for one in sealed.ours.verify_store().findings]
        assert words[0] == "row 7 was written by a newer version"

    def test_a_record_of_another_form_is_a_newer_versions(self, sealed: Scene) -> None:
        sealed.newer.write("users", "anna", {"id": "anna"}, form=2)
        with pytest.raises(sl.StoreNewerError, match=r"row 7 of users$"):
            sealed.ours.gate.login("bo", WEB)

    def test_a_table_that_the_head_counts_is_a_newer_versions(self, sealed: Scene) -> None:
        sealed.newer.write("vehicles", "van", {"id": "van"})
        acts: list[Callable[[], object]] = [
            sealed.open,
            lambda: sealed.ours.gate.login("bo", WEB),
            lambda: sealed.ours.users.save(sl.User(id="cy")),
        ]
        for act in acts:
            with pytest.raises(sl.StoreNewerError, match="rows of vehicles"):
                act()

    def test_a_package_of_the_past_is_not_skipped(self, sealed: Scene) -> None:
        sealed.newer.write("packages", "superoffice", {"package": {}, "zodiac": 1})
        with pytest.raises(sl.StoreNewerError, match="of packages"):
            sealed.open()

    @pytest.mark.parametrize("text", ["{}", "[]", "7", "?", '{"recorded_at":7}'])
    def test_a_head_of_another_shape_is_a_newer_versions(
        self, sealed: Scene, text: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seals, kept = Seals(SEAL_KEY, INSTALLATION.key), sealed.home.shelf.head
        head = seals.read_head(kept)
        assert head is not None
        with monkeypatch.context() as patched:
            patched.setattr(sealing, "dump_json", lambda _: text)
            sealed.home.shelf.head = seals.head(head)
        with pytest.raises(sl.StoreNewerError, match="its head has another form"):
            sealed.open()
        sealed.home.shelf.head = kept
        assert sealed.open().gate.login("bo", WEB).allowed

    def test_an_entry_with_another_field_is_a_newer_versions(self, sealed: Scene) -> None:
        sealed.newer.entry(('{"floor"', '{"color":"blue","floor"'))
        assert sealed.open().gate.login("bo", WEB).allowed
        with pytest.raises(sl.StoreNewerError, match=r"journal entry \d+"):
            sealed.ours.journal.entries()
        (finding,) = sealed.ours.verify_store().findings
        assert (finding.code, "newer version" in finding.explanation) == ("store_unreadable", True)

    def test_an_entry_of_another_kind_is_shown_by_its_name(self, sealed: Scene) -> None:
        sealed.newer.entry()
        assert sealed.ours.journal.entries()[-1].kind == "park"
        assert found(sealed.ours) == []


class TestUnderAWrongSeal:
    """Whoever has no key is no newer version: tampered is what they wrote, and it bars whom it concerns."""

    @pytest.mark.parametrize(
        "change",
        [
            lambda row: row._replace(record=Record("users", text=json.dumps(NEWER_USER))),
            lambda row: row._replace(record=Record("users", text=row.record.text, form=2)),
        ],
        ids=["a field", "a form"],
    )
    def test_a_user_is_barred(self, sealed: Scene, change: Callable[[StoredRow], StoredRow]) -> None:
        sealed.home.rewrite(Table.USERS, "anna", change)
        again = sealed.open()
        assert barred(again) == {"anna"}
        assert again.gate.login("bo", WEB).allowed
        assert found(again) == ["row_edited"]

    def test_what_is_written_beside_a_running_instance_is_not_followed(self, sealed: Scene) -> None:
        NewerVersion(sealed.home, bytes(32)).write("users", "anna", NEWER_USER)
        assert barred(sealed.ours) == {"anna", "bo", "root"}
        assert barred(sealed.open()) == {"anna", "bo", "root"}

    def test_a_forgotten_user_of_ones_own_has_no_effect(self, sealed: Scene) -> None:
        sealed.ours.users.save(sl.User(id="anna", name="Anna", may_log_in=True))
        user = sealed.home.shelf.running[Table.USERS]["anna"]
        forged = user._replace(table="forgotten", record=Record("forgotten", text='{"id":"anna"}'), seal=bytes(32))
        sealed.home.insert(forged)
        again = sealed.open()
        assert found(again) == ["count_differs", "row_inserted"]
        assert again.users.find("anna") == sl.User(id="anna", name="Anna", may_log_in=True)

    def test_an_entry_of_ones_own_is_named(self, sealed: Scene) -> None:
        record = EntryRecord('{"color":"blue","floor":null,"rows":[]}')
        sealed.home.edit_entry(2, record=record)
        assert barred(sealed.open()) == set()
        findings = sealed.ours.verify_store().findings
        assert findings[0].code == "entry_unreadable"
        assert findings[0].explanation == "journal entry 2 has fields that this version does not know"

    def test_an_entry_that_ends_what_no_entry_started_is_named(self, sealed: Scene) -> None:
        newer = NewerVersion(sealed.home, SEAL_KEY)
        newer.entry(('"rows":[]', f'"rows":[[99,"ended","{"ab" * 32}"]]'))
        assert [one.explanation for one in sealed.ours.verify_store().findings] == [
            "journal entry 7 ends row 99, which no entry started"
        ]


class TestWithoutSeals:
    """Nobody can say who wrote it: it is its own record that is blocked, and no other."""

    def test_a_user_of_a_newer_version_is_barred(self, unsealed: Scene) -> None:
        unsealed.newer.write("users", "anna", NEWER_USER, form=1)
        for licensing in (unsealed.ours, unsealed.open()):
            assert barred(licensing) == {"anna"}
            assert licensing.gate.login("bo", WEB).allowed
        (finding, *_) = unsealed.ours.verify_store().findings
        assert finding.explanation == "row 7 was written by a newer version, or edited"
        # Saved again by this version, they are as before.
        unsealed.ours.users.save(sl.User(id="anna", may_log_in=True))
        assert barred(unsealed.ours) == barred(unsealed.open()) == set()

    def test_a_key_that_is_no_id_is_nobodys(self, unsealed: Scene) -> None:
        unsealed.newer.write("assignments", "anna\n", {"zodiac": 1})
        assert barred(unsealed.open()) == {"anna"}

    def test_a_table_of_a_newer_version_bars_nobody(self, unsealed: Scene) -> None:
        unsealed.newer.write("vehicles", "van", {"id": "van"})
        for licensing in (unsealed.ours, unsealed.open()):
            assert barred(licensing) == set()
        with pytest.raises(sl.StoreNewerError, match="row 7 of vehicles"):
            unsealed.ours.journal.entries()

    def test_an_entry_of_a_newer_version_is_an_error_of_the_journal_alone(self, unsealed: Scene) -> None:
        unsealed.newer.entry(('{"floor"', '{"color":"blue","floor"'))
        assert unsealed.open().gate.login("bo", WEB).allowed
        with pytest.raises(sl.StoreNewerError, match="journal entry 7"):
            unsealed.ours.journal.entries()
        assert found(unsealed.ours) == ["entry_unreadable"]

    def test_a_package_of_the_past_gives_no_issue_number(self, unsealed: Scene, clock: Clock) -> None:
        unsealed.newer.write("packages", "superoffice", {"package": {}, "zodiac": 1})
        clock.forward(hours=1)
        again = unsealed.open()
        assert barred(again) == {"anna", "bo", "root"}
        again.packages.adopt_unsigned(package(), by="root")
        assert barred(again) == barred(unsealed.open()) == set()

    def test_what_no_version_wrote_cannot_be_read(self, unsealed: Scene) -> None:
        unsealed.home.rewrite(Table.USERS, "anna", unreadable)
        with pytest.raises(sl.StoreUnavailableError, match="row 2 of users: a record is corrupt"):
            unsealed.open()
        assert found(unsealed.ours)[0] == "row_unreadable"

    def test_nor_can_a_package_of_the_past(self, unsealed: Scene, clock: Clock) -> None:
        clock.forward(hours=1)
        unsealed.ours.packages.adopt_unsigned(package(seats=4), by="admin")
        (ended,) = unsealed.home.shelf.ended[Table.PACKAGES].values()
        ((sequence, row),) = ended.items()
        ended[sequence] = unsealed.home.shelf.rows[sequence] = unreadable(row)
        with pytest.raises(sl.StoreUnavailableError, match="of packages: a record is corrupt"):
            unsealed.open()

    def test_nor_can_what_is_written_beside_a_running_instance(self, unsealed: Scene) -> None:
        unsealed.newer.write("users", "anna", {"id": 7}, form=1)
        with pytest.raises(sl.StoreUnavailableError, match="row 7 of users: id must be a string"):
            unsealed.ours.gate.login("bo", WEB)


class TestThisVersionAsTheNewerOne:
    """What a store has no form for waits for `migrate`; nothing of it is written before."""

    @pytest.fixture(autouse=True)
    def later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(loading, "form_of", lambda table, _: 2 if table == Table.SITES else 1)
        monkeypatch.setattr(sealed_write, "LATER_KINDS", {sl.EntryKind.SAVE_USER: 1, sl.EntryKind.START_EVENT: 2})

    @pytest.mark.parametrize("key", [SEAL_KEY, None], ids=["sealed", "unsealed"])
    def test_a_record_or_an_entry_of_the_next_form_is_not_written(self, clock: Clock, key: bytes | None) -> None:
        scene = Scene(clock, key)
        before = scene.ours.revision()
        with pytest.raises(sl.StoreOutdatedError, match="sites 2 is newer than the store's form 1"):
            scene.ours.sites.save(sl.Site(id="aarhus", name="Aarhus"))
        with pytest.raises(sl.StoreOutdatedError, match="an entry start_event is newer than the store's form 1"):
            scene.ours.notices.start("message_of_the_day", by="root")
        assert scene.ours.revision() == before
        scene.ours.users.save(sl.User(id="cy"))
        assert found(scene.ours) == []
