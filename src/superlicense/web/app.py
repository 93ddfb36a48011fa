"""The app: who asks, what they may do, and which page answers.

Source: design section 13; ADR 54, 55.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from os import PathLike
from typing import Any, Final
from urllib.parse import quote

from attrs import evolve
from jinja2 import BaseLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from superlicense.errors import InvalidValueError, StoreError, SuperlicenseError
from superlicense.licensing.clock import Clock, utc_now
from superlicense.licensing.front import Licensing
from superlicense.messages import Localizer
from superlicense.messages.catalogs import catalog_name
from superlicense.problem import MEDIA_TYPE, headers_of, language_of, problem_of
from superlicense.web.conflicts import ChangedMeanwhileError
from superlicense.web.host import Asked, Host, Judged
from superlicense.web.navigation import Navigation
from superlicense.web.problems import plain_problem, sentences_of, status_of
from superlicense.web.rendering import HEADERS, environment, json_response, static_response
from superlicense.web.requests import Form, is_same_origin, read_form, root_of, wants_json
from superlicense.web.routes import PAGES, POSTS
from superlicense.web.tokens import StaleTokenError, Tokens, WrongTokenError
from superlicense.web.visit import Done, Page, ScreenAccess, Visit

__all__ = ["licenses_app"]

Handler = Callable[[Visit], Any]
_TITLES: Final = {
    400: "web_bad_request",
    401: "web_not_logged_in",
    403: "web_not_allowed",
    404: "web_not_found",
    405: "web_bad_request",
    409: "web_not_done",
    413: "web_too_large",
    415: "web_bad_request",
    422: "web_bad_request",
    500: "web_unavailable",
    502: "web_unavailable",
    503: "web_unavailable",
}


def licenses_app(  # noqa: PLR0913 - what a host chooses, by keyword
    licensing: Licensing,
    *,
    who: Asked,
    secret: bytes,
    access: Judged | None = None,
    language: Callable[[Request], str | Awaitable[str]] | str | None = None,
    templates: str | PathLike[str] | BaseLoader | None = None,
    clock: Clock = utc_now,
) -> Starlette:
    """Return the Licenses screen of *licensing* as an ASGI app, to be mounted or run.

    Args:
        licensing: The installation.
        who: Returns the id of the user who makes a request, as the host has
            authenticated them; `None` for nobody, who sees no page. May be async.
        secret: 32 bytes that sign the tokens of forms; the same for all workers.
        access: Returns what a user may do: FULL, READ_ONLY, or `None` for
            nothing. May be async. By default FULL for whom `gate.administer`
            allows, and nothing for others.
        language: A language tag, or what returns it for a request; by default the
            first language of the browser that there is a catalog for.
        templates: A folder, or a loader of Jinja, with templates that replace or
            extend those of the app.
        clock: Returns the present, which the age of a page is counted to.

    Raises:
        InvalidValueError: an argument is not valid.
    """
    if not isinstance(licensing, Licensing):
        raise InvalidValueError("licensing", licensing, "must be a Licensing")
    for name, value in (("who", who), ("clock", clock)):
        if not callable(value):
            raise InvalidValueError(name, value, "must be callable")
    if access is not None and not callable(access):
        raise InvalidValueError("access", access, "must be callable")
    if isinstance(language, str):
        catalog_name(language)
    elif language is not None and not callable(language):
        raise InvalidValueError("language", language, "must be a language tag or callable")
    host = Host(licensing, who, access or _administrators(licensing), language, clock)
    site = _Site(host, Tokens(secret, licensing.installation.key), environment(templates), Navigation(licensing))
    routes = [Route(path, site.page(handler), methods=["GET"]) for path, handler in PAGES.items()]
    routes += [Route(path, site.post(*handlers), methods=["POST"]) for path, handlers in POSTS.items()]
    routes.append(Route("/static/{name}", site.static, methods=["GET"]))
    return Starlette(
        routes=routes,
        middleware=[Middleware(_Headers)],
        exception_handlers={HTTPException: site.refused, Exception: site.failed},
    )


def _administrators(licensing: Licensing) -> Judged:
    def access(user: str) -> ScreenAccess | None:
        return ScreenAccess.FULL if licensing.gate.administer(user).allowed else None

    return access


class _Headers:
    """Adds the headers of every response, of errors too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class _Site:
    """Answers the requests of one app."""

    def __init__(self, host: Host, tokens: Tokens, templates: Any, navigation: Navigation) -> None:  # noqa: ANN401 - Jinja's
        self._host = host
        self._tokens = tokens
        self._templates = templates
        self._navigation = navigation

    def page(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint of a page."""

        async def endpoint(request: Request) -> Response:
            user = await self._host.user(request)
            access = await self._host.access_of(user)
            language = await self._host.language_of(request)

            def answer() -> Response:
                visit = self._visit(request, user, access, language, None)
                return self._answer(request, visit, lambda: handler(visit))

            return await run_in_threadpool(answer)

        return endpoint

    def post(self, handler: Handler, back: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint of a form; *back* shows its page again where it is refused."""

        async def endpoint(request: Request) -> Response:
            if not is_same_origin(request):
                raise HTTPException(403, "web_other_origin")
            user = await self._host.user(request)
            access = await self._host.access_of(user)
            if access is not ScreenAccess.FULL:
                raise HTTPException(403)
            form = await read_form(request)
            language = await self._host.language_of(request)

            def answer() -> Response:
                visit = self._visit(request, user, access, language, form)
                return self._carry_out(request, visit, handler, back)

            return await run_in_threadpool(answer)

        return endpoint

    async def static(self, request: Request) -> Response:
        """Return a static file."""
        found = static_response(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return found

    async def refused(self, request: Request, error: Exception) -> Response:
        """Return the response to a request that is not answered with a page."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        code = error.detail if isinstance(error, HTTPException) and error.detail.startswith("web_") else ""
        words = Localizer(await self._host.language_of(request))
        return self._problem(request, words, status, code or _TITLES.get(status, "web_bad_request"), ())

    async def failed(self, request: Request, error: Exception) -> Response:
        """Return the response to a request that met a mistake of the host or of ours, which the server logs."""
        del error
        words = Localizer(language_of(request.headers.get("accept-language")))
        response = self._problem(request, words, 500, "web_unavailable", ())
        response.headers.update(HEADERS)  # it does not pass the middleware
        return response

    def _visit(self, request: Request, user: str, access: ScreenAccess, language: str, form: Form | None) -> Visit:
        try:
            words = self._host.licensing.words(language)
        except StoreError:
            words = Localizer(language)
        return Visit(
            licensing=self._host.licensing,
            tokens=self._tokens,
            user=user,
            access=access,
            words=words,
            root=root_of(request.scope),
            now=self._host.clock(),
            given=_query(request) if form is None else form.fields,
            file=None if form is None else form.file,
        )

    def _carry_out(self, request: Request, visit: Visit, handler: Handler, back: Handler) -> Response:
        """Carry out a form, or show its page again with what stands against it."""
        alerts: tuple[str, ...]
        try:
            return self._respond(request, visit, handler(visit))
        except WrongTokenError:
            return self._problem(request, visit.words, 403, "web_wrong_token", ())
        except StaleTokenError:
            code, alerts, status = "web_stale_page", (visit.words.text("web_stale_page"),), 409
        except ChangedMeanwhileError as changed:
            code, alerts, status = "web_changed_meanwhile", changed.alerts, 409
        except SuperlicenseError as error:
            if wants_json(request) or isinstance(error, StoreError):  # without a store there is no page to show again
                return self._error(request, visit, error)
            code, alerts, status = error.code, sentences_of(error, visit.words), status_of(error)
        if wants_json(request):
            return self._problem(request, visit.words, status, code, alerts)
        heading = visit.words.text("web_changed_meanwhile" if code == "web_changed_meanwhile" else "web_not_done")
        told = alerts if code == "web_stale_page" else (heading, *alerts)

        def again() -> Page:
            page: Page = back(visit)
            return evolve(page, status=status, alerts=(*told, *page.alerts))

        return self._answer(request, visit, again)

    def _answer(self, request: Request, visit: Visit, handler: Callable[[], Any]) -> Response:
        try:
            return self._respond(request, visit, handler())
        except SuperlicenseError as error:
            return self._error(request, visit, error)

    def _error(self, request: Request, visit: Visit, error: SuperlicenseError) -> Response:
        problem = problem_of(error, words=visit.words, instance=quote(request.url.path), administers=visit.may_change)
        headers = headers_of(problem)
        if wants_json(request):
            response = json_response(problem, problem["status"], MEDIA_TYPE)
        else:
            told = sentences_of(error, visit.words)
            response = self._problem(request, visit.words, problem["status"], error.code, told)
            del headers["Content-Type"]
        response.headers.update(headers)
        return response

    def _respond(self, request: Request, visit: Visit, result: Page | Done | Response) -> Response:
        if isinstance(result, Response):
            return result
        if isinstance(result, Done):
            return RedirectResponse(result.url, 303)
        if wants_json(request):
            return json_response(result.screen, result.status)
        template = self._templates.get_template(result.template)
        html = template.render(
            visit=visit,
            page=result,
            screen=result.screen,
            tabs=self._navigation.tabs(visit),
            url=visit.url,
            t=visit.words.text,
            words=visit.words,
            **result.values,
        )
        return _html(html, result.status, visit.language)

    def _problem(self, request: Request, words: Localizer, status: int, code: str, alerts: tuple[str, ...]) -> Response:
        title = words.text(_TITLES.get(status, "web_bad_request"))
        told = alerts or ((words.text(code),) if code.startswith("web_") and words.text(code) != title else ())
        if wants_json(request):
            return json_response(plain_problem(status, title, code, told), status, MEDIA_TYPE)
        html = self._templates.get_template("problem.html").render(
            root=root_of(request.scope), title=title, alerts=told, t=words.text, language=words.language
        )
        return _html(html, status, words.language)


def _html(html: str, status: int, language: str) -> Response:
    headers = {"Content-Language": language, "Vary": "Accept, Accept-Language, Cookie"}
    return Response(html, status, headers, "text/html; charset=utf-8")


def _query(request: Request) -> dict[str, tuple[str, ...]]:
    return {name: tuple(request.query_params.getlist(name)) for name in request.query_params}
