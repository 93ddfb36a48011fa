"""FastAPI: dependencies, exception handlers, and the example."""

from __future__ import annotations

import asyncio
import threading
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Request

import superlicense as sl
from docs.examples import fastapi_app
from superlicense.contrib.fastapi import Requirement, init_app, require_administrator, require_feature, require_login
from superlicense.errors import InvalidValueError, StoreUnavailableError
from tests.contrib import asgi
from tests.contrib.asgi import Client
from tests.contrib.visits import Seen, Service, Visit, WhatVisitorsSee, lines_of_glue, make_service
from tests.installation import EDIT, Clock


class TestTheExample(WhatVisitorsSee):
    @pytest.fixture
    def visit(self, service: Service) -> Visit:
        app = fastapi_app.create_app(service.licensing)

        def request(method: str, path: str, *, user: str | None = None, language: str = "en") -> Seen:
            headers = {"Accept-Language": language} | ({} if user is None else {"X-User": user})
            response = asgi.request(app, method, path, headers)
            return Seen(response.status_code, response.headers, response.json())

        return request

    def test_nobody_is_asked_to_log_in(self, visit: Visit) -> None:
        assert visit("GET", "/").status == 401

    def test_needs_at_most_fifteen_lines(self) -> None:
        assert 0 < lines_of_glue("fastapi_app.py") <= 15

    def test_has_a_demo(self) -> None:
        response = Client(fastapi_app.demo()).get("/", headers={"X-User": "anna"})
        assert response.json()["page"] == "home"


@pytest.fixture
def service(clock: Clock) -> Service:
    return make_service(clock)


def test_two_dependencies_that_ask_the_same_are_equal() -> None:
    assert require_login() == require_login(sl.Client.WEB)
    assert require_feature("quote") == require_feature("SuperOffice.Quote", "view")
    assert require_feature("quote") != require_feature("no name.")
    assert len({require_feature("quote", EDIT), require_feature("quote", "edit"), require_feature("quote")}) == 2
    assert require_administrator() != require_login()


def test_a_dependency_of_something_unknown_is_invalid() -> None:
    with pytest.raises(InvalidValueError):
        require_login("telnet")
    with pytest.raises(InvalidValueError):
        require_feature("quote", "own")


def test_a_test_overrides_a_dependency_by_its_value(service: Service) -> None:
    app = fastapi_app.create_app(service.licensing)
    granted = service.licensing.gate.login("anna-holder", sl.Client.WEB)
    app.dependency_overrides[require_login()] = lambda: granted
    assert Client(app).get("/").json()["page"] == "home"


def test_an_application_that_was_not_initialized_says_so() -> None:
    app = FastAPI()

    @app.get("/", dependencies=[Depends(require_login())])
    def home() -> str:
        return "never"

    with pytest.raises(InvalidValueError, match="init_app"):
        Client(app).get("/")


def test_who_may_be_async_and_is_asked_once_a_request(service: Service) -> None:
    asked = []

    async def who(request: Request) -> str:
        await asyncio.sleep(0)
        asked.append(request.url.path)
        return "anna-holder"

    app = FastAPI()
    init_app(app, service.licensing, who=who)
    edits = [Depends(require_login()), Depends(require_feature("quote", EDIT))]

    @app.get("/", dependencies=edits)
    def home() -> str:
        return "home"

    assert Client(app).get("/").json() == "home"
    assert asked == ["/"]


def test_the_installation_may_depend_on_the_request(service: Service, clock: Clock) -> None:
    other = make_service(clock)
    other.licensing.seats.release("anna-holder", "ten-sales", by="admin")
    services = {"one": service.licensing, "other": other.licensing}
    app = FastAPI()
    init_app(app, lambda request: services[request.headers["X-Customer"]], who=lambda _: "anna-holder")

    @app.get("/", dependencies=[Depends(require_login())])
    def home() -> str:
        return "home"

    client = Client(app)
    assert [client.get("/", headers={"X-Customer": name}).status_code for name in services] == [200, 403]


def test_an_installation_that_cannot_be_opened_is_an_outage() -> None:
    def fail(_: Request) -> sl.Licensing:
        raise StoreUnavailableError("10.0.0.7")

    app = FastAPI()
    init_app(app, fail, who=lambda _: "bo")

    @app.get("/", dependencies=[Depends(require_login())])
    def home() -> str:
        return "never"

    response = Client(app).get("/")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "10.0.0.7" not in response.text


def test_the_gate_is_not_asked_on_the_event_loop(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    loops, gates = [], []
    login = service.licensing.gate.login

    async def who(_: Request) -> str:
        loops.append(threading.get_ident())
        return "anna-holder"

    def ask(user: str, client: sl.Client) -> sl.Decision:
        gates.append(threading.get_ident())
        return login(user, client)

    app = FastAPI()
    init_app(app, service.licensing, who=who)
    monkeypatch.setattr("superlicense.licensing.gate.Gate.login", lambda _, user, client: ask(user, client))

    @app.get("/")
    async def home(visit: Annotated[sl.Decision, Depends(Requirement(require_login().question))]) -> str:
        return visit.outcome

    assert Client(app).get("/").json() == "allowed"
    assert set(loops).isdisjoint(gates)
    assert len(loops) == len(gates) == 1


@pytest.mark.parametrize(("user", "status"), [("ada", 200), ("bo", 403), ("nobody", 403)])
def test_only_an_administrator_administers(service: Service, user: str, status: int) -> None:
    app = FastAPI()
    init_app(app, service.licensing, who=lambda _: user)

    @app.get("/licenses", dependencies=[Depends(require_administrator())])
    def licenses() -> str:
        return "licenses"

    assert Client(app).get("/licenses").status_code == status


def test_a_refused_command_is_a_conflict(service: Service) -> None:
    app = FastAPI()
    init_app(app, service.licensing, who=lambda _: "ada")

    @app.post("/seats/{user}", dependencies=[Depends(require_administrator())])
    def assign(user: str) -> None:
        service.licensing.seats.assign(user, "ten-sales", by="ada")

    client = Client(app)
    refused = client.post("/seats/bo")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_seat_left")
    assert refused.json()["reasons"][0]["params"]["holder"] == "bo"
