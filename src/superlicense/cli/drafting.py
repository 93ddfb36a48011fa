"""Drafting packages: everything that plans need, from the defaults of the catalog.

Rule 1: a draft has the system licenses of the web era, the plans, every license
that they grant, and the feature of each license that edits one. What is granted
is hidden; its quantity is the sum of the plans that grant it.

Rule 2: a plan is called by its title or its code; one of the Suite by its name,
with the number of its users.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Final

import click
from attrs import evolve

from superlicense.catalog import modules, plans, suite
from superlicense.catalog.features import EDITING
from superlicense.catalog.license_lists import SYSTEM_LICENSES
from superlicense.catalog.module_table import find as find_module
from superlicense.catalog.plans import CatalogPlan
from superlicense.cli.escaping import escaped_json, say
from superlicense.cli.exit_codes import exits_with_code
from superlicense.cli.files import write_new
from superlicense.cli.help_language import chosen_language, localized
from superlicense.cli.options import NEW_FILE, SPOKEN
from superlicense.document import package as packages
from superlicense.licensing.clock import utc_now
from superlicense.messages import Localizer
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage, Validity
from superlicense.time_zones import time_zone

__all__ = ["draft_package", "licenses_of"]

_OWNER: Final = "SUPEROFFICE"
_WARNING: Final = timedelta(days=30)
_MAX_DIGITS: Final = 9


def _plans(_ctx: click.Context, _param: click.Parameter, values: Iterable[str]) -> dict[str, int]:
    """Parse plans like ``Sales Premium=21``.

    Raises:
        click.BadParameter: The plan is unknown, or the number of users is not one.
    """
    wanted: Counter[str] = Counter()
    for value in values:
        name, _, number = value.rpartition("=")
        if not (number.isascii() and number.isdecimal() and len(number) <= _MAX_DIGITS and int(number)):
            raise click.BadParameter(localized("{value!r} must be like 'Sales Premium=21'", value=value))
        wanted[_title(name.strip())] += int(number)
    codes: dict[LicenseName, str] = {}
    for title in wanted:
        code = _catalog_plan(title).name
        if code in codes:
            both = {"one": codes[code], "other": title, "code": code}
            text = localized("{one} and {other} are both {code}; one package has only one of them", **both)
            raise click.BadParameter(text)
        codes[code] = title
    return dict(wanted)


def _title(name: str) -> str:
    """Return the title of the plan called *name*.

    Raises:
        click.BadParameter: There is no such plan, or several are sold under this code.
    """
    placeholders = {modules.SUITE_USER, modules.SUPERLICENSE_NO_SELECTION}
    sold = [plan.title for plan in plans.PLANS if plan.name not in placeholders]
    titles = [*sold, *(one.name for one in suite.PLANS)]
    for title in titles:
        if title.casefold() == name.casefold():
            return title
    coded = [title for title in sold if name.casefold() in _codes(title)]
    if len(coded) == 1:
        return coded[0]
    plans_sold = ", ".join(coded or titles)
    raise click.BadParameter(localized("{name!r} is not a plan; use one of: {plans}", name=name, plans=plans_sold))


def _codes(title: str) -> set[str]:
    name = _catalog_plan(title).name
    return {name.module, str(name)}


def _catalog_plan(title: str) -> CatalogPlan:
    """Return the plan of the catalog called *title*; that of its seats for a Suite plan."""
    return plans.find(title) or next(one for one in plans.PLANS if one.name == modules.SUITE_USER)


def licenses_of(wanted: Mapping[str, int]) -> tuple[ModuleLicense, ...]:
    """Return the licenses of a package with these plans.

    >>> [str(row.name) for row in licenses_of({"Sales Premium": 21}) if row.kind is LicenseKind.PLAN]
    ['superoffice.ten-sales']

    Args:
        wanted: Number of users by title of the plan.
    """
    granted: Counter[LicenseName] = Counter()
    for title, users in wanted.items():
        for name in _catalog_plan(title).grants:
            granted[name] += users
    in_suite = [one for one in suite.PLANS if one.name in wanted]
    names = [*(listed.name for listed in SYSTEM_LICENSES), *(name for name in map(_feature_of, granted) if name)]
    if in_suite:
        names += [modules.SUITE, *(one.code for one in in_suite)]
    rows = [
        *(_row(name, LicenseScope.SYSTEM) for name in dict.fromkeys(names)),
        *(_plan_row(title, users) for title, users in wanted.items()),
        *(evolve(_row(name, LicenseScope.USER), quantity=users, hidden=True) for name, users in granted.items()),
    ]
    return tuple(evolve(row, sort_order=place) for place, row in enumerate(rows, start=1))


def _row(name: LicenseName, scope: LicenseScope) -> ModuleLicense:
    """Return a row of *name* with what the catalog knows about it."""
    known = find_module(name)
    row = ModuleLicense(name=name, scope=scope)
    if known is None:
        return row
    return evolve(
        row,
        description=known.title,
        hidden=known.hidden,
        prerequisite=known.prerequisite,
        allowed_user_types=known.allowed_user_types,
    )


def _plan_row(title: str, users: int) -> ModuleLicense:
    plan = _catalog_plan(title)
    return ModuleLicense(
        name=plan.name,
        scope=LicenseScope.USER,
        kind=LicenseKind.PLAN,
        quantity=users,
        description=title,
        grants=plan.grants,
    )


def _feature_of(name: LicenseName) -> LicenseName | None:
    """Return the feature whose editing license is *name* and that is named like it; `None` if there is none."""
    feature = LicenseName(name.owner, name.module.removesuffix("-cal"))
    found = EDITING.get(feature)
    return feature if found is not None and found.license == name and feature != name else None


@click.command()
@click.option(
    "--plan",
    "wanted",
    multiple=True,
    required=True,
    callback=_plans,
    metavar="PLAN=USERS",
    help="A plan and its number of users: 'Sales Premium=21'; may be repeated.",
)
@click.option("--serial-number", required=True, help="Serial number that the package is for.")
@click.option("--company", required=True, help="Company that the package is for.")
@click.option("--database-id", help="Database of the serial number. [default: any]")
@click.option("--issue", type=click.IntRange(min=1), default=1, show_default=True, help="Number of the document.")
@click.option("--expires-on", type=click.DateTime(["%Y-%m-%d"]), help="Last day that counts. [default: never]")
@click.option("--time-zone", "zone", default="UTC", show_default=True, help="Time zone of that day.")
@click.option("--out", type=NEW_FILE, help="Output file. [default: standard output]")
@SPOKEN
@exits_with_code
def draft_package(  # noqa: PLR0913, PLR0917 - an argument an option
    wanted: dict[str, int],
    serial_number: str,
    company: str,
    database_id: str | None,
    issue: int,
    expires_on: datetime | None,
    zone: str,
    out: Path | None,
) -> None:
    """Draft a package with all that its plans need, to be checked and signed by `issue`.

    The catalog is not binding: grants of most plans were never published in full,
    and what is doubtful is named on standard error.
    """
    package = LicensePackage(
        owner=_OWNER,
        owner_description="SuperOffice",
        company=company,
        serial_number=serial_number,
        database_id=database_id,
        issue=issue,
        issued_at=utc_now().replace(microsecond=0),
        validity=_validity(expires_on, zone),
        licenses=licenses_of(wanted),
    )
    for text in _doubts(wanted, package):
        say(f"superlicense: {text}", err=True)
    text = json.dumps(json.loads(packages.write(package)), ensure_ascii=out is not None, indent=2)
    if out is None:
        click.echo(escaped_json(text))
        return
    write_new(out, f"{text}\n".encode())
    say(localized("wrote {file}; sign it: superlicense issue {file} --key KEY", file=out), err=True)


def _validity(last_day: datetime | None, zone: str) -> Validity:
    if last_day is None:
        return Validity()
    expires_at = _midnight(last_day.date() + timedelta(days=1), time_zone(zone))
    return Validity(warns_at=expires_at - _WARNING, expires_at=expires_at)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _doubts(wanted: Mapping[str, int], package: LicensePackage) -> Iterator[str]:
    for title in wanted:
        if _catalog_plan(title).provisional:
            yield localized("{title}: what it grants was not published in full; check it", title=title)
    words = Localizer(chosen_language())
    for finding in packages.PackageDraft(package).lint():
        yield f"{finding.path}: {finding.in_words(words)}"
