"""Screens: ten thousand users and a hundred licenses, at counting them once in a plain loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve

import superlicense as sl
from benchmarks.bench import USUAL, Bench
from benchmarks.company import PLANS, Company, company_of
from benchmarks.measuring import ratio

LICENSES = 100
PAIRS = 21
Draw = Callable[[sl.Licensing], object]

SCREENS: dict[str, Draw] = {
    "tab of an owner, hidden licenses included": lambda licensing: licensing.screens.owner(hidden=True),
    "Status tab": lambda licensing: licensing.screens.status("user-0000001"),
    "holders of one license": lambda licensing: licensing.screens.license("user"),
    "user licenses": lambda licensing: licensing.screens.user_licenses(),
    "user licenses, hidden ones included": lambda licensing: licensing.screens.user_licenses(hidden=True),
    "user licenses as plain data": lambda licensing: licensing.screens.user_licenses().to_dict(),
    "metered services": lambda licensing: licensing.screens.metered_services(),
    "card of a user": lambda licensing: licensing.screens.user("user-0000001"),
}


def of_a_hundred_licenses() -> Company:
    """Found a company of ten thousand users, with a package of a hundred licenses."""
    made = company_of(USUAL)
    package = made.licensing.packages.current()
    assert package is not None
    more = tuple(
        sl.ModuleLicense(name=f"extra-{number}", scope=sl.LicenseScope.USER, quantity=5)
        for number in range(LICENSES - len(package.licenses))
    )
    made.licensing.packages.adopt_unsigned(
        evolve(package, licenses=(*package.licenses, *more), issue=None, issued_at=None), by="vendor"
    )
    return made


def plain_loop(company: Company) -> Callable[[Sequence[str]], object]:
    """Count every license that everybody holds once, the way anybody would."""
    held = {user: (plan, *PLANS[plan]) for user, plan in company.plans.items()}

    def ask(users: Sequence[str]) -> dict[str, int]:
        counts: dict[str, int] = {}
        for user in users:
            for license in held.get(user, ()):
                counts[license] = counts.get(license, 0) + 1
        return counts

    return ask


def check(company: Company) -> None:
    """Make sure that the plain loop counts what the screen shows."""
    tab = company.licensing.screens.owner(hidden=True)
    rows = (*tab.system_licenses, *tab.site_licenses, *tab.user_licenses)
    assert len(rows) == LICENSES
    shown = {row.license.removeprefix("superoffice."): row.in_use for row in tab.user_licenses if row.in_use}
    assert shown == plain_loop(company)(company.user_ids)


def losing_everything(company: Company) -> sl.ActivationPreview:
    """Make a preview that takes everything from everybody."""
    package = company.licensing.packages.current()
    assert package is not None
    return sl.ActivationPreview(
        package=package,
        digest="0" * 64,
        in_force=None,
        is_new=True,
        licenses=(),
        blockers=(),
        effects=tuple(
            sl.UserEffect(user=user, lost=tuple(f"superoffice.{name}" for name in (plan, *PLANS[plan])))
            for user, plan in company.plans.items()
        ),
    )


def measure(bench: Bench) -> None:
    """Measure every screen, and the activation dialog."""
    hundred = of_a_hundred_licenses()
    check(hundred)
    licensing, loop = hundred.licensing, plain_loop(hundred)
    preview = losing_everything(hundred)
    everybody = [hundred.user_ids] * (1 + PAIRS)

    def dialog(_users: Sequence[str]) -> object:
        return licensing.screens.activation(preview).to_dict()

    bench.figures.at_most("activation dialog ÷ a plain loop", ratio(dialog, loop, everybody), 50)
    for name, draw in SCREENS.items():

        def ask(_users: Sequence[str], draw: Draw = draw) -> object:
            return draw(licensing)

        bench.figures.at_most(f"{name} ÷ a plain loop over all users", ratio(ask, loop, everybody), 50)
