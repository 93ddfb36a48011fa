"""Random packages: three generations of the vendor's price lists, and two partners'."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from attrs import evolve

import superlicense as sl

SYSTEM = (
    *("quote", "sale", "project", "selection", "document", "import", "dash", "guide-sale", "target-sale"),
    *("extern-user", "anonymous-user", "system-user", "expander-services", "superlicense-expander-for-collaboration"),
    *("ej-mod-customer", "cep", "ej-mod-ticket", "pocket-crm-server"),
)
PARENTS = {
    "web": "user",
    "windows": "user",
    "pocket-crm-cal": "user",
    "quote-cal": "user",
    "ej-client": "user",
    "travel": "windows",
    "remote-travel": "travel",
    "reporter-studio-user": "reporter-studio",
    "audience": "extern-user",
}
TYPES = {
    "sale-cal": {sl.UserType.INTERNAL},
    "extern-user-cal": {sl.UserType.EXTERNAL},
    "anonymous-user-cal": {sl.UserType.ANONYMOUS},
    "system-user-cal": {sl.UserType.SYSTEM},
    "suite-user": {sl.UserType.INTERNAL},
}
LOOSE = (
    *("user", "web", "windows", "pocket-crm-cal", "ej-client", "ej-readonly-client", "ej-sim-client"),
    *("ej-sim-readonly-client", "travel", "remote-travel", "visible-for", "reporter-studio-user", "quote-cal"),
    *("sale-cal", "guide-cal", "extern-user-cal", "anonymous-user-cal", "system-user-cal", "admin-extern-user"),
)
UNLIMITED = (
    *("travel", "visible-for", "reporter-studio-user", "extern-user-cal", "anonymous-user-cal", "system-user-cal"),
)
GRANTS = (
    *("user", "web", "windows", "pocket-crm-cal", "ej-client", "ej-readonly-client", "quote-cal"),
    *("sale-cal", "project-cal", "selection-cal", "guide-cal", "target-cal", "dash-cal"),
)
LEGACY_PLANS = ("superlicense-sales-pro", "superlicense-complete", "superlicense-no-selection")
TEN_PLANS = ("ten-sales", "ten-service", "ten-marketing")
PARTNERS = ("acme", "nordkap")


def well_formed(rows: list[sl.ModuleLicense], *, signed: bool = False) -> tuple[sl.ModuleLicense, ...]:
    """Return *rows* without prerequisites of the same owner that are missing; *signed*, without missing grants."""
    names = {row.name for row in rows}
    kept = []
    for row in rows:
        altered = row
        if row.prerequisite is not None and row.prerequisite.owner == row.name.owner and row.prerequisite not in names:
            altered = evolve(altered, prerequisite=None)
        if signed:
            altered = evolve(altered, grants=tuple(grant for grant in row.grants if grant in names))
        kept.append(altered)
    return tuple(kept)


class PriceLists:
    """Makes packages for one world; what a license is does not change from one package to the next.

    Attributes:
        with_parents: Whether rows have prerequisites.
    """

    def __init__(self, chance: Random, installation: sl.Installation) -> None:
        self.chance = chance
        self.installation = installation
        self.with_parents = chance.random() < 0.7
        self.visible = {name for name in GRANTS if chance.random() < 0.5}

    def _some(self, names: Sequence[str], share: float) -> list[str]:
        return [name for name in names if self.chance.random() < share]

    def _row(self, owner: str, module: str, scope: sl.LicenseScope, **fields: Any) -> sl.ModuleLicense:  # noqa: ANN401 - fields of the noun
        parent = PARENTS.get(module) if self.with_parents and owner == "superoffice" else None
        return sl.ModuleLicense(
            name=sl.LicenseName(owner, module),
            scope=scope,
            prerequisite=fields.pop("prerequisite", parent),
            allowed_user_types=TYPES.get(module, ()) if owner == "superoffice" else (),
            **fields,
        )

    def _personal(self, owner: str, module: str, **fields: Any) -> sl.ModuleLicense:  # noqa: ANN401 - fields of the noun
        limit = {"unrestricted": module in UNLIMITED, "quantity": self.chance.choice((1, 2, 3, 4, 9))}
        return self._row(owner, module, sl.LicenseScope.USER, **{**limit, **fields})

    def _plan(self, owner: str, module: str, grants: Sequence[str], **fields: Any) -> sl.ModuleLicense:  # noqa: ANN401 - fields of the noun
        return self._personal(
            owner,
            module,
            kind=sl.LicenseKind.PLAN,
            grants=tuple(sl.LicenseName(owner, one) for one in grants),
            **fields,
        )

    def superoffice(self, now: datetime, **fields: Any) -> sl.LicensePackage:  # noqa: ANN401 - fields of the noun
        """Make a package of the CRM vendor, of a random generation."""
        generation = self.chance.choice(("loose", "legacy", "module", "module", "module", "suite"))
        rows: dict[str, sl.ModuleLicense] = {}
        always = self._some(["server"], 0.97) + self._some(["online-webservices"], 0.9)
        for module in always + self._some(SYSTEM, 0.55):
            hidden = self.chance.random() < 0.3
            rows[module] = self._row("superoffice", module, sl.LicenseScope.SYSTEM, hidden=hidden)
        for module in self._some(["reporter-studio", "audience"], 0.5):
            rows[module] = self._row("superoffice", module, sl.LicenseScope.SITE, quantity=self.chance.choice((1, 2)))
        for module in self._some(LOOSE, 0.75 if generation == "loose" else 0.35):
            rows[module] = self._personal("superoffice", module)
        for plan, grants in self._plans(generation).items():
            unrestricted = plan == "superlicense-no-selection"
            rows[plan] = self._plan("superoffice", plan, grants, unrestricted=unrestricted)
            for grant in grants:
                if grant not in rows and self.chance.random() < 0.97:
                    quantity = self.chance.choice((2, 5, 9, 9))
                    rows[grant] = self._personal(
                        "superoffice", grant, hidden=grant not in self.visible, quantity=quantity
                    )
        if generation == "suite":
            for marker in ("suite", "suite2"):
                rows[marker] = self._row("superoffice", marker, sl.LicenseScope.SYSTEM, hidden=marker == "suite")
        return self._package("SUPEROFFICE", list(rows.values()), now, **fields)

    def _plans(self, generation: str) -> dict[str, list[str]]:
        base = ["user", "web"]
        if generation == "loose":
            return {}
        if generation == "legacy":
            codes = self._some(LEGACY_PLANS, 0.7)
            return {
                plan: [] if plan == "superlicense-no-selection" else base + self._some(GRANTS[2:], 0.4)
                for plan in codes
            }
        tiers = {plan: self.chance.choice((["t1"], ["t2"], ["t2"], ["t1", "t2"], [])) for plan in TEN_PLANS}
        share = 0.8 if generation == "module" else 0.25
        plans = {plan: base + tiers[plan] + self._some(GRANTS[2:], 0.35) for plan in self._some(TEN_PLANS, share)}
        if generation == "suite":
            plans["suite-user"] = base + self._some(GRANTS[2:], 0.5)
        return plans

    def partner(self, owner: str, now: datetime, **fields: Any) -> sl.LicensePackage:  # noqa: ANN401 - fields of the noun
        """Make a package of the partner *owner*."""
        rows = [self._row(owner, module, sl.LicenseScope.SYSTEM) for module in self._some(["tool", "lonely"], 0.7)]
        needs_user = sl.LicenseName("superoffice", "user") if self.chance.random() < 0.4 else None
        rows += [self._personal(owner, module) for module in self._some(["tool-cal"], 0.8)]
        rows += [self._personal(owner, "helper", prerequisite=needs_user)]
        if self.chance.random() < 0.3:
            rows.append(self._personal(owner, "lens", prerequisite=sl.LicenseName(owner, "tool")))
        for plan in self._some(["gold", "silver"], 0.6):
            rows.append(self._plan(owner, plan, self._some(["tool-cal", "helper"], 0.6)))
        return self._package(owner.upper(), rows, now, **fields)

    def _package(self, owner: str, rows: list[sl.ModuleLicense], now: datetime, **fields: Any) -> sl.LicensePackage:  # noqa: ANN401 - fields of the noun
        to = {"company": self.installation.company, "serial_number": self.installation.serial_number}
        if self.chance.random() < 0.03:
            to = self.chance.choice(({**to, "company": "Fjordbyg ApS"}, {**to, "serial_number": "1010000006"}))
        if self.installation.database_id is not None and self.chance.random() < 0.5:
            fields["database_id"] = self.installation.database_id
        return sl.LicensePackage(
            **{"owner": owner, "validity": self.validity(now), "licenses": well_formed(rows), **to, **fields}
        )

    def validity(self, now: datetime) -> sl.Validity:
        """Make dates around *now*, in an order that is allowed."""
        chance = self.chance
        if chance.random() < 0.35:
            return sl.Validity()
        expires = now + timedelta(days=chance.choice((-9, -2, 1, 5, 20, 20, 60, 60)), seconds=chance.choice((0, 1)))
        warns = expires - timedelta(days=chance.choice((0, 3, 28))) if chance.random() < 0.7 else None
        grace = expires + timedelta(days=chance.choice((0, 4, 12))) if chance.random() < 0.7 else None
        if warns is not None and chance.random() < 0.1:
            return sl.Validity(warns_at=warns)
        return sl.Validity(warns_at=warns, expires_at=expires, grace_until=grace)
