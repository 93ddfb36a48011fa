"""Users: the list with filter, search and pages, and the card of a user with what can be assigned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from superlicense.errors import InvalidValueError
from superlicense.model.change import Assign, Change, ChangePlan, Release
from superlicense.screens import Choice, UserCard
from superlicense.web.conflicts import ChangedMeanwhileError, card_rows, check_card, choices_of, who_changed
from superlicense.web.tokens import Shown
from superlicense.web.visit import Done, Page, Visit

__all__ = ["save", "user", "users"]

_PLAN: Final = "plan:"  # the field of the radio buttons of an owner


def users(visit: Visit) -> Page:
    """Show a page of the users that the filter and the search find."""
    text, license = visit.get("q"), visit.get("license")
    login, hidden = visit.get("login") == "yes", visit.get("hidden") == "yes"
    given = visit.get("page")
    screen = visit.licensing.screens.user_licenses(
        license or None,
        hidden=hidden,
        search=text,
        may_log_in=login,
        page=max(1, int(given[:9])) if given.isdecimal() and given.isascii() else 1,
        language=visit.language,
    )
    query = {"q": text, "license": license, "login": "yes" if login else "", "hidden": "yes" if hidden else ""}
    return Page(
        template="users.html",
        tab="users",
        title=visit.words.text("user_licenses"),
        screen=screen,
        values={"query": query},
    )


def user(visit: Visit) -> Page:
    """Show the card of a user."""
    user_id = _id(visit)
    card = visit.licensing.screens.user(user_id, language=visit.language)
    return Page(
        template="user.html",
        tab="users",
        title=card.user.name,
        screen=card,
        values={"token": visit.token(_form(user_id), card_rows(visit, user_id, card))},
    )


def save(visit: Visit) -> Done:
    """Assign, change and release what was ticked otherwise than shown, all or nothing.

    Raises:
        ChangedMeanwhileError: Another user has changed the licenses of the user.
        InvalidValueError: What was chosen is not on the card.
        RefusedError: The rules refuse it.
    """
    user_id = _id(visit)
    shown = visit.shown(_form(user_id))
    card = visit.licensing.screens.user(user_id, language=visit.language)
    changes = tuple(_changes(visit, user_id, card, shown))
    if changes:
        try:
            visit.licensing.apply(changes, by=visit.user, guard=check_card(visit, user_id, shown))
        except ChangedMeanwhileError as changed:
            raise ChangedMeanwhileError((*changed.alerts, *who_changed(visit, user_id, shown))) from changed
    return Done(visit.url("/user", id=user_id))


def _id(visit: Visit) -> str:
    user_id = visit.get("id")
    if not user_id:
        raise InvalidValueError("id", user_id, "must be the id of a user")
    return user_id


def _form(user_id: str) -> str:
    return f"user {user_id}"


def _changes(visit: Visit, user_id: str, card: UserCard, shown: Shown) -> Iterator[Change]:
    """Yield releases, children first, then changes of plans, then what is assigned."""
    choices = choices_of(card)
    wanted = _wanted(visit, card, choices, shown)
    differing = [choice for choice in choices if wanted[choice.row.license] != choice.ticked and not choice.through]
    asked = [choice for choice in differing if _differs(choice, shown, wanted)]
    plans = {choice.row.license for owner in card.owners for choice in owner.plans}
    for choice in reversed(asked):
        name = choice.row.license
        if not wanted[name] and not (name in plans and _new_plan(name, wanted, plans)):
            yield Release(license=name, holder=user_id)
    for choice in asked:
        name = choice.row.license
        if wanted[name]:
            changes_plan = name in plans and any(
                other.ticked and other.row.license in plans and _owner(other) == _owner(choice) for other in choices
            )
            yield (ChangePlan if changes_plan else Assign)(license=name, holder=user_id)


def _differs(choice: Choice, shown: Shown, wanted: dict[str, bool]) -> bool:
    """Return whether the box was set otherwise than the page showed it."""
    name = choice.row.license
    return name in shown.rows and wanted[name] != bool(shown.rows[name])


def _new_plan(name: str, wanted: dict[str, bool], plans: set[str]) -> bool:
    """Return whether another plan of the owner of *name* takes its place."""
    owner = name.partition(".")[0]
    return any(wanted[other] for other in plans if other.partition(".")[0] == owner and other != name)


def _wanted(visit: Visit, card: UserCard, choices: Iterable[Choice], shown: Shown) -> dict[str, bool]:
    """Return what each box was set to; one that was closed, or is new, is wanted as it is.

    Raises:
        InvalidValueError: A plan was chosen that the card does not have, which would release the one that is held.
    """
    wanted = {choice.row.license: choice.ticked for choice in choices}
    open_boxes, ticked = set(visit.given.get("open", ())), set(visit.given.get("license", ()))
    for name in wanted:
        if name in open_boxes and name in shown.rows:
            wanted[name] = name in ticked
    for owner in card.owners:
        field = f"{_PLAN}{owner.owner}"
        if field in visit.given:
            chosen = visit.get(field)
            if chosen and all(choice.row.license != chosen for choice in owner.plans):
                raise InvalidValueError(field, chosen, "must be a plan of the card")
            for choice in owner.plans:
                wanted[choice.row.license] = choice.row.license == chosen
    return wanted


def _owner(choice: Choice) -> str:
    return choice.row.license.partition(".")[0]
