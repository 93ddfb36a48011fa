"""What is allowed in a package, and hardly ever meant."""

from __future__ import annotations

import pytest

from superlicense.document.package import PackageDraft
from superlicense.model.package import LicensePackage
from superlicense.rules.packages.advice import advice
from tests.installation import package as usual
from tests.installation import price_list
from tests.rules.office import hidden, module, package, plan, site, system

CAN_LOG_IN = (system("server"), system("online-webservices"))
FULL = ("user", "web", "t2")
LOOSE = tuple(module(name) for name in FULL)


def said(written: LicensePackage) -> list[tuple[str, str]]:
    return [(one.path, one.problem) for one in advice(written)]


@pytest.mark.parametrize(
    "written",
    [
        package(),
        package(*CAN_LOG_IN, plan("ten-sales", *FULL, quantity=3), *(hidden(name, 3) for name in FULL)),
        package(
            *CAN_LOG_IN,
            plan("ten-sales", *FULL, quantity=3),
            plan("ten-service", *FULL, quantity=4),
            *(hidden(name, 7) for name in FULL),
        ),
        package(*CAN_LOG_IN, plan("ten-sales", *FULL, unrestricted=True), *(hidden(name, 7) for name in FULL)),
        package(*CAN_LOG_IN, plan("ten-sales", *FULL, quantity=3), *(hidden(name, unrestricted=True) for name in FULL)),
        package(*CAN_LOG_IN, plan("ten-sales"), *LOOSE),
        package(system("quote"), module("quote-cal")),
        package(module("pocket-crm-cal"), module("extern-user-cal")),
        package(system("acme.routes"), module("acme.routes-cal"), plan("acme.gold", "acme.routes-cal"), owner="acme"),
        package(module("t1"), module("t2"), site("reporter-studio")),
    ],
    ids=[
        "empty",
        "a sum of one",
        "a sum of two",
        "a plan without a number",
        "a license without a number",
        "a plan that needs others beside it",
        "a pair",
        "login licenses, which edit nothing",
        "a partner's",
        "short names",
    ],
)
def test_what_is_usual_gets_no_advice(written: LicensePackage) -> None:
    assert said(written) == []


@pytest.mark.parametrize(
    ("written", "findings"),
    [
        (
            package(module("quote-cal")),
            [("licenses[0].name", "the package has no system license superoffice.quote to edit")],
        ),
        (
            package(module("acme.routes-cal"), module("acme.routes"), owner="acme"),
            [("licenses[0].name", "the package has no system license acme.routes to edit")],
        ),
        (
            package(plan("ten-sales", *FULL), *LOOSE, CAN_LOG_IN[0]),
            [("licenses[0]", "its holders cannot log in with any client")],
        ),
        (
            package(*CAN_LOG_IN, plan("ten-sales", "user", "t2", quantity=2), hidden("user", 2), hidden("t2", 2)),
            [("licenses[2]", "its holders cannot log in with any client")],
        ),
        (
            package(*CAN_LOG_IN, plan("ten-sales", *FULL, quantity=3), *LOOSE[1:], hidden("user", 4)),
            [("licenses[5].quantity", "is 4, and its plans are 3")],
        ),
        (package(hidden("web", 4)), [("licenses[0].quantity", "is 4, and its plans are 0")]),
        (
            package(system("quotee"), system("no-such-thing"), module("wob")),
            [
                ("licenses[0].name", "superoffice.quotee is not in the catalog; it looks like superoffice.quote"),
                ("licenses[1].name", "superoffice.no-such-thing is not in the catalog"),
                ("licenses[2].name", "superoffice.wob is not in the catalog"),
            ],
        ),
        (
            package(system("onlinewebservices"), system("servet"), system("qu0te")),
            [
                (
                    "licenses[0].name",
                    "superoffice.onlinewebservices is not in the catalog; it looks like superoffice.online-webservices",
                ),
                ("licenses[1].name", "superoffice.servet is not in the catalog; it looks like superoffice.server"),
                ("licenses[2].name", "superoffice.qu0te is not in the catalog; it looks like superoffice.quote"),
            ],
        ),
        (
            package(system("acme.route-1"), system("acme.route.l"), owner="acme"),
            [("licenses[1].name", "looks like acme.route-1")],
        ),
    ],
    ids=[
        "an editing license alone",
        "a partner's, beside a user license",
        "no web services",
        "no web login",
        "another sum",
        "hidden, and no plan grants it",
        "unknown names",
        "what people overlook",
        "two that look alike",
    ],
)
def test_what_is_hardly_meant(written: LicensePackage, findings: list[tuple[str, str]]) -> None:
    assert said(written) == findings


def test_the_linter_of_drafts_has_it_last() -> None:
    draft = PackageDraft(package=usual(licenses=(*price_list(), module("quote-call"))))
    assert [one.problem for one in draft.lint()] == [
        "superoffice.quote-call is not in the catalog; it looks like superoffice.quote-cal"
    ]
