"""Licensing inside a transaction of the host's, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

import superlicense as sl
from tests.adapters.databases import Database
from tests.adapters.service import Service, heard, order
from tests.installation import EDIT, SALES, SERVICE, START, WEB, Clock, open_licensing, package, person


class TestTogether:
    """One transaction of the host's, with what it does itself and what licensing does."""

    def test_the_hosts_commit_makes_both_true(self, service: Service) -> None:
        with service.engine.begin() as connection:
            order(connection, "one")
            with service.licensing.bound_to(connection) as inside:
                inside.seats.assign("anna", SALES, by="admin")
            order(connection, "two")
        assert service.orders() == ["one", "two"]
        assert service.stored("anna") == ["superoffice.ten-sales"]

    def test_the_hosts_rollback_undoes_both(self, service: Service) -> None:
        before = service.another().revision()
        with service.engine.connect() as connection:
            inside = service.licensing.bound_to(connection)
            inside.users.save(person("dora"))
            inside.seats.assign("dora", SALES, by="admin")
            order(connection, "one")
            assert inside.gate.login("dora", WEB)
            connection.rollback()
        assert service.orders() == []
        assert service.stored("dora") == []
        assert service.another().users.find("dora") is None
        assert service.another().revision() == before
        assert len(service.another().journal.entries()) == len(service.licensing.journal.entries())

    def test_an_error_of_the_hosts_undoes_both(self, service: Service) -> None:
        def sell() -> None:
            with service.engine.begin() as connection, service.licensing.bound_to(connection) as inside:
                inside.seats.assign("anna", SALES, by="admin")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            sell()
        assert service.stored("anna") == []

    def test_nothing_is_ever_committed(self, service: Service) -> None:
        with service.engine.connect() as connection:
            with heard(service.engine) as said, service.licensing.bound_to(connection) as inside:
                inside.seats.assign("anna", SALES, by="admin")
                inside.gate.login("anna", WEB)
                inside.journal.entries()
            assert said
            assert [one for one in said if "COMMIT" in one.upper()] == []
            connection.rollback()
        assert service.stored("anna") == []

    def test_it_may_be_used_plainly_and_after_the_commit_in_the_next_transaction(self, service: Service) -> None:
        with service.engine.connect() as connection:
            inside = service.licensing.bound_to(connection)
            inside.seats.assign("anna", SALES, by="admin")
            connection.commit()
            inside.seats.assign("bo", SALES, by="admin")
            connection.rollback()
            assert inside.seats.usage(SALES).holders == ("anna",)
            connection.commit()
        assert (service.stored("anna"), service.stored("bo")) == (["superoffice.ten-sales"], [])

    def test_a_session_has_a_connection_as_well(self, service: Service) -> None:
        with Session(service.engine) as session, session.begin():
            order(session.connection(), "one")
            service.licensing.bound_to(session.connection()).seats.assign("anna", SALES, by="admin")
        assert service.stored("anna") == ["superoffice.ten-sales"]
        assert service.orders() == ["one"]

    def test_everything_can_be_done_inside(self, service: Service) -> None:
        noon = service.clock.forward(hours=3)
        with service.engine.begin() as connection, service.licensing.bound_to(connection) as inside:
            inside.packages.adopt_unsigned(package(seats=5), by="admin")
            inside.sites.save(sl.Site(id="oslo", name="Oslo"))
            inside.notices.start(sl.EventKind.NO_LOGIN, by="admin")
            inside.apply([sl.Assign(license=sl.LicenseName.parse(SALES), holder="anna")], by="admin")
            inside.seats.change_plan("anna", SERVICE, by="admin")
            assert inside.seats.usage(SALES).total == 5
            assert not inside.gate.login("anna", WEB)
            assert not inside.gate.login("anna", WEB, at=START)
            assert inside.users.find("anna", at=START) == person("anna")
            assert [entry.change for entry in inside.journal.entries(since=noon)][-2:] == ["Assign", "ChangePlan"]
            assert inside.installation is service.licensing.installation
            assert inside.policy is service.licensing.policy
            assert inside.zone is service.licensing.zone
        assert service.stored("anna") == ["superoffice.ten-service"]


