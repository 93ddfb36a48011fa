"""Forgetting a former employee: no name anywhere, and everything else as it was."""

from __future__ import annotations

import json

import pytest

import superlicense as sl
from superlicense.model.row import Table
from superlicense.ports import StoredRow
from tests.installation import INSTALLATION, SALES, WEB, Clock, codes, furnish, open_licensing

SEAL_KEY = bytes(range(32))
NAME = "Anna Ågård"
COMMENT = "covers for Bodil"
ADMIN = sl.User(id="root", administrator=True, may_log_in=True)


def anna(*, retired: bool = False) -> sl.User:
    return sl.User(id="anna", name=NAME, may_log_in=not retired, retired=retired)


class Home:
    """An installation that anna has left."""

    def __init__(self, clock: Clock, seal_key: bytes | None) -> None:
        self.store = sl.MemoryStore()
        self.clock = clock
        self.seal_key = seal_key
        self.licensing = self.open()
        furnish(self.licensing, anna(), sl.User(id="bo", name="Bo", may_log_in=True), ADMIN)
        self.licensing.seats.assign("anna", SALES, by="admin", comment=COMMENT)
        clock.forward(hours=1)
        self.licensing.notices.start(sl.EventKind.MESSAGE_OF_THE_DAY, message=f"Goodbye, {NAME}!", by="admin")
        self.licensing.users.save(anna(retired=True))
        clock.forward(hours=1)

    def open(self) -> sl.Licensing:
        return open_licensing(self.store, clock=self.clock, seal_key=self.seal_key)

    def rows(self) -> list[StoredRow]:
        with self.store.reading(INSTALLATION) as view:
            return [row for table in (Table.USERS, Table.ASSIGNMENTS) for row in view.facts.history(table)]

    def texts(self) -> str:
        """Return everything personal that is stored."""
        return " ".join(f"{row.record.text} {row.record.personal_text} {row.record.noun!r}" for row in self.rows())


@pytest.fixture(params=[SEAL_KEY, None], ids=["sealed", "unsealed"])
def home(request: pytest.FixtureRequest, clock: Clock) -> Home:
    return Home(clock, request.param)


def test_no_name_and_no_comment_is_left(home: Home) -> None:
    assert NAME in home.texts()
    assert COMMENT in home.texts()
    follower = home.open()
    follower.users.find("anna")
    receipt = home.licensing.users.forget("anna", by="dpo")
    for licensing in (home.licensing, follower, home.open()):
        found = licensing.users.find("anna")
        assert found == sl.User(id="anna", retired=True)
        told = repr(licensing.journal.entries()).replace(f"Goodbye, {NAME}", "")
        assert NAME not in told
        assert COMMENT not in told
        assert licensing.verify_store().ok
    assert NAME not in home.texts()
    assert COMMENT not in home.texts()
    (event,) = home.licensing.notices.running()
    assert receipt == sl.ForgetReceipt(user="anna", mentions=[event.id])


def test_history_stays_but_for_the_name(home: Home) -> None:
    before = home.licensing.journal.entries()
    home.licensing.users.forget("anna", by="dpo")
    after = home.licensing.journal.entries()
    assert [(entry.kind, entry.at, entry.by) for entry in after[: len(before)]] == [
        (entry.kind, entry.at, entry.by) for entry in before
    ]
    assert (after[-1].kind, after[-1].by) == (sl.EntryKind.FORGOTTEN, "dpo")
    past = home.clock() - (home.clock() - before[-3].at)
    assert home.licensing.gate.login("anna", WEB, at=past).allowed
    assert home.open().gate.login("anna", WEB, at=past).allowed


def test_only_a_former_employee_is_forgotten(home: Home) -> None:
    for user, code in (("bo", "user_is_active"), ("nobody", "unknown_user")):
        with pytest.raises(sl.RefusedError, match=code):
            home.licensing.users.forget(user, by="dpo")
    assert home.licensing.users.forgotten() == ()


def test_the_nightly_sync_does_not_bring_the_name_back(home: Home) -> None:
    home.licensing.users.forget("anna", by="dpo")
    assert home.licensing.users.forgotten() == ("anna",)
    entries = len(home.licensing.journal.entries())
    home.licensing.users.sync([anna(retired=True), sl.User(id="bo", name="Bo", may_log_in=True), ADMIN])
    home.licensing.users.save(anna(retired=True))
    assert len(home.licensing.journal.entries()) == entries
    assert NAME not in home.texts()


def test_a_rehire_ends_it(home: Home) -> None:
    home.licensing.users.forget("anna", by="dpo")
    home.clock.forward(hours=1)
    home.licensing.users.save(anna(), rehire=True)
    for licensing in (home.licensing, home.open()):
        assert licensing.users.forgotten() == ()
        assert licensing.users.find("anna") == anna()
        assert licensing.verify_store().ok
        assert "tampered" not in codes(licensing.gate.login("anna", WEB))
    assert home.texts().count(NAME) == 1


def test_it_is_done_again_after_an_older_backup_was_restored(home: Home) -> None:
    home.licensing.users.forget("anna", by="dpo")
    home.clock.forward(hours=1)
    assert home.licensing.users.forget("anna", by="dpo") == sl.ForgetReceipt(user="anna")
    assert home.open().verify_store().ok


def test_everything_about_one_person_is_exported(home: Home) -> None:
    exported = home.licensing.users.export("anna")
    assert {key: len(rows) for key, rows in exported.items()} == {
        "users": 2,
        "forgotten": 0,
        "assignments": 1,
        "journal": 3,
        "events": 1,
    }
    assert NAME in json.dumps(exported, ensure_ascii=False)
    assert COMMENT in json.dumps(exported)
    assert all(rows == [] for rows in home.licensing.users.export("nobody").values())
    home.licensing.users.forget("anna", by="dpo")
    assert NAME not in json.dumps(home.licensing.users.export("anna"), ensure_ascii=False)


class TestByHand:
    """What is blanked, or put back, past the library is found."""

    @pytest.fixture
    def home(self, clock: Clock) -> Home:
        return Home(clock, SEAL_KEY)

    def shelf_edit(self, home: Home, row: StoredRow) -> None:
        shelf = home.store.heartbeat(INSTALLATION)
        shelf.rows[row.sequence] = row
        if row.end is None:
            shelf.running[row.table][row.key] = row
        else:
            shelf.ended[row.table][row.key][row.sequence] = row

    def test_a_text_that_is_put_back_is_found(self, home: Home) -> None:
        kept = [row for row in home.rows() if row.record.personal and row.key.startswith("anna")]
        home.licensing.users.forget("anna", by="dpo")
        for row in kept:
            now = next(one for one in home.rows() if one.sequence == row.sequence)
            self.shelf_edit(home, now._replace(record=row.record))
            assert [finding.code for finding in home.open().verify_store().findings] == ["row_edited"]
            self.shelf_edit(home, now)

    def test_a_text_that_is_blanked_is_found_and_bars_its_user(self, home: Home) -> None:
        bo = next(row for row in home.rows() if row.key == "bo")
        self.shelf_edit(home, bo._replace(record=bo.record.blanked()))
        licensing = home.open()
        assert [finding.code for finding in licensing.verify_store().findings] == ["row_edited"]
        assert "tampered" in codes(licensing.gate.login("bo", WEB))
        assert licensing.gate.administer("root").allowed
