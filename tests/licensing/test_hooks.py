"""What hooks are told, and what they cannot do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.licensing.gate import Gate
from tests.installation import INSTALLATION, SALES, START, WEB, Clock, open_licensing, package, person

Told = tuple[str, str, object]


class Listener:
    """Writes down what it is told, after its own name."""

    def __init__(self, name: str = "hook", book: list[Told] | None = None) -> None:
        self.name = name
        self.book: list[Told] = [] if book is None else book
        self.calls: list[sl.Call] = []
        self.results: list[object] = []

    def before(self, call: sl.Call) -> None:
        self.calls.append(call)
        self.book.append((self.name, "before", call.name))

    def after(self, call: sl.Call, result: object) -> None:
        assert call is self.calls[-1]
        self.results.append(result)
        self.book.append((self.name, "after", call.name))

    def error(self, call: sl.Call, error: BaseException) -> None:
        assert call is self.calls[-1]
        self.results.append(error)
        self.book.append((self.name, "error", call.name))


class Spoiler:
    """A hook that fails at everything."""

    def before(self, call: sl.Call) -> None:
        raise LookupError(call.name)

    def after(self, call: sl.Call, result: object) -> None:
        raise ZeroDivisionError(call.name, result)

    def error(self, call: sl.Call, error: BaseException) -> None:
        raise ArithmeticError(call.name) from error


@pytest.fixture
def hook() -> Listener:
    return Listener()


@pytest.fixture
def heard(store: sl.Store, clock: Clock, hook: Listener) -> sl.Licensing:
    """An installation with three seats of a plan, anna, bo, cy and dee, and a hook that has heard nothing yet."""
    licensing = open_licensing(store, clock=clock, hooks=[hook])
    licensing.packages.adopt_unsigned(package(), by="admin")
    licensing.users.sync(map(person, ("anna", "bo", "cy", "dee")))
    for heard in (hook.book, hook.calls, hook.results):
        heard.clear()
    return licensing


class TestDecisions:
    """A question is told with what was asked and what was answered."""

    def test_a_login_is_told(self, heard: sl.Licensing, hook: Listener) -> None:
        decision = heard.gate.login("anna", WEB)
        (call,) = hook.calls
        assert (call.name, call.writes, call.by, call.at) == ("gate.login", False, "", None)
        assert (call.installation, call.called_at) == (INSTALLATION, START)
        assert dict(call.arguments) == {"user": "anna", "client": WEB, "open_sessions": None}
        assert hook.results == [decision]
        assert not decision

    def test_a_no_is_an_answer_even_where_it_is_required(self, heard: sl.Licensing, hook: Listener) -> None:
        with pytest.raises(sl.DeniedError) as caught:
            heard.gate.require_login("anna", WEB)
        assert hook.results == [caught.value.decision]
        assert [kind for _, kind, _ in hook.book] == ["before", "after"]

    def test_every_question_of_the_gate_is_told(self, heard: sl.Licensing, hook: Listener) -> None:
        at = datetime(2027, 1, 1, tzinfo=UTC)
        answers = [
            heard.gate.login(person("anna"), WEB, at=at),
            heard.gate.feature("anna", "quote", sl.Access.EDIT, at=at),
            heard.gate.administer("anna", at=at),
            heard.gate.holds("anna", SALES, at=at),
            heard.gate.has_system("quote", at=at),
            heard.packages.may_upgrade(at),
        ]
        assert hook.results == answers
        assert [call.name for call in hook.calls] == [
            "gate.login",
            "gate.feature",
            "gate.administer",
            "gate.holds",
            "gate.has_system",
            "packages.may_upgrade",
        ]
        assert {call.at for call in hook.calls} == {at}
        assert hook.calls[1].arguments["access"] is sl.Access.EDIT

    def test_a_mistake_of_the_caller_is_an_error(self, heard: sl.Licensing, hook: Listener) -> None:
        with pytest.raises(sl.InvalidValueError) as caught:
            heard.gate.login("anna", "pigeon")  # type: ignore[arg-type]  # on purpose
        assert hook.results == [caught.value]
        assert [kind for _, kind, _ in hook.book] == ["before", "error"]

    def test_answers_are_those_of_a_gate_without_hooks(
        self, store: sl.Store, clock: Clock, heard: sl.Licensing
    ) -> None:
        heard.seats.assign("anna", SALES, by="admin")
        plain = open_licensing(store, clock=clock)
        for user in ("anna", "bo", "nobody"):
            assert heard.gate.login(user, WEB) == plain.gate.login(user, WEB)
            assert heard.gate.feature(user, "quote") == plain.gate.feature(user, "quote")
        assert type(plain.gate) is Gate


class TestCommands:
    """A command is told with who gave it and what came of it."""

    def test_an_assignment_is_told(self, heard: sl.Licensing, hook: Listener) -> None:
        assignment = heard.seats.assign("anna", SALES, by="admin")
        (call,) = hook.calls
        assert (call.name, call.writes, call.by) == ("seats.assign", True, "admin")
        assert dict(call.arguments) == {"holder": "anna", "license": SALES, "comment": ""}
        assert hook.results == [assignment]

    def test_a_refusal_is_an_error_with_every_reason(self, heard: sl.Licensing, hook: Listener) -> None:
        with pytest.raises(sl.RefusedError) as caught:
            heard.seats.assign("nobody", SALES, by="admin")
        assert hook.results == [caught.value]

    def test_every_command_is_told(self, heard: sl.Licensing, hook: Listener) -> None:
        heard.seats.assign("anna", SALES, by="admin")
        heard.seats.change_plan("anna", "ten-service", by="admin")
        heard.seats.release("anna", "ten-service", by="admin")
        heard.seats.retire("anna", by="admin")
        heard.users.save(person("eve"))
        heard.users.sync([person("eve")])
        heard.sites.save(sl.Site(id="oslo", name="Oslo"))
        event = heard.notices.start(sl.EventKind.NO_LOGIN, by="admin")
        heard.notices.end(event.id, by="admin")
        with heard.notices.report(sl.JobKind.IMPORT, by="admin"):
            pass
        heard.packages.adopt_unsigned(package(seats=4), by="admin")
        heard.apply([sl.Retire(user="bo")], by="admin")
        for refused in (
            lambda: heard.packages.install_root(b"", by="admin"),
            lambda: heard.packages.offer(b"", by="admin"),
            lambda: heard.packages.remove("superoffice", by="admin"),
        ):
            with pytest.raises(sl.SuperlicenseError):
                refused()
        assert [call.name for call in hook.calls] == [
            "seats.assign",
            "seats.change_plan",
            "seats.release",
            "seats.retire",
            "users.save",
            "users.sync",
            "sites.save",
            "notices.start",
            "notices.end",
            "notices.report",
            "notices.finish",
            "packages.adopt_unsigned",
            "apply",
            "packages.install_root",
            "packages.offer",
            "packages.remove",
        ]
        assert all(call.writes for call in hook.calls)
        assert {call.by for call in hook.calls} == {"admin", "host"}

    def test_what_is_given_only_once_still_arrives(self, heard: sl.Licensing, hook: Listener) -> None:
        def arriving() -> Iterator[sl.User]:
            yield person("eve")

        saved = heard.users.sync(arriving())
        assert [one.user for one in saved] == [person("eve")]
        assert hook.calls[0].arguments["users"] == (person("eve"),)

    def test_a_hook_sees_what_was_written(self, store: sl.Store, clock: Clock) -> None:
        seen: list[tuple[str, sl.User | None]] = []

        class Reader(Listener):
            def before(self, call: sl.Call) -> None:
                super().before(call)
                seen.append(("before", licensing.users.find("anna")))

            def after(self, call: sl.Call, result: object) -> None:
                super().after(call, result)
                seen.append(("after", licensing.users.find("anna")))

        licensing = open_licensing(store, clock=clock, hooks=[Reader()])
        licensing.users.save(person("anna"))
        assert seen == [("before", None), ("after", person("anna"))]


class TestHooks:
    """What a hook does changes no answer."""

    def test_they_are_told_in_order_and_back(self, store: sl.Store) -> None:
        book: list[Told] = []
        hooks = [Listener("outer", book), Listener("inner", book)]
        open_licensing(store, hooks=hooks).gate.login("anna", WEB)
        assert [(name, kind) for name, kind, _ in book] == [
            ("outer", "before"),
            ("inner", "before"),
            ("inner", "after"),
            ("outer", "after"),
        ]

    def test_their_errors_change_no_answer(
        self, store: sl.Store, clock: Clock, heard: sl.Licensing, caplog: pytest.LogCaptureFixture
    ) -> None:
        listener = Listener()
        spoiled = open_licensing(store, clock=clock, hooks=[Spoiler(), listener])
        assert spoiled.gate.login("anna", WEB) == heard.gate.login("anna", WEB)
        assert spoiled.seats.assign("anna", SALES, by="admin").holder == "anna"
        with pytest.raises(sl.RefusedError):
            spoiled.seats.assign("nobody", SALES, by="admin")
        assert [kind for _, kind, _ in listener.book] == ["before", "after", "before", "after", "before", "error"]
        failures = [record for record in caplog.records if record.name == "superlicense.hooks"]
        assert [record.exc_info[0] for record in failures if record.exc_info] == [
            LookupError,
            ZeroDivisionError,
            LookupError,
            ZeroDivisionError,
            LookupError,
            ArithmeticError,
        ]

    def test_an_interrupt_is_told_and_goes_on(self, store: sl.Store, hook: Listener) -> None:
        def interrupted() -> datetime:
            if hook.calls:
                raise KeyboardInterrupt
            return START

        licensing = open_licensing(store, clock=interrupted, hooks=[hook])
        with pytest.raises(KeyboardInterrupt):
            licensing.users.save(person("anna"))
        assert [kind for _, kind, _ in hook.book] == ["before", "error"]

    def test_what_lacks_a_method_is_no_hook(self, store: sl.Store, hook: Listener) -> None:
        with pytest.raises(sl.InvalidValueError) as caught:
            open_licensing(store, hooks=[hook, print])
        assert caught.value.path == "hooks[1]"

    def test_calls_are_told_apart_although_they_ask_the_same(self, heard: sl.Licensing, hook: Listener) -> None:
        heard.gate.login("anna", WEB)
        heard.gate.login("anna", WEB)
        assert len({call: call.name for call in hook.calls}) == 2


class TestLogs:
    """Every command is logged below `superlicense`; nothing is printed where nobody listens."""

    @pytest.fixture(autouse=True)
    def listening(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "superlicense.commands")

    @pytest.mark.parametrize("hooks", [(), (Listener(),)], ids=["without hooks", "with a hook"])
    def test_commands_are_logged_with_who_gave_them_and_what_came_of_it(
        self, store: sl.Store, hooks: tuple[Listener, ...], caplog: pytest.LogCaptureFixture
    ) -> None:
        licensing = open_licensing(store, hooks=hooks)
        licensing.users.save(person("eve"))
        with pytest.raises(sl.RefusedError):
            licensing.seats.assign("nobody", "visible-for", by="admin")
        with pytest.raises(sl.NoTrustRootError):
            licensing.packages.offer(b"", by="admin")
        with pytest.raises(sl.InvalidValueError):
            licensing.seats.retire("anna", by="two\nlines")
        licensing.gate.login("anna", WEB)
        assert [(record.levelname, record.message) for record in caplog.records] == [
            ("INFO", "users.save by host: done"),
            ("INFO", "seats.assign by admin: refused: unknown_license"),
            ("WARNING", "packages.offer by admin: failed: no_trust_root"),
        ]

    def test_the_logger_has_a_null_handler_once(self) -> None:
        handlers = logging.getLogger("superlicense").handlers
        assert [type(handler) for handler in handlers].count(logging.NullHandler) == 1


def test_inside_a_transaction_of_the_hosts_hooks_are_told_as_well(tmp_path: Path, hook: Listener) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    store = SqlStore(engine)
    store.create_tables()
    licensing = open_licensing(store, hooks=[hook])
    with engine.connect() as connection:
        with licensing.bound_to(connection) as inside:
            inside.users.save(person("anna"))
            inside.gate.login("anna", WEB)
        connection.rollback()
    engine.dispose()
    assert [kind for _, kind, _ in hook.book] == ["before", "after", "before", "after"]
    assert [call.name for call in hook.calls] == ["users.save", "gate.login"]
    assert licensing.users.find("anna") is None


def test_a_limit_that_is_checked_is_told(heard: sl.Licensing, hook: Listener) -> None:
    decision = heard.limits.check("active_projects", in_use=7)
    assert hook.results == [decision]
    assert dict(hook.calls[0].arguments) == {"limit": "active_projects", "in_use": 7}