class TestWorld:
    """What is seen inside, and what of it outside."""

    def test_it_starts_from_what_the_shared_instance_knows(self, service: Service) -> None:
        with service.engine.connect() as connection:
            inside = service.licensing.bound_to(connection)
            with heard(service.engine) as said:
                assert inside.users.find("anna") == person("anna")
            # The revision alone is read, and nothing is loaded.
            assert [one for one in said if "superlicense_rows" in one] == []

    def test_it_is_brought_up_to_date_inside_the_transaction(self, service: Service) -> None:
        with service.engine.connect() as connection:
            inside = service.licensing.bound_to(connection)
            assert not inside.gate.login("anna", WEB)
            service.another().seats.assign("anna", SALES, by="admin")
            # The shared instance may answer from its snapshot for a day; in here every call looks.
            assert not service.licensing.gate.login("anna", WEB)
            assert inside.gate.login("anna", WEB)
            service.another().seats.release("anna", SALES, by="admin")
            assert not inside.gate.login("anna", WEB)

    def test_it_sees_its_own_writes_and_the_shared_instance_does_not(self, service: Service) -> None:
        shared, snapshot = service.licensing, service.licensing._engine.worlds.state.snapshot  # noqa: SLF001 - it stays the same
        with service.engine.connect() as connection:
            inside = shared.bound_to(connection)
            inside.seats.assign("anna", SALES, by="admin")
            assert inside.gate.feature("anna", "quote", EDIT)
            assert not shared.gate.login("anna", WEB)
            assert shared.seats.usage(SALES).in_use == 0
            assert shared.revision() != inside.revision()
            connection.commit()
        assert not shared.gate.login("anna", WEB)
        assert shared._engine.worlds.state.snapshot is snapshot  # noqa: SLF001 - as above

    def test_the_shared_instance_sees_it_at_its_next_look(self, service: Service) -> None:
        shared = service.another(stale=timedelta(seconds=1))
        with service.engine.begin() as connection:
            shared.bound_to(connection).seats.assign("anna", SALES, by="admin")
        assert not shared.gate.login("anna", WEB)
        service.clock.forward(seconds=1)
        assert shared.gate.login("anna", WEB)

    def test_the_shared_instance_that_writes_sees_it_at_once(self, service: Service) -> None:
        with service.engine.begin() as connection:
            service.licensing.bound_to(connection).seats.assign("anna", SALES, by="admin")
        service.licensing.seats.assign("bo", SALES, by="admin")
        assert service.licensing.seats.usage(SALES).holders == ("anna", "bo")

    def test_what_the_host_rolls_back_to_its_own_savepoint_is_gone_inside_too(self, service: Service) -> None:
        with service.engine.begin() as connection:
            inside = service.licensing.bound_to(connection)
            inside.seats.assign("anna", SALES, by="admin")
            with connection.begin_nested() as savepoint:
                inside.seats.assign("bo", SALES, by="admin")
                assert inside.gate.login("bo", WEB)
                savepoint.rollback()
            assert not inside.gate.login("bo", WEB)
            assert inside.seats.usage(SALES).holders == ("anna",)
            inside.seats.assign("cy", SALES, by="admin")
        assert service.another().seats.usage(SALES).holders == ("anna", "cy")

    def test_two_of_them_in_one_transaction_agree(self, service: Service) -> None:
        with service.engine.begin() as connection:
            one, two = (service.licensing.bound_to(connection) for _ in range(2))
            one.seats.assign("anna", SALES, by="admin")
            assert two.gate.login("anna", WEB)
            two.seats.release("anna", SALES, by="admin")
            assert not one.gate.login("anna", WEB)

    def test_the_hosts_veto_may_ask_inside_and_outside(self, service: Service) -> None:
        heard_of: list[tuple[bool, bool]] = []

        def veto(holder: str, license: sl.LicenseName) -> str | None:
            del license
            heard_of.append((inside.gate.login(holder, WEB).allowed, asked.gate.login(holder, WEB).allowed))
            return "has open orders" if holder == "bo" else None

        asked = open_licensing(service.store, clock=service.clock, seat_veto=veto)
        with service.engine.begin() as connection:
            inside = asked.bound_to(connection)
            inside.seats.assign("anna", SALES, by="admin")
            inside.seats.assign("bo", SALES, by="admin")
            inside.seats.release("anna", SALES, by="admin")
            with pytest.raises(sl.RefusedError):
                inside.seats.release("bo", SALES, by="admin")
        assert heard_of == [(True, False)] * 2
        assert service.another().seats.usage(SALES).holders == ("bo",)


