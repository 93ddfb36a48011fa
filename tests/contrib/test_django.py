"""Django: middleware, decorators, login backend, command and transactions, in sync and async; and the example."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.contrib.django import bound_to, license_exempt, require_feature
from superlicense.contrib.django.glue import licensing_of, user_id_of
from superlicense.errors import DeniedError, InvalidValueError, RefusedError, StoreUnavailableError
from superlicense.testing import package, vendor
from tests.contrib.django_site import set_up
from tests.contrib.visits import EXAMPLES, Seen, Service, Visit, WhatVisitorsSee, lines_of_glue, make_service
from tests.installation import INSTALLATION, SALES, STOPS_AT, Clock, open_licensing

DATABASE = set_up()

from django.core.management import CommandError, call_command  # noqa: E402 - Django is set up first
from django.db import connection, transaction  # noqa: E402 - as above
from django.test import AsyncClient, Client, RequestFactory, override_settings  # noqa: E402 - as above


def installed(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Let the example ask a service of the tests."""
    made = make_service(clock)
    monkeypatch.setattr("docs.examples.django_site.licenses.demo", lambda: made.licensing)
    return made


@pytest.fixture
def service(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Service:
    return installed(clock, monkeypatch)


def seen(response: Any) -> Seen:  # noqa: ANN401 - Django ships no types
    found = {name.lower(): value for name, value in response.headers.items()}
    return Seen(response.status_code, found, json.loads(response.content or "null"))


def visit_sync(method: str, path: str, *, user: str | None = None, language: str = "en") -> Seen:
    environment = {} if user is None else {"REMOTE_USER": user}
    return seen(Client().generic(method, path, headers={"accept-language": language}, **environment))


def visit_async(method: str, path: str, *, user: str | None = None, language: str = "en") -> Seen:
    headers = {"accept-language": language} | ({} if user is None else {"remote-user": user})

    async def send() -> Seen:
        return seen(await AsyncClient().generic(method, path, headers=headers))

    return asyncio.run(send())


class TestTheExample(WhatVisitorsSee):
    @pytest.fixture
    def service(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Service:
        return installed(clock, monkeypatch)

    @pytest.fixture(params=[visit_sync, visit_async], ids=["sync", "async"])
    def visit(self, request: pytest.FixtureRequest, service: Service) -> Visit:
        del service
        found: Visit = request.param
        return found

    def test_nobody_is_sent_to_the_login_page(self, visit: Visit) -> None:
        response = visit("GET", "/?page=2")
        assert (response.status, response.headers["location"]) == (302, "/login?next=%2F%3Fpage%3D2")

    def test_needs_at_most_twenty_lines(self) -> None:
        files = sorted((EXAMPLES / "django_site").glob("*.py"))
        assert len(files) == 4
        assert 0 < sum(lines_of_glue(f"django_site/{file.name}") for file in files) <= 20


def test_the_example_has_a_demo() -> None:
    assert visit_sync("GET", "/", user="anna").data["page"] == "home"


def log_in(user: str, password: str = "geheim") -> Any:  # noqa: ANN401, S107 - as above; the password of the tests
    return Client().post("/login", {"username": user, "password": password})


@pytest.fixture
def accounts() -> Iterator[None]:
    from django.contrib.auth.models import User  # noqa: PLC0415 - Django is set up first

    for name in ("anna-holder", "bo"):
        User.objects.filter(username=name).delete()
        User.objects.create_user(name, password="geheim")  # noqa: S106 - the password of the tests
    yield
    User.objects.all().delete()


@pytest.mark.usefixtures("service", "accounts")
class TestTheLoginBackend:
    def test_lets_in_whom_the_gate_lets_in(self) -> None:
        assert log_in("anna-holder").status_code == 200

    def test_says_why_the_gate_does_not(self) -> None:
        response = log_in("bo")
        assert (response.status_code, response.json()["code"]) == (403, "license_missing")

    def test_says_nothing_of_licenses_after_a_wrong_password(self) -> None:
        assert log_in("bo", "falsch").json() == {"title": "Wrong name or password"}

    @pytest.mark.parametrize(("user", "is_let_in"), [("anna-holder", True), ("bo", False)])
    def test_decides_alike_when_it_is_awaited(self, user: str, is_let_in: bool) -> None:  # noqa: FBT001
        from django.contrib.auth import aauthenticate  # noqa: PLC0415 - Django is set up first

        found = asyncio.run(aauthenticate(None, username=user, password="geheim"))  # noqa: S106 - as above
        assert (found is not None) is is_let_in

    def test_a_store_that_is_down_is_no_wrong_password(self, service: Service) -> None:
        service.take_the_store_away()
        service.let_the_grace_pass()
        response = log_in("anna-holder")
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_an_exempt_view_is_marked_and_nothing_else() -> None:
    def view() -> None:
        """Do nothing."""

    assert license_exempt(view) is view
    assert vars(view) == {"license_exempt": True}


def test_an_installation_that_cannot_be_opened_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> sl.Licensing:
        raise StoreUnavailableError("10.0.0.7")

    monkeypatch.setattr("docs.examples.django_site.licenses.demo", fail)
    response = visit_sync("GET", "/", user="bo")
    assert (response.status, response.headers["retry-after"]) == (503, "5")


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(("user", "is_denied"), [("anna-holder", False), ("cy-holder", True)])
def test_a_sync_view_may_require_a_feature(user: str, is_denied: bool) -> None:  # noqa: FBT001 - of the table
    request = RequestFactory().get("/quotes")
    request.user = SimpleNamespace(is_authenticated=True, get_username=lambda: user)

    @require_feature("quote", "edit")
    def view(request: Any) -> str:  # noqa: ANN401 - as above
        return str(request.license_decision.outcome)

    if is_denied:
        with pytest.raises(DeniedError):
            view(request)
    else:
        assert view(request) == "allowed"


def test_settings_without_licensing_say_so() -> None:
    with override_settings(SUPERLICENSE={}), pytest.raises(InvalidValueError, match="SUPERLICENSE"):
        licensing_of(None)


def test_the_setting_may_be_the_licensing_itself(service: Service) -> None:
    with override_settings(SUPERLICENSE={"LICENSING": service.licensing}):
        assert licensing_of(None) is service.licensing


def test_the_id_of_a_user_is_what_the_host_says() -> None:
    with override_settings(SUPERLICENSE={"USER_ID": lambda user: f"id-{user}"}):
        assert user_id_of(7) == "id-7"


class TestTheCommand:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command("licenses", *arguments, stdout=out)
        return out.getvalue()

    @pytest.mark.usefixtures("service")
    def test_checks_a_login(self) -> None:
        assert self.run("check", "anna-holder") == "Allowed\n"

    @pytest.mark.usefixtures("service")
    def test_fails_for_who_may_not_log_in(self) -> None:
        with pytest.raises(CommandError, match="license_missing"):
            self.run("check", "bo")

    @pytest.mark.usefixtures("service")
    def test_speaks_danish(self) -> None:
        assert self.run("--language", "da", "check", "anna-holder") == "Tilladt\n"

    def test_shows_what_an_administrator_should_know(self, service: Service) -> None:
        before = self.run("status")
        service.clock.now = STOPS_AT
        assert "package_stopped" not in before
        assert "package_stopped" in self.run("status")

    def test_offers_a_package(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: Clock) -> None:
        issuer = vendor()
        licensing = open_licensing(clock=clock, trust=issuer.root)
        monkeypatch.setattr("docs.examples.django_site.licenses.demo", lambda: licensing)
        document = tmp_path / "package.json"
        document.write_bytes(issuer.issue(package(issue=1, issued_at=clock.now)))
        assert self.run("offer", str(document), "--by", "ada") == "activated\n"
        assert self.run("offer", str(document), "--by", "ada") == "unchanged\n"

    def test_says_why_a_package_waits(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: Clock) -> None:
        issuer = vendor()
        licensing = open_licensing(clock=clock, trust=issuer.root)
        monkeypatch.setattr("docs.examples.django_site.licenses.demo", lambda: licensing)
        licensing.packages.offer(issuer.issue(package(issue=1, issued_at=clock.now)), by="ada")
        for user in ("anna", "bo"):
            licensing.users.save(sl.User(id=user, may_log_in=True))
            licensing.seats.assign(user, SALES, by="ada")
        document = tmp_path / "package.json"
        document.write_bytes(issuer.issue(package(seats=1, issue=2, issued_at=clock.now)))
        shown = self.run("offer", str(document), "--by", "ada")
        assert shown.startswith("waiting\n")
        assert "seats_exceed_total" in shown

    @pytest.mark.usefixtures("service")
    def test_names_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="No such file"):
            self.run("offer", str(tmp_path / "none.json"), "--by", "ada")

    @pytest.mark.usefixtures("service")
    def test_an_error_of_the_library_is_one_of_the_command(self, tmp_path: Path) -> None:
        document = tmp_path / "package.json"
        document.write_bytes(b"{}")
        with pytest.raises(CommandError, match=r"^\w+: "):
            self.run("offer", str(document), "--by", "ada")


class TestTransactions:
    @pytest.fixture
    def licensing(self) -> Iterator[sl.Licensing]:
        engine = create_engine(f"sqlite:///{DATABASE}")
        store = SqlStore(engine)
        store.migrate()
        licensing = open_licensing(store, INSTALLATION, policy=sl.Policy(max_staleness=timedelta(0)))
        if licensing.packages.current() is None:
            licensing.packages.adopt_unsigned(package(), by="admin")
        yield licensing
        engine.dispose()

    def users(self, licensing: sl.Licensing) -> set[str]:
        return {user.id for user in licensing.users.all()}

    def test_a_change_is_committed_with_the_hosts(self, licensing: sl.Licensing) -> None:
        with transaction.atomic(), bound_to(licensing) as inside:
            inside.users.save(sl.User(id="committed", may_log_in=True))
            inside.seats.assign("committed", SALES, by="admin")
            assert inside.gate.login("committed", sl.Client.WEB).allowed
            assert "committed" not in self.users(licensing)
        assert licensing.gate.login("committed", sl.Client.WEB).allowed
        licensing.seats.retire("committed", by="admin")

    def test_a_change_is_rolled_back_with_the_hosts(self, licensing: sl.Licensing) -> None:
        def hire_and_fail() -> None:
            with transaction.atomic(), bound_to(licensing) as inside:
                inside.users.save(sl.User(id="lost", may_log_in=True))
                raise LookupError

        with pytest.raises(LookupError):
            hire_and_fail()
        assert "lost" not in self.users(licensing)
        assert not connection.in_atomic_block

    def test_a_refused_change_leaves_the_transaction_as_it_was(self, licensing: sl.Licensing) -> None:
        with transaction.atomic(), bound_to(licensing) as inside:
            inside.users.save(sl.User(id="kept", may_log_in=True))
            with pytest.raises(RefusedError):
                inside.seats.assign("nobody", SALES, by="admin")
        assert "kept" in self.users(licensing)

    def test_the_connection_is_django_s_afterwards(self, licensing: sl.Licensing) -> None:
        with transaction.atomic(), bound_to(licensing) as inside:
            inside.users.save(sl.User(id="first", may_log_in=True))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 'Ab' REGEXP 'a'")
            assert cursor.fetchone() == (0,)
        with pytest.raises(sl.StoreUnavailableError):
            inside.users.all()

    def test_without_a_transaction_it_is_refused(self, licensing: sl.Licensing) -> None:
        with pytest.raises(InvalidValueError, match="atomic"), bound_to(licensing):
            pass

    def test_a_store_in_memory_cannot_join(self) -> None:
        with transaction.atomic(), pytest.raises(InvalidValueError), bound_to(open_licensing()):
            pass
