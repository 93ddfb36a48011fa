"""Screens: ten thousand users and a hundred licenses, at counting them once in a plain loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from attrs import evolve

import superlicense as sl
from tests.benchmarks.company import PLANS, USUAL, Company, company_of
from tests.benchmarks.figures import Figures
from tests.benchmarks.measuring import ratio

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


@pytest.fixture(scope="module")
def hundred() -> Company:
    """Ten thousand users, and a package with a hundred licenses."""
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


def test_the_plain_loop_counts_what_the_screen_shows(hundred: Company) -> None:
    tab = hundred.licensing.screens.owner(hidden=True)
    rows = (*tab.system_licenses, *tab.site_licenses, *tab.user_licenses)
    assert len(rows) == LICENSES
    shown = {row.license.removeprefix("superoffice."): row.in_use for row in tab.user_licenses if row.in_use}
    assert shown == plain_loop(hundred)(hundred.user_ids)


def test_a_dialog_that_takes_everything_from_everybody_does_too(hundred: Company, figures: Figures) -> None:
    package = hundred.licensing.packages.current()
    assert package is not None
    preview = sl.ActivationPreview(
        package=package,
        digest="0" * 64,
        in_force=None,
        is_new=True,
        licenses=(),
        blockers=(),
        effects=tuple(
            sl.UserEffect(user=user, lost=tuple(f"superoffice.{name}" for name in (plan, *PLANS[plan])))
            for user, plan in hundred.plans.items()
        ),
    )

    def ask(_users: Sequence[str]) -> object:
        return hundred.licensing.screens.activation(preview).to_dict()

    everybody = [hundred.user_ids] * (1 + PAIRS)
    figures.at_most("activation dialog ÷ a plain loop", ratio(ask, plain_loop(hundred), everybody), 50)


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_costs_at_most_fifty_times_as_much(name: str, hundred: Company, figures: Figures) -> None:
    def ask(_users: Sequence[str]) -> object:
        return SCREENS[name](hundred.licensing)

    everybody = [hundred.user_ids] * (1 + PAIRS)
    figures.at_most(f"{name} ÷ a plain loop over all users", ratio(ask, plain_loop(hundred), everybody), 50)