class TestClosing:
    """When it is over."""

    def test_a_closed_one_says_so_and_the_transaction_goes_on(self, service: Service) -> None:
        with service.engine.begin() as connection:
            with service.licensing.bound_to(connection) as inside:
                inside.seats.assign("anna", SALES, by="admin")
            calls: list[Callable[[], object]] = [
                lambda: inside.gate.login("anna", WEB),
                lambda: inside.gate.holds("anna", SALES),
                lambda: inside.gate.feature("anna", "quote", EDIT),
                lambda: inside.users.find("anna"),
                lambda: inside.users.find("anna", at=START),
                lambda: inside.seats.assign("bo", SALES, by="admin"),
                inside.journal.entries,
                inside.revision,
            ]
            for call in calls:
                with pytest.raises(sl.StoreUnavailableError, match="is closed"):
                    call()
            inside.close()
            order(connection, "one")
        assert service.orders() == ["one"]
        assert service.stored("anna") == ["superoffice.ten-sales"]

    def test_it_is_closed_on_errors_as_well(self, service: Service) -> None:
        with service.engine.connect() as connection:
            inside = service.licensing.bound_to(connection)
            with pytest.raises(sl.RefusedError), inside:
                inside.seats.assign("nobody", SALES, by="admin")
            with pytest.raises(sl.StoreUnavailableError):
                inside.revision()

    def test_a_connection_that_is_closed_is_unavailable(self, service: Service) -> None:
        with service.engine.connect() as connection:
            inside = service.licensing.bound_to(connection)
        with pytest.raises(sl.StoreUnavailableError):
            inside.gate.login("anna", WEB)
        with pytest.raises(sl.StoreUnavailableError):
            inside.seats.assign("anna", SALES, by="admin")
        with pytest.raises(sl.StoreUnavailableError):
            service.licensing.bound_to(connection)


class TestWhatCannotBeBound:
    def test_a_store_without_transactions(self, clock: Clock, sqlite: Database) -> None:
        licensing = open_licensing(clock=clock)
        with (
            sqlite.engine().connect() as connection,
            pytest.raises(sl.InvalidValueError, match=r"must support bound_to\(\), got 'MemoryStore'"),
        ):
            licensing.bound_to(connection)

    def test_one_that_is_bound(self, service: Service) -> None:
        with service.engine.connect() as connection:
            inside = service.licensing.bound_to(connection)
            with pytest.raises(sl.InvalidValueError, match="must support bound_to"):
                inside.bound_to(connection)

    def test_something_else_than_a_connection(self, service: Service) -> None:
        for thing in (None, service.engine, "postgresql://"):
            with pytest.raises(sl.InvalidValueError, match="must be a SQLAlchemy Connection"):
                service.licensing.bound_to(thing)

    def test_a_connection_to_another_kind_of_database(
        self, sqlite: Database, postgresql: Database, clock: Clock
    ) -> None:
        with (
            postgresql.engine().connect() as connection,
            pytest.raises(sl.InvalidValueError, match="must be to sqlite, as the store is"),
        ):
            Service(sqlite, clock).licensing.bound_to(connection)

    def test_a_connection_that_commits_every_statement(self, service: Service) -> None:
        with (
            service.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
            pytest.raises(sl.InvalidValueError, match="must be in a transaction of its own"),
        ):
            service.licensing.bound_to(connection)

    def test_an_engine_that_commits_every_statement(self, postgresql: Database, clock: Clock) -> None:
        licensing = Service(postgresql, clock).licensing
        with (
            postgresql.engine(isolation_level="AUTOCOMMIT").connect() as connection,
            pytest.raises(sl.InvalidValueError, match="must be in a transaction of its own"),
        ):
            licensing.bound_to(connection)
