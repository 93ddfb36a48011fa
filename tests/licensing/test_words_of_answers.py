"""Every answer of design section 11 is a value with words in both languages."""

from __future__ import annotations

from datetime import UTC, datetime

import superlicense as sl
from superlicense import testing
from superlicense.model.answer import Answer
from superlicense.testing import builders
from tests.for_each import for_each

LAST_LOGIN = datetime(2026, 1, 1, tzinfo=UTC)
ENDS_AT = datetime(2027, 3, 26, 23, tzinfo=UTC)
FAR = datetime(2028, 1, 1, tzinfo=UTC)


def opened() -> sl.Licensing:
    others = (row for row in builders.price_list(2) if row.name.module != "quote-cal")
    ours = builders.installation(time_zone="Europe/Copenhagen")
    package = builders.package(
        *(*others, builders.user_license("quote-cal", 20)),
        installation=ours,
        validity=sl.Validity(warns_at=datetime(2027, 2, 26, 23, tzinfo=UTC), expires_at=ENDS_AT),
    )
    licensing = testing.licensing(
        installation=ours, package=package, users=[builders.user("anna"), builders.user("bo")]
    )
    for holder, license in (("anna", "quote-cal"), ("anna", "ten-sales"), ("bo", "ten-sales")):
        licensing.seats.assign(holder, license, by="admin")
    return licensing


def told(answers: tuple[Answer, ...]) -> list[tuple[str, str]]:
    return [(one.to_dict()["text"], one.to_dict(language="da")["text"]) for one in answers]


def test_idle_users_have_words() -> None:
    assert told(opened().seats.idle({"bo": LAST_LOGIN})) == [
        (
            "anna has never logged in and holds Sale Quote Access, Sales Premium.",
            "anna har aldrig logget på og har Sale Quote Access, Sales Premium.",
        ),
        (
            "bo has not logged in since 1 January 2026 at 01:00 CET and holds Sales Premium.",
            "bo har ikke logget på siden 1. januar 2026 kl. 01.00 CET og har Sales Premium.",
        ),
    ]


def test_licenses_that_others_cover_have_words() -> None:
    assert told(opened().seats.redundant()) == [
        (
            "anna does not need Sale Quote Access: Sales Premium covers it.",
            "anna behøver ikke Sale Quote Access: Sales Premium dækker den.",
        )
    ]


def test_licenses_that_are_nearly_used_up_have_words() -> None:
    licensing = opened()
    text = ("Sales Premium: 2 of 2 seats are in use.", "Sales Premium: 2 af 2 pladser er i brug.")
    assert told(licensing.seats.low()) == [text]
    assert told(licensing.what_if().seats.low()) == [text]


def test_dates_have_words_by_the_last_day_that_counts() -> None:
    assert told(opened().packages.dates(FAR)) == [
        (
            "SuperOffice license package, 27 February 2027: Warning begins.",
            "Licenspakken fra SuperOffice, 27. februar 2027: Advarsel begynder.",
        ),
        (
            "SuperOffice license package, 26 March 2027: Expires.",
            "Licenspakken fra SuperOffice, 26. marts 2027: Udløber.",
        ),
    ]


@for_each(
    ("answer", "code"),
    [
        (sl.IdleUser(user="anna", last_login=None, licenses=()), "answer_never_logged_in"),
        (sl.IdleUser(user="anna", last_login=LAST_LOGIN, licenses=()), "answer_idle_since"),
        (sl.PackageDate(at=FAR, owner="superoffice", kind=sl.PackageDateKind.EXPIRES), "expires"),
    ],
)
def test_without_words_there_are_codes(answer: sl.IdleUser | sl.PackageDate, code: str) -> None:
    assert answer.in_words(None) == code
    assert "text" not in answer.to_dict(language="da")
