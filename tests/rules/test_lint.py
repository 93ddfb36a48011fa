"""What a package may say, whoever issued it."""

from __future__ import annotations

import inspect
import re

import pytest

from superlicense.messages import Localizer
from superlicense.model.lint import LintCode, LintFinding
from superlicense.model.package import LicensePackage
from superlicense.rules.packages.lint import errors, warnings
from tests.rules.office import hidden, module, package, plan, site, system


def names(count: int) -> list[str]:
    """Make up names of modules."""
    return [f"m{number}" for number in range(count)]


@pytest.mark.parametrize(
    "written",
    [
        package(),
        package(module("user"), hidden("web", prerequisite="user"), plan("ten-sales", "user", "web")),
        package(*map(module, names(2000))),
        package(*map(hidden, names(64)), plan("ten-sales", *names(64))),
        package(module("field-force", prerequisite="acme.basic")),
        package(module("c", prerequisite="b"), module("b", prerequisite="a"), module("a")),
        package(module("acme.basic", prerequisite="superoffice.user"), owner="acme"),
    ],
    ids=["empty", "ordinary", "2,000 rows", "64 grants", "another owner's prerequisite", "a chain", "a partner's"],
)
def test_nothing_is_wrong(written: LicensePackage) -> None:
    assert list(errors(written)) == list(warnings(written)) == []


@pytest.mark.parametrize(
    ("written", "findings"),
    [
        (package(*map(module, names(2001))), [("licenses", "has more than 2000 rows")]),
        (
            package(*map(hidden, names(65)), plan("ten-sales", *names(65))),
            [("licenses[65].grants", "has more than 64 names")],
        ),
        (
            package(plan("all", "missing", "some", "server", "hub"), plan("some"), system("server"), site("hub")),
            [
                ("licenses[0].grants", "superoffice.some is a plan; a plan cannot grant another plan"),
                ("licenses[0].grants", "superoffice.server is not a user license"),
                ("licenses[0].grants", "superoffice.hub is not a user license"),
            ],
        ),
        (
            package(module("user"), module("web", prerequisite="client")),
            [("licenses[1].prerequisite", "the package has no superoffice.client")],
        ),
        (
            package(module("web", prerequisite="web")),
            [("licenses[0].prerequisite", "is circular")],
        ),
        (
            package(module("a", prerequisite="b"), module("b", prerequisite="a"), module("c", prerequisite="a")),
            [
                ("licenses[0].prerequisite", "is circular"),
                ("licenses[1].prerequisite", "is circular"),
            ],
        ),
        (
            package(
                module("a", prerequisite="b"),
                module("b", prerequisite="c"),
                module("c", prerequisite="b"),
            ),
            [
                ("licenses[1].prerequisite", "is circular"),
                ("licenses[2].prerequisite", "is circular"),
            ],
        ),
    ],
    ids=[
        "2,001 rows",
        "65 grants",
        "grants of the wrong kind",
        "a prerequisite that is missing",
        "a prerequisite of itself",
        "prerequisites in a circle, and one behind that leads into it",
        "prerequisites in a circle, and one in front that leads into it",
    ],
)
def test_what_cannot_be_honored_is_a_mistake(written: LicensePackage, findings: list[tuple[str, str]]) -> None:
    assert [(one.path, one.problem) for one in errors(written)] == findings


def test_a_grant_that_is_missing_is_worth_a_look_and_no_mistake() -> None:
    written = package(module("user"), plan("ten-sales", "user", "chat-cal"), plan("ten-service", "forms-cal"))
    assert list(errors(written)) == []
    assert [(one.path, one.code, one.problem) for one in warnings(written)] == [
        ("licenses[1].grants", LintCode.LICENSE_NOT_IN_PACKAGE, "the package has no superoffice.chat-cal"),
        ("licenses[2].grants", LintCode.LICENSE_NOT_IN_PACKAGE, "the package has no superoffice.forms-cal"),
    ]


def test_a_finding_is_plain_data_with_words() -> None:
    (found,) = warnings(package(plan("ten-sales", "chat-cal")))
    plain = {
        "path": "licenses[0].grants",
        "code": "license_not_in_package",
        "params": {"license": "superoffice.chat-cal"},
    }
    assert found.to_dict() == plain
    assert found.in_words(None) == found.problem
    danish = found.to_dict(Localizer("da"))
    assert danish == {**plain, "text": "Licenspakken har ikke licensen superoffice.chat-cal."}


def test_a_code_lists_its_parameters_and_every_language_shows_them() -> None:
    rows = re.findall(r'^    [A-Z_]+ = "(\w+)"(?:  # (.*))?$', inspect.getsource(LintCode), re.MULTILINE)
    assert {code for code, _ in rows} == set(LintCode)
    for code, params in rows:
        given = {name: f"<{name}>" for name in params.split(", ") if name}
        finding = LintFinding(path="licenses", code=LintCode(code), params=given)
        texts = [finding.problem, *(finding.in_words(Localizer(language)) for language in ("en", "da"))]
        assert all(value in text for text in texts for value in given.values()), code
        assert not any("{" in text or "?" in text for text in texts), code
