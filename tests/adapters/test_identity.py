"""A changed serial number in a database: two instances, two connections, and the host's own transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

import superlicense as sl
from superlicense.testing.contract.blocks import in_threads
from tests.adapters.databases import Database
from tests.installation import SALES, START, Clock, person
from tests.licensing.identities import (
    CLONE,
    GRACE,
    NEW,
    OLD,
    SEAL_KEY,
    enters,
    furnish,
    in_database,
    open_as,
    succession,
    warned,
)
from tests.licensing.test_identity import clean

ALWAYS = sl.Policy(max_staleness=timedelta(0))


def mailing(source: str, id_: str) -> sl.UsageEvent:
    """Send one."""
    return sl.UsageEvent(source=source, id=id_, meter="mailings", quantity=1, at=START)


@pytest.fixture(params=[None, SEAL_KEY], ids=["unsealed", "sealed"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"seal_key": request.param, "policy": ALWAYS}


@pytest.mark.parametrize("databases", [False, True], ids=["by serial number", "by database id"])
@pytest.mark.slow
def test_two_instances_over_the_change_without_an_outage(
    database: Database, clock: Clock, options: dict[str, Any], *, databases: bool
) -> None:
    old, new = (in_database(OLD), in_database(NEW)) if databases else (OLD, NEW)
    store = database.store()
    before = furnish(open_as(store, old, clock, **options))
    other = open_as(database.bare(), old, clock, **options)
    early = open_as(database.bare(), new, clock, **options)
    assert enters(before)
    assert enters(other)
    assert not enters(early)
    clock.forward(hours=1)
    other.change_installation(new, succession(new, old), by="admin")
    for licensing in (before, other, early, open_as(database.bare(), new, clock, **options)):
        assert enters(licensing)
    assert (warned(before), warned(early)) == (["identity_changed"], [])
    before.seats.assign("bo", SALES, by="old")
    early.users.save(person("cy"))
    early.seats.assign("cy", SALES, by="new")
    assert before.seats.usage(SALES).holders == early.seats.usage(SALES).holders == ("anna", "bo", "cy")
    usage = [mailing(name, "1") for name in ("old", "new")]
    for licensing, one in zip((before, early), usage, strict=True):
        assert licensing.meters.record([one])[0].status is sl.ReceiptStatus.ACCEPTED
    (mailings,) = (one for one in early.meters.usage(sl.Month.of(START, early.zone)) if one.used)
    assert (mailings.meter, mailings.used) == ("mailings", 2)
    assert clean(before)
    assert clean(early)
    clock.now = START + timedelta(hours=1) + GRACE
    assert not enters(before)
    assert enters(early)


def test_a_look_costs_as_many_statements_as_before(sqlite: Database, clock: Clock) -> None:
    store = sqlite.store()
    furnish(open_as(store, OLD, clock, policy=ALWAYS)).change_installation(NEW, succession(NEW, OLD), by="admin")
    counts = {}
    for installation in (OLD, NEW):
        opened = sqlite.bare()
        licensing = open_as(opened, installation, clock, policy=ALWAYS)
        sent: list[str] = []
        event.listen(opened.engine, "before_cursor_execute", lambda *told, sent=sent: sent.append(told[2]))
        for _ in range(5):
            assert enters(licensing)
        looks = len(sent)
        licensing.meters.record([mailing("x", installation.key)])
        sent.clear()
        licensing.meters.record([mailing("y", installation.key)])
        counts[installation.key] = (looks, len(sent))
    assert counts[OLD.key] == counts[NEW.key]
    assert counts[OLD.key][0] == 5


def test_inside_the_hosts_transaction(database: Database, clock: Clock, options: dict[str, Any]) -> None:
    store = database.store()
    licensing = furnish(open_as(store, OLD, clock, **options))
    with store.engine.connect() as connection, licensing.bound_to(connection) as inside:
        inside.change_installation(NEW, succession(NEW, OLD), by="admin")
        assert warned(inside) == ["identity_changed"]
        connection.rollback()
    assert warned(licensing) == []
    assert not enters(open_as(store, NEW, clock, **options))
    with store.engine.begin() as connection, licensing.bound_to(connection) as inside:
        inside.change_installation(NEW, succession(NEW, OLD), by="admin")
    after = open_as(store, NEW, clock, **options)
    assert enters(after)
    with store.engine.begin() as connection, after.bound_to(connection) as inside:
        inside.seats.assign("bo", SALES, by="admin")
        inside.meters.record([mailing("x", "1")])
    assert licensing.seats.usage(SALES).holders == ("anna", "bo")
    assert clean(after)


def test_a_key_that_is_first_written_meanwhile_is_never_both(database: Database, clock: Clock) -> None:
    store = database.store()
    licensing = furnish(open_as(store, OLD, clock, policy=ALWAYS))
    others = open_as(database.bare(), NEW, clock, policy=ALWAYS)
    refused: list[str] = []

    def change() -> None:
        try:
            licensing.change_installation(NEW, succession(NEW, OLD), by="admin")
        except sl.RefusedError as error:
            refused.append(error.code)

    def hire() -> None:
        others.users.save(person("eve"))

    in_threads(change, hire)
    if refused:
        assert refused == ["identity_in_use"]
        assert [user.id for user in others.users.all()] == ["eve"]
        assert licensing.users.find("eve") is None
    else:
        assert others.users.find("anna") is not None
        assert licensing.users.find("eve") is not None


def test_a_recording_that_begins_meanwhile_is_never_lost(database: Database, clock: Clock) -> None:
    store = database.store()
    licensing = furnish(open_as(store, OLD, clock, policy=ALWAYS))
    others = open_as(database.bare(), NEW, clock, policy=ALWAYS)
    refused: list[str] = []
    sent = mailing("x", "1")

    def change() -> None:
        try:
            licensing.change_installation(NEW, succession(NEW, OLD), by="admin")
        except sl.RefusedError as error:
            refused.append(error.code)

    def record() -> None:
        try:
            others.meters.record([sent])
        except sl.ConflictError:
            others.meters.record([sent])

    in_threads(change, record)
    again = others.meters.record([sent])[0]
    assert again.status is sl.ReceiptStatus.DUPLICATE
    assert (licensing.meters.record([sent])[0].status is sl.ReceiptStatus.ACCEPTED) is bool(refused)


def test_a_chain_of_aliases_is_no_store_of_ours(sqlite: Database, clock: Clock) -> None:
    store = sqlite.store()
    furnish(open_as(store, OLD, clock)).change_installation(NEW, succession(NEW, OLD), by="admin")
    columns = "number, token, recorded_at, sequence, entries, steps, known_from, head"
    sqlite.rows(
        f"INSERT INTO superlicense_installations (installation, {columns}, alias_of)"
        f" SELECT '{CLONE.key}', {columns}, installation FROM superlicense_installations"
        f" WHERE installation = '{NEW.key}'"
    )
    with pytest.raises(sl.StoreUnavailableError):
        open_as(sqlite.bare(), CLONE, clock)
