"""Routes: every path of the app, with what answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from superlicense.web.pages import activation, journal, licenses, meters, status, users, why
from superlicense.web.visit import Visit

__all__ = ["PAGES", "POSTS"]

Handler = Callable[[Visit], Any]

PAGES: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "/": status.status,
        "/owner": licenses.owner,
        "/license": licenses.license,
        "/users": users.users,
        "/user": users.user,
        "/why": why.why,
        "/activate": activation.upload,
        "/activate/waiting": activation.waiting,
        "/meters": meters.meters,
        "/statement": meters.statement,
        "/statement.csv": meters.statement_csv,
        "/journal": journal.journal,
    }
)
"""Pages, by path."""
POSTS: Final[Mapping[str, tuple[Handler, Handler]]] = MappingProxyType(
    {
        "/events/start": (status.start_event, status.status),
        "/events/end": (status.end_event, status.status),
        "/user": (users.save, users.user),
        "/why/remedy": (why.carry_out, why.why),
        "/activate": (activation.uploaded, activation.upload),
        "/activate/package": (activation.decided, activation.dialog_again),
    }
)
"""Forms, by path, each with the page that is shown again where it is refused."""
