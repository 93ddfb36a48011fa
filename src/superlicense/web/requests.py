"""Requests: where a form comes from, and how much of it is read.

Rule 1: a change is accepted from the same origin only. A browser says so with
``Sec-Fetch-Site: same-origin``, an older one with an ``Origin`` equal to the address.
A request that says neither is refused.

Rule 2: nothing is parsed before its size is known to be within the limit.

Source: design section 13.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from attrs import frozen
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Scope

__all__ = ["MAX_BODY_BYTES", "Form", "is_same_origin", "read_form", "root_of", "wants_json"]

MAX_BODY_BYTES: Final = 8 * 1024 * 1024
"""The most that is read of a request. A document in a form grows by a third."""
_MAX_FIELDS: Final = 20_000
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_WHOLE: Final = 1000
_WEIGHT: Final = re.compile(r"([01])(?:\.([0-9]{0,3}))?")
_JSON: Final = ("application/json", "application/problem+json")


@frozen
class Form:
    """What was posted.

    Attributes:
        fields: Every value of every field.
        file: The uploaded file; `None` without one.
    """

    fields: Mapping[str, tuple[str, ...]]
    file: bytes | None


def is_same_origin(request: Request) -> bool:
    """Return whether a page of the same origin made *request*."""
    site, origin = request.headers.getlist("sec-fetch-site"), request.headers.getlist("origin")
    if site:
        return site == ["same-origin"]
    return origin == [f"{request.url.scheme}://{request.headers.get('host', '')}"]


def wants_json(request: Request) -> bool:
    """Return whether *request* prefers JSON to HTML."""
    weights = {"json": 0, "html": 0}
    for part in request.headers.get("accept", "").lower().split(","):
        media, *parameters = (word.strip() for word in part.split(";"))
        kind = "json" if media in _JSON else "html" if media in {"text/html", "application/xhtml+xml", "*/*"} else ""
        if kind:
            weights[kind] = max(weights[kind], _weight(parameters))
    return weights["json"] > weights["html"]


def _weight(parameters: list[str]) -> int:
    """Return the weight of a media type in thousandths."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            given = _WEIGHT.fullmatch(value.strip())
            return 0 if given is None else int(given[1]) * _WHOLE + int((given[2] or "").ljust(3, "0"))
    return _WHOLE


async def read_form(request: Request) -> Form:
    """Read the form of *request*.

    Raises:
        HTTPException: 413 if it is too large, 415 if it is not a form, 400 if it
            cannot be read.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _FORMS:
        raise HTTPException(415)
    body = await _body(request)

    async def replay() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    limits = {"max_files": 1, "max_fields": _MAX_FIELDS, "max_part_size": MAX_BODY_BYTES}
    try:
        async with Request(request.scope, replay).form(**limits) as data:
            fields: dict[str, tuple[str, ...]] = {}
            file: bytes | None = None
            for name, value in data.multi_items():
                if isinstance(value, UploadFile):
                    file = await value.read()
                else:
                    fields[name] = (*fields.get(name, ()), value)
    except (MultiPartException, HTTPException, ValueError, KeyError) as error:
        raise HTTPException(400) from error
    return Form(fields, file)


async def _body(request: Request) -> bytes:
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or int(said[:20]) > MAX_BODY_BYTES:
        raise HTTPException(413)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise HTTPException(413)
    except ClientDisconnect as error:
        raise HTTPException(400) from error
    return bytes(body)


def root_of(scope: Scope) -> str:
    """Return the path that the app is mounted at: nothing, or one slash and what follows it."""
    root = quote(str(scope.get("root_path", "")), safe="/:@!$&'()*+,;=~").strip("/")
    return f"/{root}" if root else ""
