"""What a newer version has written, told apart from what nobody can have written and from tampering.

A newer version is played by whoever writes through the ports, with the seal key or without one.
`tests/adapters/test_newer_versions.py` tries a patched copy of the package.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

import superlicense as sl
from superlicense.codec import EntryRecord, Record, RowStep
from superlicense.licensing import loading
from superlicense.licensing.integrity import sealed_write
from superlicense.licensing.integrity import seals as sealing
from superlicense.licensing.integrity.row_bytes import row_bytes, row_digest
from superlicense.licensing.integrity.seals import Head, Seals
from superlicense.model.row import Table
from superlicense.ports import Count, Mark, StoredEntry, StoredRow, Writing
from tests.installation import INSTALLATION, SALES, WEB, Clock, furnish, package
from tests.licensing.test_seals import ADMIN, SEAL_KEY, Home, barred, found, unreadable

NEWER_USER = {"id": "anna", "may_log_in": True, "zodiac": "pisces"}


class NewerVersion:
    """Writes what this version does not know, as a version that knows it would."""

    def __init__(self, home: Home, key: bytes | None) -> None:
        self._home = home
        self._seals = None if key is None else Seals(key, INSTALLATION)

    def write(self, table: str, key: str, noun: dict[str, object], *, kind: str = "park", form: int = 2) -> None:
        """Write *noun* in the place of the row that runs."""
        at = self._home.clock()
        with self._home.store.writing(INSTALLATION) as view:
            sequence = view.mark.sequence + 1
            before = next((row for row in view.facts.running(table) if row.key == key), None)
            record = Record(table, text=json.dumps(noun, sort_keys=True, separators=(",", ":")), form=form)
            rows = [StoredRow(table, key, at, "new", sequence, record)]
            if before is not None:
                rows.insert(0, before.ended(at=at, by="new"))
            self._keep(view, rows, kind)

    def entry(self, *changes: tuple[str, str]) -> None:
        """Write an entry without rows, with *changes* of its text."""
        with self._home.store.writing(INSTALLATION) as view:
            self._keep(view, [], "park")
        shelf, text = self._home.shelf, self._home.shelf.entries[-1][0].record.text
        for before, after in changes:
            text = text.replace(before, after)
        entry = shelf.entries[-1][0]._replace(record=EntryRecord(text))
        if self._seals is not None:
            head = self._seals.read_head(shelf.head)
            assert head is not None
            entry = entry._replace(seal=self._seals.entry(entry, shelf.entries[-2][0].seal))
            shelf.head = self._seals.head(head._replace(journal=entry.seal))
        shelf.entries[-1] = (entry, set())

    def _keep(self, view: Writing, rows: Iterable[StoredRow], kind: str) -> None:
        at, seals = self._home.clock(), self._seals
        if seals is not None:
            rows = [row._replace(seal=seals.of_bytes(row_bytes(row))) for row in rows]
        for row in rows:
            (view.facts.start if row.end is None else view.facts.end)(row)
        steps = [
            RowStep(row.sequence, ended=True) if row.end else RowStep(row.sequence, False, row.table, row.key)  # noqa: FBT003 - of a step
            for row in rows
        ]
        subjects = {(row.key, "") for row in rows if row.table == Table.USERS}
        record = EntryRecord(steps=steps, digests=lambda: map(row_digest, rows), floor=at)
        entry = StoredEntry(view.mark.entries + 1, at, "new", kind, record)
        head = None if seals is None or view.head is None else seals.read_head(view.head)
        if seals is None or head is None:
            view.journal.append(entry, subjects)
            return
        entry = entry._replace(seal=seals.entry(entry, head.journal))
        view.journal.append(entry, subjects)
        counts = dict(head.counts)
        for row in rows:
            ever, ended = counts.get(str(row.table), Count(0, 0))
            counts[str(row.table)] = Count(ever + (row.end is None), ended + (row.end is not None))
        sequence = max([head.mark.sequence, *(row.sequence for row in rows)])
        view.keep_head(seals.head(Head(view.next_revision, Mark(at, sequence, entry.number), counts, entry.seal)))


class Scene:
    """An installation, one instance that is open, and a newer version beside it."""

    def __init__(self, clock: Clock, key: bytes | None) -> None:
        self.home = Home(clock)
        self.key = key
        self.ours = self.open()
        furnish(self.ours, "anna", "bo", ADMIN, holders={"anna": SALES, "bo": SALES})
        clock.forward(hours=1)
        self.newer = NewerVersion(self.home, key)

    def open(self, **options: Any) -> sl.Licensing:  # noqa: ANN401 - those of the front door
        return self.home.open(trust=None, seal_key=self.key, **options)


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
        seals, kept = Seals(SEAL_KEY, INSTALLATION), sealed.home.shelf.head
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
