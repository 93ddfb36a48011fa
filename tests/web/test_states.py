"""What is wrong or comes near, as the screens say it: pages show every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from attrs import evolve

import superlicense as sl
from superlicense.catalog import meters
from superlicense.web import READ_ONLY
from tests.installation import SALES, Clock, open_licensing, person
from tests.licensing.vendor import issued
from tests.screens.tenant import INSTALLATION, staffed
from tests.web.browser import Browser, text_of

Make = Callable[..., Any]


def test_ids_that_look_alike_are_marked_in_the_list_and_on_the_card(tenant: sl.Licensing, browser: Browser) -> None:
    assert "Looks like" not in browser.page("/users")
    tenant.users.save(sl.User(id="Anna", may_log_in=True))
    listed = text_of(browser.page("/users"))
    assert "anna Looks like Anna" in listed
    assert "Anna Looks like anna" in listed
    assert "Looks like Anna" in text_of(browser.page("/user?id=anna"))
    assert "Looks like" not in browser.page("/user?id=bo")


def test_that_nobody_may_administer_is_shown_to_whoever_sees_the_status(make: Make, clock: Clock) -> None:
    licensing = open_licensing(installation=INSTALLATION, clock=clock)
    licensing.users.save(person("root"))
    page = Browser(make(licensing, access=lambda _: READ_ONLY)).page("/")
    assert "No user can administer this installation." in text_of(page)


def test_a_renewal_that_waits_says_why_on_its_tab(trusting: sl.Licensing, make: Make) -> None:
    trusting.packages.offer(issued(1, seats=3), by="vendor")
    for user in ("anna", "bo"):
        trusting.users.save(person(user))
        trusting.seats.assign(user, SALES, by="root")
    browser = Browser(make(trusting))
    assert "must be removed" not in browser.page("/owner")
    trusting.packages.offer(issued(2, seats=1), by="nightly")
    assert "2 are in use: 1 license must be removed" in text_of(browser.page("/owner"))


def test_a_service_that_is_billed_on_other_terms_says_so(clock: Clock, make: Make) -> None:
    store = sl.MemoryStore()
    before = staffed(open_licensing(store, INSTALLATION, clock=clock, meters=[meters.MAILINGS]))
    sent = sl.UsageEvent(source="app", id="1", meter="mailings", quantity=1, at=clock() - timedelta(hours=1))
    before.meters.record([sent])
    after = open_licensing(store, INSTALLATION, clock=clock, meters=[evolve(meters.MAILINGS, included=9)])
    said = "This month is billed on other terms than those of the service."
    assert said not in Browser(make(before)).page("/meters")
    assert said in Browser(make(after)).page("/meters")
