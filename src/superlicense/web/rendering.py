"""Rendering: templates, headers, and texts that can do nothing but be read.

Rule 1: every text is escaped by Jinja; control characters, and those that change the
direction of text, are shown as escapes. No text is marked as safe.

Rule 2: a page loads nothing from elsewhere, is not framed and not stored.

Source: design section 13.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from os import PathLike
from types import MappingProxyType
from typing import Any, Final
from unicodedata import category

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from superlicense.errors import InvalidValueError
from superlicense.model.plain_data import plain_data

__all__ = ["HEADERS", "environment", "json_response", "static_response", "visible"]

_CSP: Final = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": _CSP,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)
"""Headers of every response."""
_STATIC: Final = MappingProxyType({"licenses.css": "text/css; charset=utf-8"})
_SPACES: Final = "\n\t"


def visible(value: object) -> object:
    r"""Return *value* with every character that is not seen shown as an escape.

    >>> visible("Ærø\x1b\u202e")
    'Ærø\\x1b\\u202e'
    """
    if not isinstance(value, str) or value.isprintable() or isinstance(value, Markup):
        return value
    return "".join(
        letter
        if letter.isprintable() or letter in _SPACES or category(letter) == "Zs"
        else letter.encode("unicode_escape").decode("ascii")
        for letter in value
    )


def environment(templates: str | PathLike[str] | BaseLoader | None) -> Environment:
    """Return the environment of Jinja; *templates* of the host come first.

    A template of the host may extend the one that it replaces, as
    ``superlicense/base.html``.

    Raises:
        InvalidValueError: *templates* is neither a folder nor a loader.
    """
    ours = PackageLoader("superlicense.web")
    loaders: list[BaseLoader] = [ours, PrefixLoader({"superlicense": ours})]
    if isinstance(templates, BaseLoader):
        loaders.insert(0, templates)
    elif isinstance(templates, str | PathLike):
        loaders.insert(0, FileSystemLoader(templates))
    elif templates is not None:
        raise InvalidValueError("templates", templates, "must be a folder or a Jinja loader")
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        finalize=visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["commas"] = ", ".join  # unlike `join`, its result is escaped as a whole
    return made


def json_response(data: object, status: int = 200, media_type: str = "application/json") -> Response:
    """Return *data* as JSON."""
    method = getattr(data, "to_dict", None)
    plain: Any = plain_data(data) if method is None else method()
    return Response(json.dumps(plain, ensure_ascii=True), status, media_type=media_type)


def static_response(name: str) -> Response | None:
    """Return the static file *name*; `None` if there is none of that name."""
    media_type = _STATIC.get(name)
    if media_type is None:
        return None
    data = files("superlicense.web").joinpath("static", name).read_bytes()
    return Response(data, media_type=media_type, headers={"Cache-Control": "max-age=3600"})
