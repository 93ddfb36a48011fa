"""The host of the demo on the web: a page to log in, which shows why it says no, and the Licenses screen.

It has no passwords, because it shows licenses and nothing else, and answers on this
machine only.
"""

from __future__ import annotations

from hmac import compare_digest, digest
from typing import Final

from jinja2 import Environment, PackageLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from superlicense.licensing.front import Licensing
from superlicense.model.decision import Access, Client, Decision
from superlicense.problem import language_of
from superlicense.web import licenses_app
from superlicense.web.rendering import HEADERS, environment
from superlicense.web.requests import is_same_origin, read_form

__all__ = ["demo_host"]

_COOKIE: Final = "superlicense_demo"
_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")


def demo_host(licensing: Licensing, *, secret: bytes, language: str | None = None) -> Starlette:
    """Return the demo as an ASGI app.

    Args:
        licensing: The installation.
        secret: 32 bytes that sign cookies and tokens.
        language: A language tag; that of the browser if `None`.
    """
    host = _Host(licensing, secret, language)
    screen = licenses_app(licensing, who=host.who, secret=secret, language=host.language_of)
    return Starlette(
        routes=[
            Route("/", host.home, methods=["GET"]),
            Route("/login", host.login, methods=["GET", "POST"]),
            Route("/logout", host.logout, methods=["POST"]),
            Mount("/licenses", _LoggedIn(screen, host)),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(_HOSTS))],
    )


class _LoggedIn:
    """Sends who is not logged in to the page where that is done."""

    def __init__(self, app: ASGIApp, host: _Host) -> None:
        self._app = app
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        app = self._app
        if request.method == "GET" and "/static/" not in request.url.path and self._host.who(request) is None:
            app = RedirectResponse("/login", 303)
        await app(scope, receive, send)


class _Host:
    """The pages of the demo."""

    def __init__(self, licensing: Licensing, secret: bytes, language: str | None) -> None:
        self._licensing = licensing
        self._secret = secret
        self._language = language
        self._templates: Environment = environment(PackageLoader("superlicense.cli"))

    def language_of(self, request: Request) -> str:
        """Return the language of *request*."""
        return self._language or language_of(request.headers.get("accept-language"))

    def who(self, request: Request) -> str | None:
        """Return the user whom the cookie of *request* names, if it is one of ours."""
        user, _, mac = request.cookies.get(_COOKIE, "").rpartition(".")
        name = bytes.fromhex(user).decode() if _is_hex(user) else ""
        return name if name and compare_digest(mac, self._mac(user)) else None

    def _mac(self, user: str) -> str:
        return digest(self._secret, b"demo cookie " + user.encode(), "sha256").hex()

    async def home(self, request: Request) -> Response:
        """Show what the user who is logged in may do, with messages of the day."""
        user = self.who(request)
        if user is None:
            return RedirectResponse("/login", 303)
        return await run_in_threadpool(self._home, request, user)

    def _home(self, request: Request, user: str) -> Response:
        gate = self._licensing.gate
        found = self._licensing.users.find(user)
        return self._page(
            request,
            "home.html",
            name=user if found is None else found.name,
            decision=gate.login(user, Client.WEB),
            administers=gate.administer(user).allowed,
        )

    async def login(self, request: Request) -> Response:
        """Show where a user logs in; a denied login shows why, and what would help."""
        if request.method == "GET":
            return await run_in_threadpool(self._login_page, request, "", None)
        if not is_same_origin(request):
            return Response("", 403, HEADERS)
        form = await read_form(request)
        user = (form.fields.get("user") or ("",))[0]
        client = (form.fields.get("client") or ("",))[0]
        return await run_in_threadpool(self._login, request, user, client)

    def _login(self, request: Request, user: str, client: str) -> Response:
        gate = self._licensing.gate
        known = self._licensing.users.find(user) is not None
        asked = Client(client) if client in set(Client) else Client.WEB
        decision = gate.login(user, asked)
        if not known or not (decision.allowed or gate.administer(user).allowed):
            return self._login_page(request, user, decision, asked)
        response = RedirectResponse("/" if decision.allowed else "/licenses/", 303, HEADERS)
        name = user.encode().hex()
        response.set_cookie(_COOKIE, f"{name}.{self._mac(name)}", httponly=True, samesite="lax")
        return response

    def _login_page(
        self, request: Request, user: str, decision: Decision | None, client: Client = Client.WEB
    ) -> Response:
        words = self._licensing.words(self.language_of(request))
        helps: tuple[str, ...] = ()
        if decision is not None:
            found = self._licensing.gate.remedies(user, client, Access.VIEW, language=words.language)
            helps = tuple(dict.fromkeys(one.for_user.text for one in found))
        return self._page(
            request,
            "login.html",
            status=200 if decision is None else 403,
            users=[one for one in self._licensing.users.all() if not one.retired],
            clients=[words.of(one) for one in Client],
            chosen=user,
            client=client,
            reasons=() if decision is None else words.of_all(decision.reasons),
            outcome="" if decision is None else words.text(decision.outcome),
            helps=helps,
        )

    async def logout(self, request: Request) -> Response:
        """End the session."""
        if not is_same_origin(request):
            return Response("", 403, HEADERS)
        response = RedirectResponse("/login", 303, HEADERS)
        response.delete_cookie(_COOKIE)
        return response

    def _page(self, request: Request, template: str, *, status: int = 200, **values: object) -> Response:
        words = self._licensing.words(self.language_of(request))
        html = self._templates.get_template(template).render(
            t=words.text, words=words, language=words.language, **values
        )
        return Response(html, status, HEADERS, "text/html; charset=utf-8")


def _is_hex(text: str) -> bool:
    try:
        bytes.fromhex(text).decode()
    except ValueError:
        return False
    return True
