"""Flask: decorators of sync and async views, error handlers, and the example."""

from __future__ import annotations

import asyncio

import pytest
from flask import Flask, g, request

import superlicense as sl
from docs.examples import flask_app
from superlicense.contrib.flask import init_app, require_administrator, require_feature, require_login
from superlicense.errors import InvalidValueError, StoreUnavailableError
from tests.contrib.visits import Seen, Service, Visit, WhatVisitorsSee, lines_of_glue, make_service
from tests.installation import Clock


class TestTheExample(WhatVisitorsSee):
    @pytest.fixture
    def visit(self, service: Service) -> Visit:
        client = flask_app.create_app(service.licensing).test_client()

        def send(method: str, path: str, *, user: str | None = None, language: str = "en") -> Seen:
            headers = {"Accept-Language": language} | ({} if user is None else {"X-User": user})
            response = client.open(path, method=method, headers=headers)
            return Seen(
                response.status_code, {k.lower(): v for k, v in response.headers}, response.get_json(force=True)
            )

        return send

    def test_needs_at_most_fifteen_lines(self) -> None:
        assert 0 < lines_of_glue("flask_app.py") <= 15

    def test_has_a_demo(self) -> None:
        response = flask_app.demo().test_client().get("/", headers={"X-User": "anna"})
        assert response.get_json()["page"] == "home"


@pytest.fixture
def service(clock: Clock) -> Service:
    return make_service(clock)


def test_nobody_is_asked_to_log_in(service: Service) -> None:
    assert flask_app.create_app(service.licensing).test_client().get("/").status_code == 401


def test_an_async_view_runs_after_the_gate_has_granted_it(service: Service) -> None:
    app = Flask(__name__)
    init_app(app, service.licensing, who=lambda: request.headers["X-User"])
    ran = []

    @app.get("/")
    @require_login()
    async def home() -> str:
        await asyncio.sleep(0)
        ran.append(g.license_user)
        return "home"

    client = app.test_client()
    assert [client.get("/", headers={"X-User": user}).status_code for user in ("anna-holder", "bo")] == [200, 403]
    assert ran == ["anna-holder"]


def test_a_view_keeps_its_name_and_arguments(service: Service) -> None:
    app = Flask(__name__)
    init_app(app, service.licensing, who=lambda: "anna-holder")

    @app.get("/quotes/<int:number>")
    @require_feature("quote")
    def quote(number: int) -> str:
        return str(number + 1)

    assert list(app.view_functions) == ["static", "quote"]
    assert app.test_client().get("/quotes/6").text == "7"


def test_an_application_that_was_not_initialized_says_so() -> None:
    app = Flask(__name__)
    app.testing = True
    app.get("/")(require_login()(lambda: "never"))
    with pytest.raises(InvalidValueError, match="init_app"):
        app.test_client().get("/")


def test_the_installation_may_depend_on_the_request(service: Service, clock: Clock) -> None:
    other = make_service(clock)
    other.licensing.seats.release("anna-holder", "ten-sales", by="admin")
    services = {"one": service.licensing, "other": other.licensing}
    app = Flask(__name__)
    init_app(app, lambda: services[request.headers["X-Customer"]], who=lambda: "anna-holder")

    @app.get("/")
    @require_login(sl.Client.WEB)
    def home() -> str:
        return "home"

    client = app.test_client()
    assert [client.get("/", headers={"X-Customer": name}).status_code for name in services] == [200, 403]


def test_an_installation_that_cannot_be_opened_is_an_outage() -> None:
    def fail() -> sl.Licensing:
        raise StoreUnavailableError("10.0.0.7")

    app = Flask(__name__)
    init_app(app, fail, who=lambda: "bo")
    app.get("/")(require_login()(lambda: "never"))
    response = app.test_client().get("/")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(("user", "status"), [("ada", 409), ("bo", 403)])
def test_a_refused_command_is_a_conflict_and_who_may_not_administer_is_denied(
    service: Service, user: str, status: int
) -> None:
    app = Flask(__name__)
    init_app(app, service.licensing, who=lambda: user)

    @app.post("/seats/bo")
    @require_administrator()
    def assign() -> str:
        service.licensing.seats.assign("bo", "ten-sales", by="ada")
        return "never"

    assert app.test_client().post("/seats/bo").status_code == status
