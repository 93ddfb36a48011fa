"""What repeats is told once: plans instead of their licenses, users by name, the rest counted."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.errors import RefusedError
from superlicense.messages import Localizer, message
from superlicense.messages.folding import fold
from superlicense.model.reason import Reason, ReasonCode, because

WORDS = Localizer("en")
TIERS = because(ReasonCode.ONE_LICENSE_OF, licenses=("superoffice.t1", "superoffice.t2"))


def missing(license: str, scope: str = "user", **params: object) -> Reason:
    return because(ReasonCode.LICENSE_MISSING, license=f"superoffice.{license}", scope=scope, **params)


def short(license: str, in_use: int = 26, total: int = 20, through: tuple[str, ...] = ()) -> Reason:
    return because(
        ReasonCode.SEATS_EXCEED_TOTAL,
        license=license,
        through=through,
        in_use=in_use,
        new_total=total,
        remove=in_use - total,
    )


def told(*reasons: Reason, words: Localizer = WORDS) -> list[str]:
    return [text.text for text in words.of_all(reasons)]


def test_whoever_has_no_plan_has_no_plan() -> None:
    plan = "The user has no user plan; an Essentials or Premium user plan is required."
    assert told(missing("user"), missing("web"), TIERS) == [plan]
    assert told(missing("online-webservices", "system"), missing("user"), missing("web"), TIERS) == [
        "The system license Online Web Services (superoffice.online-webservices) is missing.",
        plan,
    ]


def test_whoever_has_a_plan_without_a_tier_needs_another() -> None:
    assert told(TIERS) == ["The user needs an Essentials or Premium user plan."]
    assert told(missing("web"), TIERS) == [
        "The user license Web login (superoffice.web) is missing.",
        "The user needs an Essentials or Premium user plan.",
    ]


def test_where_there_are_no_tiers_the_licenses_are_named() -> None:
    assert told(missing("user"), missing("windows")) == [
        "These user licenses are missing: User login (superoffice.user), Windows App (superoffice.windows)."
    ]


def test_whoever_has_no_seat_of_the_suite_has_no_seat() -> None:
    seat = "The user has no seat of the CRM Suite."
    assert told(missing("user"), missing("web"), missing("suite-user")) == [seat]
    assert told(missing("suite-user")) == [seat]


def test_what_a_plan_brings_is_counted_behind_the_plan() -> None:
    plan = "superoffice.ten-sales"
    hidden = [short(f"superoffice.hidden-{number}", through=(plan,)) for number in range(18)]
    expected = (
        "The new total for the license Sales Premium (superoffice.ten-sales) is 20, but 26 are in use: "
        "6 licenses must be removed (and 18 hidden licenses that come with it)."
    )
    assert told(*hidden, short(plan)) == [expected]
    assert told(short(plan), *hidden) == [expected]


def test_where_the_plan_is_not_short_the_shortest_of_its_licenses_is_named() -> None:
    plan = ("superoffice.ten-sales",)
    (text,) = told(short("superoffice.web", 21, through=plan), short("superoffice.user", 26, through=plan))
    assert text.startswith("The new total for the license User login (superoffice.user) is 20, but 26 are in use")
    assert text.endswith("(and 1 hidden license that comes with it).")


def full(license: str, holder: str, through: str | None = None, **params: object) -> Reason:
    name, plan = f"superoffice.{license}", through and f"superoffice.{through}"
    given = {"license": name, "through": plan, "total": 2, "in_use": 2, "holder": holder, **params}
    return because(ReasonCode.NO_SEAT_LEFT, **given)


def test_a_plan_without_seats_is_named_once_for_all_that_it_brings() -> None:
    brought = [full(license, "root", "ten-sales") for license in ("sale-cal", "quote-cal")]
    expected = (
        "root: No seats left for Sales Premium (superoffice.ten-sales): 2 of 2 are in use "
        "(and 2 hidden licenses that come with it)."
    )
    assert told(*brought, full("ten-sales", "root")) == [expected]
    assert told(full("ten-sales", "root"), *brought) == [expected]


def test_users_who_find_no_seat_of_a_plan_are_named_once() -> None:
    reasons = [
        full(*one, place=place)
        for place, user in enumerate(("bo", "cy"))
        for one in [("ten-sales", user), ("sale-cal", user, "ten-sales")]
    ]
    (text,) = told(*reasons)
    assert text.startswith("bo, cy: No seats left for Sales Premium")
    assert text.endswith("(and 1 hidden license that comes with it).")


def test_a_license_of_a_plan_that_has_seats_names_the_plan() -> None:
    (text,) = told(full("sale-cal", "bo", "ten-sales"))
    assert "which comes with the user plan Sales Premium" in text
    assert len(told(full("sale-cal", "bo", "ten-sales"), full("sale-cal", "cy", "ten-service"))) == 2
    assert (
        len(told(full("sale-cal", "bo", "ten-sales"), full("sale-cal", "bo", "ten-sales", hint="releases_first"))) == 2
    )


def test_the_same_refusal_of_many_users_names_them_once() -> None:
    taken = {"license": "superoffice.ten-sales", "in_use": 3, "total": 3}
    many = [because(ReasonCode.NO_SEAT_LEFT, holder=f"user-{number}", place=number, **taken) for number in range(1, 13)]
    assert told(*many[:2]) == [
        "user-1, user-2: No seats left for Sales Premium (superoffice.ten-sales): 3 of 3 are in use."
    ]
    first_ten = ", ".join(f"user-{number}" for number in range(1, 11))
    assert told(*many) == [
        f"{first_ten}, and 2 more: No seats left for Sales Premium (superoffice.ten-sales): 3 of 3 are in use."
    ]


def test_what_differs_is_told_apart() -> None:
    one = because(ReasonCode.NO_SEAT_LEFT, license="superoffice.ten-sales", in_use=3, total=3, holder="anna")
    two = because(ReasonCode.NO_SEAT_LEFT, license="superoffice.ten-service", in_use=3, total=3, holder="anna")
    assert len(told(one, two)) == 2
    assert told(one, one) == told(one)
    assert told(missing("user"), missing("user", holder="bo"), TIERS) == [
        "The user has no user plan; an Essentials or Premium user plan is required.",
        "bo: The user license User login (superoffice.user) is missing.",
    ]


def test_licenses_that_are_missing_are_named_with_the_user_who_misses_them() -> None:
    assert told(*(missing(name, holder=user) for user in ("bo", "cy") for name in ("web", "user"))) == [
        "bo: These user licenses are missing: Web login (superoffice.web), User login (superoffice.user).",
        "cy: These user licenses are missing: Web login (superoffice.web), User login (superoffice.user).",
    ]
    assert told(missing("web", holder="bo"), missing("web", holder="bo")) == told(missing("web", holder="bo"))


def test_users_without_a_plan_are_named() -> None:
    reasons = [because(ReasonCode.ONE_LICENSE_OF, **TIERS.params, holder="bo"), missing("user", holder="bo")]
    assert told(*reasons) == ["bo: The user has no user plan; an Essentials or Premium user plan is required."]


def test_the_same_fact_twice_is_told_once() -> None:
    gone = because(ReasonCode.NO_PACKAGE, owner="superoffice")
    assert told(gone, gone) == ["No SuperOffice license package is installed."]


REASONS = st.sampled_from(
    [
        missing("user"),
        missing("web"),
        missing("suite-user"),
        missing("online-webservices", "system"),
        missing("user", holder="bo"),
        TIERS,
        short("superoffice.ten-sales"),
        short("superoffice.web", through=("superoffice.ten-sales",)),
        because(ReasonCode.NO_PACKAGE, owner="superoffice"),
        because(ReasonCode.LOGIN_NOT_ALLOWED),
    ]
)


@given(st.lists(REASONS, max_size=12))
def test_no_reason_is_lost_and_none_is_told_twice(reasons: list[Reason]) -> None:
    groups = fold(reasons)
    folded = [reason for group in groups for reason in group.reasons]
    assert sorted(map(repr, folded)) == sorted(map(repr, reasons))
    firsts = [min(reasons.index(reason) for reason in group.reasons) for group in groups]
    assert firsts == sorted(firsts)
    texts = told(*reasons)
    assert len(texts) == len(set(texts)) == len(groups)


def test_a_refusal_is_told_by_its_reasons_folded() -> None:
    error = RefusedError([missing("user"), missing("web"), TIERS])
    assert message(error) == "The user has no user plan; an Essentials or Premium user plan is required."
    assert message(error, "da").startswith("Brugeren har ingen brugerplan")


def test_a_refusal_with_very_many_reasons_says_how_many_more() -> None:
    error = RefusedError([because(ReasonCode.UNKNOWN_USER, user=f"user-{number}") for number in range(14)])
    assert message(error).endswith("There is no user user-9. And 4 more.")


def test_words_of_an_installation_have_its_titles_and_its_dates() -> None:
    package = sl.LicensePackage(
        owner="NORDVIK",
        owner_description="Nordvik Ruter",
        company="Nordvik Handel A/S",
        serial_number="1010000014",
        licenses=(
            sl.ModuleLicense(name="nordvik.routes", scope=sl.LicenseScope.USER, description="Route planner"),
            sl.ModuleLicense(name="nordvik.maps", scope=sl.LicenseScope.USER, description="Maps", hidden=True),
        ),
    )
    words = Localizer("en", packages={"nordvik": package})
    assert words.title("nordvik.routes") == words.named("nordvik.routes") == "Route planner"
    assert words.named("nordvik.maps") == "Maps (nordvik.maps)"
    assert words.named("nordvik.ferries") == "nordvik.ferries"
    assert words.owner("nordvik") == "Nordvik Ruter"
    assert words(because(ReasonCode.NO_PACKAGE, owner="nordvik")) == "No Nordvik Ruter license package is installed."
    assert words.date(datetime(2027, 7, 1, tzinfo=UTC)) == "30 June 2027"


def test_a_change_has_the_name_that_the_journal_shows() -> None:
    refused = because(ReasonCode.UNSIGNED_DOCUMENT, change="ChangeInstallation")
    assert told(refused) == ["“Change serial number or company” requires a signed document."]
    assert told(because(ReasonCode.UNSIGNED_DOCUMENT, change="Party")) == ["“Party” requires a signed document."]
