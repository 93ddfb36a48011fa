"""A visit: one request of one user, with all that a page is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import quote, quote_plus

from attrs import field, frozen

from superlicense.licensing.front import Licensing
from superlicense.messages import Localizer
from superlicense.web.tokens import Shown, Tokens

__all__ = ["Done", "Page", "ScreenAccess", "Visit"]


_PLAIN: Final = re.compile(r"[/0-9A-Za-z_.~-]*", re.ASCII)
"""What an address contains as it is: a list has hundreds of addresses, and nearly all of them are plain."""


def _quoted(value: str) -> str:
    return value if "/" not in value and _PLAIN.fullmatch(value) else quote_plus(value, errors="backslashreplace")


class ScreenAccess(StrEnum):
    """What a user may do on the screen."""

    FULL = "full"  # see and change
    READ_ONLY = "read_only"  # see


@frozen(kw_only=True)
class Visit:
    """One request.

    Attributes:
        licensing: The installation.
        tokens: Makes and checks tokens.
        user: Id of the user who is logged in at the host.
        access: What the user may do.
        words: Texts in the language of the user.
        root: Path that the app is mounted at, without a slash at its end.
        now: The present.
        given: Every value of the query, and of the form where one was posted.
        file: The uploaded file; `None` without one.
    """

    licensing: Licensing
    tokens: Tokens
    user: str
    access: ScreenAccess
    words: Localizer
    root: str
    now: datetime
    given: Mapping[str, tuple[str, ...]]
    file: bytes | None = None

    @property
    def language(self) -> str:
        """The language tag."""
        return self.words.language

    @property
    def may_change(self) -> bool:
        """Whether the page has forms."""
        return self.access is ScreenAccess.FULL

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of *name*, without spaces around it."""
        values = self.given.get(name)
        return values[0].strip() if values else default

    def url(self, path: str = "/", **query: object) -> str:
        """Return the address of *path* of this app, below the host's own prefix."""
        kept = [f"{name}={_quoted(str(value))}" for name, value in query.items() if value not in {None, "", False}]
        where = path if _PLAIN.fullmatch(path) else quote(path)
        return f"{self.root}{where}{'?' if kept else ''}{'&'.join(kept)}"

    def token(self, form: str, rows: Mapping[str, str] | None = None) -> str:
        """Return the token of *form*, which is about *rows*."""
        return self.tokens.make(self.user, form, rows or {}, self.now)

    def shown(self, form: str) -> Shown:
        """Return what the page showed that *form* was posted from.

        Raises:
            WrongTokenError: The token was not made for this user and *form*.
            StaleTokenError: It is too old.
        """
        return self.tokens.read(self.get("token"), self.user, form, self.now)


@frozen(kw_only=True)
class Page:
    """A page to be rendered: as HTML, or the data of its screen as JSON.

    Attributes:
        template: Name of the template.
        tab: The tab that it belongs to.
        title: Its title.
        screen: What JSON contains: something with ``to_dict()``, or plain data.
        values: What the template gets besides.
        status: Status of the response.
        alerts: Sentences above the page, about what was refused or has changed.
    """

    template: str
    tab: str
    title: str
    screen: object
    values: Mapping[str, object] = field(factory=dict)
    status: int = 200
    alerts: tuple[str, ...] = ()


@frozen
class Done:
    """A form that was carried out.

    Attributes:
        url: The page to show next.
    """

    url: str
