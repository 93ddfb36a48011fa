"""Navigation: the tabs above every page."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from superlicense.licensing.front import Licensing
from superlicense.ports import Revision
from superlicense.web.visit import Visit

__all__ = ["Navigation", "Tab"]


@frozen
class Tab:
    """One tab.

    Attributes:
        code: What pages name it by.
        title: Its title.
        url: Its page.
    """

    code: str
    title: str
    url: str


class Navigation:
    """The tabs of one installation; the titles of owners are made once a revision and language."""

    def __init__(self, licensing: Licensing) -> None:
        """Show the owners of *licensing*."""
        self._licensing = licensing
        self._owners: dict[str, tuple[Revision, tuple[tuple[str, str], ...]]] = {}

    def tabs(self, visit: Visit) -> tuple[Tab, ...]:
        """Return the tabs for *visit*."""
        return tuple(self._tabs(visit))

    def _tabs(self, visit: Visit) -> Iterator[Tab]:
        text, url = visit.words.text, visit.url
        yield Tab("status", text("status"), url("/"))
        for owner, title in self._titles(visit.language):
            yield Tab(f"owner:{owner}", title, url("/owner", owner=owner))
        yield Tab("users", text("web_users"), url("/users"))
        yield Tab("why", text("web_why"), url("/why"))
        yield Tab("activate", text("activate"), url("/activate"))
        yield Tab("meters", text("metered_services"), url("/meters"))
        yield Tab("journal", text("web_journal"), url("/journal"))

    def _titles(self, language: str) -> tuple[tuple[str, str], ...]:
        revision = self._licensing.revision()
        known = self._owners.get(language)
        if known is None or known[0] != revision:
            tabs = self._licensing.screens.owners(language=language)
            known = self._owners[language] = (revision, tuple((tab.owner, tab.title) for tab in tabs))
        return known[1]
