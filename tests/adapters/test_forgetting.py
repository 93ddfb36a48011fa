"""Forgetting a former employee in a database."""

from __future__ import annotations

import superlicense as sl
from tests.adapters.databases import Database
from tests.installation import SALES, Clock, furnish, open_licensing

SEAL_KEY = bytes(range(32))
NAME, COMMENT = "Anna Lindqvist", "covers for Bodil"
POLICY = sl.Policy(max_staleness=sl.Policy().max_staleness * 0)


def test_no_name_and_no_comment_is_left_in_any_column(database: Database, clock: Clock) -> None:
    store = database.store()
    ours, follower = (
        open_licensing(store, clock=clock, seal_key=SEAL_KEY, policy=POLICY) for _ in ("ours", "follower")
    )
    furnish(ours, sl.User(id="anna", name=NAME, may_log_in=True), sl.User(id="bo", name="Bo"))
    ours.seats.assign("anna", SALES, by="admin", comment=COMMENT)
    clock.forward(hours=1)
    ours.users.save(sl.User(id="anna", name=NAME, retired=True))
    assert NAME in _dump(database)
    assert COMMENT in _dump(database)
    known = follower.users.find("anna")
    assert known is not None
    assert known.name == NAME
    assert ours.users.forget("anna", by="dpo") == sl.ForgetReceipt(user="anna")
    assert NAME not in _dump(database)
    assert COMMENT not in _dump(database)
    assert "Bo" in _dump(database)
    for licensing in (ours, follower, open_licensing(store, clock=clock, seal_key=SEAL_KEY)):
        assert licensing.users.find("anna") == sl.User(id="anna", retired=True)
        assert licensing.users.forgotten() == ("anna",)
        assert licensing.verify_store().ok
        assert NAME not in repr(licensing.journal.entries())


def _dump(database: Database) -> str:
    """Return every value of the tables that hold rows and entries."""
    tables = ("rows", "journal", "journal_subjects", "installations")
    return repr([database.rows(f"SELECT * FROM superlicense_{table}") for table in tables])
