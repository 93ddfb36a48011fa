"""A visit: one request of one user, with all that a page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, urlencode

from attrs import field, frozen

from superlicense.licensing.front import Licensing
from superlicense.messages import Localizer
from superlicense.web.tokens import Shown, Tokens

__all__ = ["Done", "Page", "ScreenAccess", "Visit"]


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
        kept = {name: str(value) for name, value in query.items() if value not in {None, "", False}}
        return f"{self.root}{quote(path)}{'?' if kept else ''}{urlencode(kept, errors='backslashreplace')}"

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
