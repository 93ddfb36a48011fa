"""Who holds what, what that grants, and what is in use (design 2.6, 6 and 7)."""

from __future__ import annotations

from datetime import datetime

import superlicense as sl
from tests.model_of_the_rules.facts import STOPPED, SUPEROFFICE, Facts, addressee_faults, phase


def consumed(facts: Facts, license_name: str) -> set[str]:
    """Return what a direct holder of *license_name* consumes: it and, of a plan, what it grants.

    A grant that the package lacks is never granted.
    """
    row = facts.row(license_name)
    if row is None:
        return set()
    return {license_name} | {str(grant) for grant in row.grants if facts.row(str(grant)) is not None}


def effective(facts: Facts, holder: str) -> set[str]:
    """Return every license that *holder* consumes, direct or through a plan."""
    return {name for direct in facts.held.get(holder, ()) for name in consumed(facts, direct)}


def is_void(facts: Facts, owner: str, at: datetime) -> bool:
    """Return whether the package of *owner* grants nothing: none, somebody else's, or a partner's stopped one."""
    package = facts.packages.get(owner)
    if package is None or addressee_faults(facts, package):
        return True
    return owner != SUPEROFFICE and phase(facts, owner, at) == STOPPED


def holds(facts: Facts, user: str, license_name: str, at: datetime) -> bool:
    """Return whether *user* is granted the user license *license_name*."""
    row = facts.row(license_name)
    if row is None or row.scope != "user" or is_void(facts, license_name.partition(".")[0], at):
        return False
    return license_name in effective(facts, user)


def has_system(facts: Facts, license_name: str, at: datetime) -> bool:
    """Return whether the installation is granted the system license *license_name*."""
    row = facts.row(license_name)
    return row is not None and row.scope == "system" and not is_void(facts, license_name.partition(".")[0], at)


def has_site(facts: Facts, site: str, license_name: str, at: datetime) -> bool:
    """Return whether *site* is granted the site license *license_name*."""
    row = facts.row(license_name)
    if row is None or row.scope != "site" or is_void(facts, license_name.partition(".")[0], at):
        return False
    return license_name in facts.held.get(site, ())


def holders(facts: Facts, license_name: str) -> set[str]:
    """Return the distinct holders that consume *license_name*."""
    return {holder for holder in facts.held if license_name in effective(facts, holder)}


def is_full(facts: Facts, license_name: str) -> bool:
    """Return whether more of the license is in use than there is."""
    row = facts.row(license_name)
    if row is None or row.unrestricted or row.scope == "system":
        return False
    return len(holders(facts, license_name)) > row.quantity


def plans(facts: Facts, holder: str, owner: str) -> list[str]:
    """Return the plans of *owner* that *holder* holds."""
    return [
        name
        for name in facts.held.get(holder, ())
        if name.startswith(f"{owner}.") and (row := facts.row(name)) is not None and row.kind == "plan"
    ]


def gaps(facts: Facts, holder: str) -> set[tuple[str, str]]:
    """Return each effective license of *holder* whose prerequisite is not met, with that prerequisite.

    Design 7: met by the installation (SYSTEM), the holder's site (SITE) or the holder (USER). Only the
    package's rows bind.
    """
    have = effective(facts, holder)
    user = facts.users.get(holder)
    site = holder if user is None else user.site
    found = set()
    for name in have:
        row = facts.row(name)
        if row is None or row.prerequisite is None:
            continue
        wanted = str(row.prerequisite)
        parent = facts.row(wanted)
        if (
            # A license that is held and has lost its row is a blocker already, no gap besides.
            (parent is None and wanted not in facts.held.get(holder, ()))
            or (parent is not None and parent.scope == "site" and wanted not in facts.held.get(site, ()))
            or (parent is not None and parent.scope == "user" and wanted not in have)
        ):
            found.add((name, wanted))
    return found


def type_faults(facts: Facts, user: sl.User | None, names: set[str]) -> set[str]:
    """Return those of *names* that a user of this type may not hold; an unknown user is taken for INTERNAL."""
    user_type = sl.UserType.INTERNAL if user is None else user.type
    return {
        name
        for name in names
        if (row := facts.row(name)) is not None and row.allowed_user_types and user_type not in row.allowed_user_types
    }
