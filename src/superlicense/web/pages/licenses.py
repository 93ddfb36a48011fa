"""The tab of an owner, and the details of a license with its holders."""

from __future__ import annotations

from typing import Final

from superlicense.errors import InvalidValueError
from superlicense.model.license import SUPEROFFICE
from superlicense.web.visit import Page, Visit

__all__ = ["license", "owner"]

_NAMED: Final = 50  # holders on the page of a license; the list of users has them all


def owner(visit: Visit) -> Page:
    """Show the licenses of an owner, hidden ones on request."""
    hidden = visit.get("hidden") == "yes"
    screen = visit.licensing.screens.owner(
        visit.get("owner", SUPEROFFICE) or SUPEROFFICE, hidden=hidden, language=visit.language
    )
    return Page(
        template="owner.html",
        tab=f"owner:{screen.owner}",
        title=screen.title,
        screen=screen,
        values={"hidden": hidden},
    )


def license(visit: Visit) -> Page:
    """Show the details of a license.

    Raises:
        InvalidValueError: No license is named.
    """
    name = visit.get("name")
    if not name:
        raise InvalidValueError("name", name, "must be a license name")
    screen = visit.licensing.screens.license(name, language=visit.language)
    return Page(
        template="license.html",
        tab=f"owner:{screen.row.license.partition('.')[0]}",
        title=screen.row.title,
        screen=screen,
        values={"named": _NAMED},
    )
