"""Decision tables of the seats: sentences in TOML, what is done and what comes of it.

A table has a `[setting]` (a price list, users, sites, and what has been done
already) and many `[[case]]`. A case is one sentence, *does*, and either the
reasons why it is *refused*, or what is *held* and, where told, *in_use* then.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from superlicense.model.change import Assign, Change, ChangePlan, PlanMove, Release, Retire, SaveSite, SaveUser
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage
from superlicense.model.site import Site
from superlicense.model.user import User, UserType
from tests.rules.office import MANY, Office, activation, package, params

CASES = Path(__file__).parent / "cases"

_SENTENCES = (
    re.compile(r"(?P<verb>assign) (?P<license>.+) to (?P<holder>\S+)"),
    re.compile(r"(?P<verb>release) (?P<license>.+) from (?P<holder>\S+?)(?P<cascade> and what depends on it)?"),
    re.compile(r"(?P<verb>change) (?P<holder>\S+) to (?P<license>.+)"),
    re.compile(r"(?P<verb>retire) (?P<holder>\S+)"),
)


def read(name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Read the setting and the cases of a table."""
    table = tomllib.loads((CASES / name).read_text(encoding="utf-8"))
    return table["setting"], table["case"]


def change(sentence: str) -> Change:
    """Read a sentence."""
    match = next(found for found in (pattern.fullmatch(sentence) for pattern in _SENTENCES) if found)
    said = match.groupdict()
    match said["verb"]:
        case "assign":
            return Assign(license=said["license"], holder=said["holder"])
        case "release":
            return Release(license=said["license"], holder=said["holder"], cascade=bool(said["cascade"]))
        case "change":
            return ChangePlan(license=said["license"], holder=said["holder"])
        case _:
            return Retire(user=said["holder"])


def release(sentence: str) -> Release:
    """Read a sentence that releases something."""
    read_change = change(sentence)
    assert isinstance(read_change, Release)
    return read_change


def moves(sentences: list[str]) -> Iterator[PlanMove]:
    """Read plan moves: ``"anna from ten-sales to ten-service"``."""
    for sentence in sentences:
        holder, _, old, _, new = sentence.split(" ")
        yield PlanMove(holder=holder, old=old, new=new)


def row(written: Mapping[str, Any], owner: str) -> ModuleLicense:
    """Read one line of a price list."""
    return ModuleLicense(
        name=LicenseName.parse(written["module"], owner=owner),
        scope=LicenseScope(written.get("scope", "user")),
        quantity=written.get("quantity", MANY),
        unrestricted=written.get("unrestricted", False),
        hidden=written.get("hidden", False),
        prerequisite=written.get("needs"),
        allowed_user_types=frozenset(map(UserType, written.get("types", ()))),
        kind=LicenseKind.PLAN if "grants" in written else LicenseKind.MODULE,
        grants=tuple(LicenseName.parse(grant, owner=owner) for grant in written.get("grants", ())),
    )


def packages(setting: Mapping[str, Any], *, issue: int = 1) -> Iterator[LicensePackage]:
    """Read the price lists of a setting, or of a case."""
    for owner, rows in setting["packages"].items():
        yield package(*(row(written, owner) for written in rows), owner=owner, issue=issue)


def replacement(setting: Mapping[str, Any], case: Mapping[str, Any]) -> LicensePackage:
    """Write the next SUPEROFFICE package: as before, but for what is *new* and *gone*."""
    rows = {written["module"]: written for written in setting["packages"]["SUPEROFFICE"]}
    rows |= {written["module"]: written for written in case.get("new", ())}
    return package(*(row(rows[name], "superoffice") for name in rows if name not in case.get("gone", ())), issue=2)


def office(setting: Mapping[str, Any]) -> Office:
    """Set the scene."""
    users = (User(**{"may_log_in": True, **_typed(fields)}) for fields in setting.get("users", ()))
    return Office(
        *(activation(written) for written in packages(setting)),
        *(SaveSite(site=Site(id=site, name=site)) for site in setting.get("sites", ())),
        *(SaveUser(user=user) for user in users),
        *(change(sentence) for sentence in setting.get("given", ())),
        *(Retire(user=user) for user in setting.get("former", ())),
    )


def _typed(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {**fields, "type": UserType(fields.get("type", "internal"))}


def check(place: Office, case: Mapping[str, Any], asked: Change) -> None:
    """Carry out *asked*, and compare all that comes of it with the *case*."""
    before = place.holdings()
    if "refused" in case:
        assert [params(reason) for reason in place.refuses(asked)] == case["refused"]
        return
    place.do(asked)
    changed = {holder: held for holder, held in place.holdings().items() if before.get(holder) != held}
    changed |= {holder: [] for holder in before if holder not in place.holdings()}
    assert changed == case["held"]
    assert place.in_use() == {**place.in_use(), **case.get("in_use", {})}
    assert place.world == place.as_stored()
