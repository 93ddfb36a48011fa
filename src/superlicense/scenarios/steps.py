"""What happens in a scenario: the facts, one after the other, as administrators and time make them.

A step is a table with one verb as its first key: ``{ assign = "ten-sales", to = "anna" }``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from attrs import frozen

from superlicense.errors import InvalidValueError
from superlicense.model.change import (
    Assign,
    ChangePlan,
    EditEvent,
    EndEvent,
    PlanMove,
    Release,
    RemovePackage,
    Retire,
    SaveSite,
    SaveUser,
)
from superlicense.model.event import EventScope, read_kind
from superlicense.model.package import LicensePackage
from superlicense.model.site import Site
from superlicense.model.user import User, UserType
from superlicense.scenarios.tables import Table

__all__ = ["Activate", "ChangeIdentity", "StartEvent", "Step", "WaitUntil", "read_activation", "read_step"]


@frozen(kw_only=True)
class Activate:
    """A package comes into force, without a signature.

    Attributes:
        package: Which one.
        releases: What is released first.
        plan_moves: Who changes plans with it.
    """

    package: LicensePackage
    releases: tuple[Release, ...] = ()
    plan_moves: tuple[PlanMove, ...] = ()


@frozen(kw_only=True)
class StartEvent:
    """A system event starts.

    Attributes:
        label: What the file calls it, to end it by; its kind where it has no other name.
        kind: What it does.
        scope: Whom it reaches.
        target: Which site, group or user.
        message: A text for people.
    """

    label: str
    kind: str
    scope: EventScope = EventScope.ALL_DATABASES
    target: str | None = None
    message: str = ""


@frozen(kw_only=True)
class WaitUntil:
    """Time passes.

    Attributes:
        at: What the clock shows then.
    """

    at: datetime


@frozen(kw_only=True)
class ChangeIdentity:
    """The installation gets another serial number, company or database id; what is `None` stays.

    Attributes:
        serial_number: The new serial number.
        company: The new company.
        database_id: The new database id.
    """

    serial_number: str
    company: str | None = None
    database_id: str | None = None


Step = (
    SaveUser
    | SaveSite
    | Assign
    | Release
    | ChangePlan
    | Retire
    | RemovePackage
    | EditEvent
    | EndEvent
    | Activate
    | StartEvent
    | WaitUntil
    | ChangeIdentity
)

Packages = Mapping[str, LicensePackage]


def _save_user(step: Table, _packages: Packages) -> SaveUser:
    force, rehire = step.flag("force"), step.flag("rehire")
    user = step.build(
        User,
        id=step.text("save_user"),
        name=step.text("name"),
        type=step.member("type", UserType),
        may_log_in=step.flag("may_log_in"),
        awaiting_approval=step.flag("awaiting_approval"),
        retired=step.flag("retired"),
        administrator=step.flag("administrator"),
        on_travel=step.flag("on_travel"),
        site=step.text("site"),
        groups=step.texts("groups"),
    )
    return SaveUser(user=user, force=force or False, rehire=rehire or False)


def _save_site(step: Table, _packages: Packages) -> SaveSite:
    site_id = step.text("save_site")
    site = step.build(Site, id=site_id, name=step.text("name") or site_id, company=step.text("company"))
    return SaveSite(site=site)


def _assign(step: Table, _packages: Packages) -> Assign:
    return step.build(Assign, license=step.text("assign"), holder=step.required("to", step.text("to")))


def _release(step: Table, _packages: Packages) -> Release:
    holder = step.required("of", step.text("of"))
    return step.build(Release, license=step.text("release"), holder=holder, cascade=step.flag("cascade"))


def _change_plan(step: Table, _packages: Packages) -> ChangePlan:
    return step.build(ChangePlan, holder=step.required("of", step.text("of")), license=step.text("change_plan"))


def _retire(step: Table, _packages: Packages) -> Retire:
    return step.build(Retire, user=step.text("retire"), force=step.flag("force"))


def _remove_package(step: Table, _packages: Packages) -> RemovePackage:
    return step.build(RemovePackage, owner=step.text("remove_package"))


def _activate(step: Table, packages: Packages) -> Activate:
    return read_activation(step, packages, "activate")


def read_activation(step: Table, packages: Packages, verb: str) -> Activate:
    """Read which package comes in, and what is released and moved first.

    Raises:
        InvalidValueError: there is no such package, or a field is invalid.
    """
    name = step.required(verb, step.text(verb))
    package = packages.get(name)
    if package is None:
        raise InvalidValueError(step.at(verb), name, "is not a package of this file")
    releases = tuple(_release(one, packages) for one in step.tables("releases"))
    moves = tuple(
        one.build(
            PlanMove,
            holder=one.required("of", one.text("of")),
            old=one.required("old", one.text("old")),
            new=one.required("new", one.text("new")),
        )
        for one in step.tables("plan_moves")
    )
    return step.build(Activate, package=package, releases=releases, plan_moves=moves)


def _start_event(step: Table, _packages: Packages) -> StartEvent:
    kind = step.required("start_event", step.text("start_event"))
    return step.build(
        StartEvent,
        label=step.text("label") or kind,
        kind=read_kind(kind),
        scope=step.member("scope", EventScope),
        target=step.text("target"),
        message=step.text("message"),
    )


def _edit_event(step: Table, _packages: Packages) -> EditEvent:
    return step.build(
        EditEvent,
        event_id=step.required("edit_event", step.text("edit_event")),
        message=step.text("message"),
        description=step.text("description"),
    )


def _end_event(step: Table, _packages: Packages) -> EndEvent:
    return step.build(EndEvent, event_id=step.text("end_event"))


def _wait_until(step: Table, _packages: Packages) -> WaitUntil:
    return step.build(WaitUntil, at=step.instant("wait_until"))


def _change_installation(step: Table, _packages: Packages) -> ChangeIdentity:
    return step.build(
        ChangeIdentity,
        serial_number=step.required("change_installation", step.text("change_installation")),
        company=step.text("company"),
        database_id=step.text("database_id"),
    )


_VERBS: Final[Mapping[str, Callable[[Table, Packages], Step]]] = MappingProxyType(
    {
        "save_user": _save_user,
        "save_site": _save_site,
        "assign": _assign,
        "release": _release,
        "change_plan": _change_plan,
        "retire": _retire,
        "activate": _activate,
        "remove_package": _remove_package,
        "start_event": _start_event,
        "edit_event": _edit_event,
        "end_event": _end_event,
        "wait_until": _wait_until,
        "change_installation": _change_installation,
    }
)


def read_step(step: Table, packages: Packages) -> Step:
    """Read one step.

    Raises:
        InvalidValueError: it has no verb, or a field is invalid.
    """
    for verb, read in _VERBS.items():
        if verb in step:
            return read(step, packages)
    raise InvalidValueError(step.path, None, f"must have one of {', '.join(_VERBS)}")
