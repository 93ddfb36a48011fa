"""What is posted: done and redirected, or refused and shown again, with what somebody else has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import superlicense as sl
from superlicense.catalog import modules
from superlicense.web.tokens import digest_of
from tests.for_each import for_each
from tests.installation import furnish, open_licensing
from tests.screens.tenant import MARKETING, SALES, SERVICE
from tests.web.browser import Browser, fields_of, text_of

Make = Callable[..., Any]
EXTRA = str(modules.VISIBLE_FOR)
PLAN = "plan:superoffice"


def held(licensing: sl.Licensing, user: str) -> set[str]:
    return {row.license for row in licensing.screens.user(user).user.licenses}


def card(browser: Browser, user: str) -> dict[str, list[str]]:
    return fields_of(browser.page(f"/user?id={user}"), "/user")


def test_a_plan_is_assigned_and_the_page_of_the_user_comes_next(tenant: sl.Licensing, browser: Browser) -> None:
    response = browser.post("/user", {**card(browser, "root"), PLAN: str(SALES)})
    assert (response.status_code, response.headers["location"]) == (303, "/user?id=root")
    assert held(tenant, "root") == {str(SALES)}
    (entry,) = tenant.journal.entries(user="root")[1:]
    assert entry.by == "root"


def test_a_plan_is_changed_and_released(tenant: sl.Licensing, browser: Browser) -> None:
    assert browser.post("/user", {**card(browser, "bo"), PLAN: str(MARKETING)}).status_code == 303
    assert held(tenant, "bo") == {str(MARKETING)}
    assert browser.post("/user", {**card(browser, "bo"), PLAN: ""}).status_code == 303
    assert held(tenant, "bo") == set()


def test_boxes_are_ticked_and_cleared(tenant: sl.Licensing, browser: Browser) -> None:
    shown = card(browser, "bo")
    assert shown["open"] == [EXTRA]
    assert browser.post("/user", {**shown, "license": [EXTRA]}).status_code == 303
    assert held(tenant, "bo") == {str(SERVICE), EXTRA}
    again = card(browser, "bo")
    assert again["license"] == [EXTRA]
    assert browser.post("/user", {**again, "license": []}).status_code == 303
    assert held(tenant, "bo") == {str(SERVICE)}


def test_an_extra_is_released_before_the_plan_that_it_needs(tenant: sl.Licensing, browser: Browser) -> None:
    shown = card(browser, "anna")
    response = browser.post("/user", {**shown, "license": [], PLAN: ""})
    assert response.status_code == 303
    assert held(tenant, "anna") == set()


def test_saving_what_is_shown_changes_nothing(tenant: sl.Licensing, browser: Browser) -> None:
    revision = tenant.revision()
    assert browser.post("/user", card(browser, "anna")).status_code == 303
    assert tenant.revision() == revision


def test_a_form_that_is_sent_twice_is_done_once(tenant: sl.Licensing, browser: Browser) -> None:
    fields = {**card(browser, "root"), PLAN: str(SALES)}
    assert browser.post("/user", fields).status_code == 303
    revision = tenant.revision()
    assert browser.post("/user", fields).status_code == 303
    assert tenant.revision() == revision


def test_what_somebody_else_has_changed_is_shown_and_not_overwritten(tenant: sl.Licensing, browser: Browser) -> None:
    fields = {**card(browser, "bo"), PLAN: str(MARKETING)}
    tenant.seats.change_plan("bo", SALES, by="other admin")
    response = browser.post("/user", fields)
    assert response.status_code == 409
    assert held(tenant, "bo") == {str(SALES)}
    told = text_of(response.text)
    assert "Assigned meanwhile: Sales Premium" in told
    assert "Released meanwhile: Service Premium" in told
    assert "by other admin" in told
    # The page is the present one, from which it can be done.
    assert browser.post("/user", {**fields_of(response.text, "/user"), PLAN: str(MARKETING)}).status_code == 303
    assert held(tenant, "bo") == {str(MARKETING)}


def test_a_changed_user_is_a_conflict(tenant: sl.Licensing, browser: Browser) -> None:
    fields = {**card(browser, "bo"), PLAN: str(MARKETING)}
    tenant.users.save(sl.User(id="bo", name="Bo Berg-Hansen", may_log_in=False), by="sync")
    response = browser.post("/user", fields)
    assert response.status_code == 409
    assert "The details of the user were changed." in response.text
    assert held(tenant, "bo") == {str(SERVICE)}


def test_unrelated_changes_stop_nobody(tenant: sl.Licensing, browser: Browser) -> None:
    fields = {**card(browser, "bo"), PLAN: str(MARKETING)}
    tenant.seats.release("dorthe", tenant.screens.user("dorthe").user.licenses[0].license, by="other")
    tenant.notices.start(sl.EventKind.MESSAGE_OF_THE_DAY, "hello", by="other")
    assert browser.post("/user", fields).status_code == 303


def test_what_the_rules_refuse_is_told_and_nothing_of_it_done(tenant: sl.Licensing, browser: Browser) -> None:
    fields = {**card(browser, "anna"), PLAN: ""}  # the extra that needs the plan stays ticked
    response = browser.post("/user", fields)
    assert response.status_code == 409
    assert "cannot be released because" in text_of(response.text)
    assert held(tenant, "anna") == {str(SALES), EXTRA}


def test_a_program_gets_a_problem(tenant: sl.Licensing, browser: Browser) -> None:
    fields = {**card(browser, "bo"), PLAN: str(MARKETING)}
    tenant.seats.change_plan("bo", SALES, by="other")
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
    response = browser.post("/user", fields, headers)
    assert (response.status_code, response.json()["code"]) == (409, "changed_meanwhile")
    assert response.json()["type"] == "urn:superlicense:problem:changed-meanwhile"
    assert response.headers["content-type"] == "application/problem+json"


def test_a_closed_or_unknown_box_is_not_changed(tenant: sl.Licensing, browser: Browser) -> None:
    shown = card(browser, "bo")
    hostile = {**shown, "open": ["superoffice.user", "no.such", *shown["open"]], "license": ["no.such"]}
    revision = tenant.revision()
    assert browser.post("/user", hostile).status_code == 303
    assert tenant.revision() == revision


@for_each("plan", ["superoffice.nothing", "superoffice.user", "no name.", "superoffice.ten-sales2"])
def test_a_plan_that_the_card_does_not_have_releases_nothing(tenant: sl.Licensing, browser: Browser, plan: str) -> None:
    response = browser.post("/user", {**card(browser, "bo"), PLAN: plan})
    assert (response.status_code, held(tenant, "bo")) == (422, {str(SERVICE)})


def test_a_form_without_an_id_is_not_valid(browser: Browser) -> None:
    assert browser.post("/user", {"token": "x"}).status_code == 422
    assert browser.get("/user").status_code == 422
    assert browser.get("/user?id=%00").status_code == 422


def test_an_event_is_started_and_ended(tenant: sl.Licensing, browser: Browser) -> None:
    fields = fields_of(browser.page("/"), "/events/start")
    given = {"kind": "no_login", "scope": "all_databases", "message": "We move", "expected_end": "2026-11-24T22:00"}
    assert browser.post("/events/start", {**fields, **given}).status_code == 303
    (event,) = tenant.notices.running()
    assert event.expected_end == datetime(2026, 11, 24, 21, tzinfo=UTC)  # typed in Copenhagen
    page = browser.page(f"/?event={event.id}")
    assert text_of(page).count("We move") == 2
    assert browser.post("/events/end", fields_of(page, "/events/end")).status_code == 303
    assert tenant.notices.running() == ()
    # Sent again, it is ended as wanted.
    assert browser.post("/events/end", fields_of(page, "/events/end")).status_code == 303


def test_an_event_is_not_ended_that_was_edited_meanwhile(tenant: sl.Licensing, browser: Browser) -> None:
    event = tenant.notices.start(sl.EventKind.NO_LOGIN, "We move", by="root")
    fields = fields_of(browser.page("/"), "/events/end")
    tenant.notices.edit(event.id, "We still move", by="other")
    response = browser.post("/events/end", fields)
    assert response.status_code == 409
    assert "The event was changed." in response.text
    assert len(tenant.notices.running()) == 1


def test_the_event_of_a_job_is_ended_by_force_where_that_may_be(tenant: sl.Licensing, browser: Browser) -> None:
    tenant.notices.report(sl.JobKind.IMPORT, by="importer")
    tenant.notices.report(sl.JobKind.UDEF_REBUILD, by="rebuild")
    page = browser.page("/")
    assert page.count('action="/events/end"') == 1
    assert "Force the end" in page
    assert browser.post("/events/end", fields_of(page, "/events/end")).status_code == 303
    assert [event.kind for event in tenant.notices.running()] == ["udef_rebuild"]


def test_a_refused_event_keeps_what_was_typed(tenant: sl.Licensing, browser: Browser) -> None:
    tenant.notices.start(sl.EventKind.NO_LOGIN, by="root")
    fields = fields_of(browser.page("/"), "/events/start")
    response = browser.post("/events/start", {**fields, "kind": "no_login", "message": "Again & again"})
    assert response.status_code == 409
    assert 'value="Again &amp; again"' in response.text
    for wrong in ({"scope": "planet"}, {"expected_end": "soon"}, {"kind": "party"}, {"scope": "user"}):
        assert browser.post("/events/start", {**fields, "kind": "no_travel", **wrong}).status_code == 422


def remedies(browser: Browser, page: str) -> list[dict[str, list[str]]]:
    del browser
    parts = page.split('<div class="card">')[1:]
    return [fields_of(part, "/why/remedy") for part in parts if "/why/remedy" in part]


def test_a_remedy_is_carried_out_and_the_login_says_yes(tenant: sl.Licensing, browser: Browser) -> None:
    page = browser.page("/why?id=root&subject=web")
    assert "Denied" in text_of(page)
    first = remedies(browser, page)[0]
    response = browser.post("/why/remedy", first)
    assert (response.status_code, response.headers["location"]) == (303, "/why?id=root&subject=web&access=view")
    assert tenant.gate.login("root", sl.Client.WEB).allowed
    revision = tenant.revision()
    assert browser.post("/why/remedy", first).status_code == 303
    assert tenant.revision() == revision


def test_a_remedy_that_would_not_help_any_more_is_not_carried_out(tenant: sl.Licensing, browser: Browser) -> None:
    tenant.users.save(sl.User(id="gorm", may_log_in=True))
    fields = remedies(browser, browser.page("/why?id=gorm&subject=web"))[0]
    tenant.users.save(sl.User(id="gorm"), by="sync")
    response = browser.post("/why/remedy", fields)
    assert response.status_code == 409
    assert "would not help any more" in response.text
    assert held(tenant, "gorm") == set()


def test_a_remedy_that_was_not_shown_is_not_carried_out(tenant: sl.Licensing, browser: Browser) -> None:
    fields = remedies(browser, browser.page("/why?id=root&subject=web"))[0]
    assert browser.post("/why/remedy", {**fields, "remedy": "0" * 32}).status_code == 409
    assert browser.post("/why/remedy", {**fields, "id": "anna"}).status_code == 403
    assert browser.post("/why/remedy", {**fields, "subject": "mobile"}).status_code == 403
    assert browser.post("/why/remedy", {**fields, "access": "edit"}).status_code == 403
    assert held(tenant, "root") == set()


def test_a_remedy_of_a_later_page_is_not_carried_out_from_an_earlier_one(
    tenant: sl.Licensing, browser: Browser
) -> None:
    tenant.users.save(sl.User(id="gorm", may_log_in=True))
    path = "/why?id=gorm&subject=web"
    earlier = remedies(browser, browser.page(path))[0]
    tenant.notices.start(sl.EventKind.NO_LOGIN, by="other")
    later = remedies(browser, browser.page(path))[0]
    response = browser.post("/why/remedy", {**earlier, "remedy": later["remedy"]})
    assert response.status_code == 409
    assert "would not help any more" in response.text
    assert len(tenant.notices.running()) == 1


def test_a_remedy_that_has_to_be_bought_is_not_carried_out(make: Make) -> None:
    licensing = furnish(open_licensing(), "anna", "bo", seats=1, holders={"anna": "ten-sales"})
    licensing.users.save(sl.User(id="root", may_log_in=True, administrator=True))
    browser = Browser(make(licensing))
    page = browser.page("/why?id=bo&subject=web")
    assert "New licenses are needed first." in page
    found = licensing.gate.remedies("bo", sl.Client.WEB, sl.Access.VIEW)
    fields = remedies(browser, page)[0]
    bought = next(digest_of(one.steps) for one in found if not one.applicable)
    response = browser.post("/why/remedy", {**fields, "remedy": bought})
    assert response.status_code == 409
    assert "would not help any more" in response.text


def test_a_remedy_is_not_carried_out_on_a_user_who_has_changed(tenant: sl.Licensing, browser: Browser) -> None:
    fields = remedies(browser, browser.page("/why?id=root&subject=web"))[0]
    tenant.users.save(sl.User(id="root", name="Another name", may_log_in=True, administrator=True), by="sync")
    response = browser.post("/why/remedy", fields)
    assert response.status_code == 409
    assert held(tenant, "root") == set()


def test_two_workers_are_one_app(tenant: sl.Licensing, make: Make) -> None:
    workers = [Browser(make(tenant)) for _ in range(4)]
    fields = card(workers[0], "root")
    assert workers[3].post("/user", {**fields, PLAN: str(SALES)}).status_code == 303
