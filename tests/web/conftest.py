from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request

import superlicense as sl
from superlicense.web import licenses_app
from tests.installation import Clock, open_licensing
from tests.licensing.vendor import root
from tests.screens.tenant import INSTALLATION, staffed
from tests.web.browser import Browser

SECRET = b"s" * 32


def who(request: Request) -> str | None:
    return request.headers.get("x-user")


@pytest.fixture
def tenant(clock: Clock) -> sl.Licensing:
    """Plans of 21, 15, 20 and 7 seats, five people who hold one each, and root, who administers."""
    return staffed(open_licensing(installation=INSTALLATION, clock=clock))


@pytest.fixture
def make(clock: Clock) -> Callable[..., Any]:
    """Make an app of a licensing; its users are named by a header."""

    def app(licensing: sl.Licensing, **options: Any) -> Any:  # noqa: ANN401 - the arguments of the app
        return licenses_app(licensing, **{"who": who, "secret": SECRET, "clock": clock, **options})

    return app


@pytest.fixture
def browser(tenant: sl.Licensing, make: Callable[..., Any]) -> Browser:
    return Browser(make(tenant))


@pytest.fixture
def trusting(clock: Clock) -> sl.Licensing:
    """An installation that accepts signed packages and has none; root administers."""
    licensing = open_licensing(installation=INSTALLATION, trust=root(), clock=clock)
    licensing.users.save(sl.User(id="root", name="Root", may_log_in=True, administrator=True))
    return licensing
