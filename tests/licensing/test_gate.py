from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

import superlicense as sl
from tests.installation import (
    EDIT,
    EXPIRES_AT,
    SALES,
    SERVICE,
    START,
    STOPS_AT,
    WARNS_AT,
    WEB,
    Clock,
    codes,
    module,
    package,
    person,
    price_list,
)


class TestLogin:
    def test_before_the_first_package_nobody_is_let_in(self, empty: sl.Licensing) -> None:
        assert codes(empty.gate.login("anna", WEB)) == ["no_package", "unknown_user"]

    def test_a_holder_of_a_plan_is_let_in(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        decision = licensing.gate.login("anna", WEB)
        assert decision
        assert decision.outcome is sl.Outcome.ALLOWED
        assert decision.reasons == decision.warnings == ()
        assert decision.rule_set is sl.RuleSet.MODULE_BASED
        assert decision.valid_until == WARNS_AT

    def test_whoever_holds_nothing_is_told_all_that_is_missing(self, licensing: sl.Licensing) -> None:
        decision = licensing.gate.login("anna", WEB)
        assert codes(decision) == ["license_missing", "license_missing", "one_license_of"]
        assert [reason.params.get("license") for reason in decision.reasons] == [
            "superoffice.user",
            "superoffice.web",
            None,
        ]

    def test_all_that_stands_in_the_way_is_said_together(self, licensing: sl.Licensing) -> None:
        licensing.users.save(sl.User(id="dora", type=sl.UserType.RESOURCE, retired=True, awaiting_approval=True))
        assert codes(licensing.gate.login("dora", WEB)) == [
            "user_retired",
            "login_not_allowed",
            "awaiting_approval",
            "user_type_not_for_client",
        ]

    def test_a_client_is_known_by_its_word(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        by_word: Any = "web"
        assert licensing.gate.login("anna", by_word) is licensing.gate.login("anna", WEB)

    def test_dates_pass_without_any_write(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        told = []
        for date in (WARNS_AT, EXPIRES_AT, STOPS_AT):
            for moment in (date - timedelta(microseconds=1), date):
                clock.now = moment
                decision = licensing.gate.login("anna", WEB)
                told.append((decision.outcome, codes(decision), [str(warning.code) for warning in decision.warnings]))
        allowed, read_only = sl.Outcome.ALLOWED, sl.Outcome.READ_ONLY
        assert told == [
            (allowed, [], []),
            (allowed, [], ["package_expires"]),
            (allowed, [], ["package_expires"]),
            (allowed, [], ["package_in_grace"]),
            (allowed, [], ["package_in_grace"]),
            (read_only, ["package_stopped"], []),
        ]

    def test_any_instant_may_be_asked_about(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.login("anna", WEB, at=STOPS_AT).outcome is sl.Outcome.READ_ONLY
        assert licensing.gate.login("anna", WEB, at=STOPS_AT - timedelta(microseconds=1)).warnings
        assert licensing.gate.login("anna", WEB, at=START) == licensing.gate.login("anna", WEB)

    def test_nobody_has_counted_the_sessions(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SERVICE, by="admin")
        decision = licensing.gate.login("anna", sl.Client.SERVICE)
        assert decision
        assert [str(warning.code) for warning in decision.warnings] == ["sessions_not_counted"]

    def test_sessions_count_up_to_the_quantity(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SERVICE, by="admin")
        decisions = [licensing.gate.login("anna", sl.Client.SERVICE, open_sessions=number) for number in (0, 1, 2, 3)]
        assert [bool(decision) for decision in decisions] == [True, True, False, False]
        assert codes(decisions[2]) == ["sessions_in_use"]

    def test_other_clients_ignore_sessions(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SERVICE, by="admin")
        assert licensing.gate.login("anna", WEB, open_sessions=99) is licensing.gate.login("anna", WEB)

    def test_require_login_raises_the_whole_decision(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.DeniedError) as caught:
            licensing.gate.require_login("anna", WEB)
        assert caught.value.decision is licensing.gate.login("anna", WEB)
        assert caught.value.code == "license_missing"
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.require_login("anna", WEB) is licensing.gate.login("anna", WEB)


class TestFeature:
    def test_system_license_and_user_license_are_needed_to_edit(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.seats.assign("bo", SERVICE, by="admin")
        assert licensing.gate.feature("anna", "quote", EDIT).outcome is sl.Outcome.ALLOWED
        bo = licensing.gate.feature("bo", "quote", EDIT)
        assert (bo.outcome, bool(bo), codes(bo)) == (sl.Outcome.READ_ONLY, False, ["license_missing"])
        assert licensing.gate.feature("bo", "quote")

    @pytest.mark.parametrize("spelling", ["quote", "superoffice.quote", "Quote", "SUPEROFFICE.QUOTE"])
    def test_a_feature_may_be_spelled_in_many_ways(self, licensing: sl.Licensing, spelling: str) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        decision = licensing.gate.feature("anna", "superoffice.quote", EDIT)
        assert licensing.gate.feature("anna", spelling, EDIT) is decision
        assert licensing.gate.feature("anna", sl.LicenseName.parse(spelling), EDIT) is decision
        assert licensing.gate.feature("anna", spelling, EDIT, at=START) == decision

    def test_what_is_sold_but_not_bought_is_decided_once(self, licensing: sl.Licensing) -> None:
        decision = licensing.gate.feature("anna", "sale-guides")
        assert codes(decision)
        assert licensing.gate.feature("anna", "document") is licensing.gate.feature("bo", "document")

    @pytest.mark.parametrize("name", ["nobody-sells-this", "", "a/b", "x" * 300, "æ"])
    def test_what_nobody_knows_is_denied(self, licensing: sl.Licensing, name: str) -> None:
        for decision in (licensing.gate.feature("anna", name), licensing.gate.feature("anna", name, at=START)):
            assert not decision
            assert codes(decision)[0] == "unknown_feature"

    def test_the_login_is_not_asked_again(self, licensing: sl.Licensing) -> None:
        licensing.users.save(person("anna", may_log_in=False))
        licensing.seats.assign("anna", SALES, by="admin")
        assert not licensing.gate.login("anna", WEB)
        assert licensing.gate.feature("anna", "quote", EDIT)

    def test_unknown_and_retired_users_have_no_feature(self, licensing: sl.Licensing) -> None:
        licensing.seats.retire("bo", by="admin")
        assert codes(licensing.gate.feature("nobody", "quote")) == ["unknown_user"]
        assert codes(licensing.gate.feature("bo", "quote")) == ["user_retired", "license_missing"]

    def test_require_feature_raises_the_whole_decision(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.DeniedError) as caught:
            licensing.gate.require_feature("anna", "quote", EDIT)
        assert caught.value.decision.asked.subject == "superoffice.quote"
        assert licensing.gate.require_feature("anna", "quote")


class TestAdminister:
    def test_an_administrator_reaches_activation_without_any_package(self, empty: sl.Licensing) -> None:
        empty.users.save(person("root", administrator=True))
        assert empty.gate.administer("root")
        assert not empty.gate.login("root", WEB)

    def test_everybody_else_does_not(self, licensing: sl.Licensing) -> None:
        assert codes(licensing.gate.administer("anna")) == ["not_administrator"]
        assert codes(licensing.gate.administer("nobody")) == ["unknown_user"]
        left = person("left", administrator=True, retired=True, may_log_in=False)
        assert codes(licensing.gate.administer(left)) == ["user_retired", "login_not_allowed"]

    def test_it_is_asked_of_the_past_too(self, empty: sl.Licensing, clock: Clock) -> None:
        empty.users.save(person("root", administrator=True))
        clock.forward(hours=1)
        empty.users.save(person("root"), force=True)
        assert not empty.gate.administer("root")
        assert empty.gate.administer("root", at=START)


class TestGrants:
    def test_holds_says_what_is_granted(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        for name in (SALES, "user", "SuperOffice.Quote-CAL", sl.catalog.modules.QUOTE_CAL):
            assert licensing.gate.holds("anna", name)
            assert not licensing.gate.holds("bo", name)
            assert not licensing.gate.holds("nobody", name)
            assert licensing.gate.holds("anna", name, at=START)
        assert not licensing.gate.holds("anna", "ej-sim-client")
        assert not licensing.gate.holds("anna", "nobody-sells-this")

    def test_has_system_says_what_the_installation_is_granted(self, licensing: sl.Licensing) -> None:
        assert licensing.gate.has_system("quote")
        assert licensing.gate.has_system("quote", at=STOPS_AT)
        assert not licensing.gate.has_system("user")
        assert not licensing.gate.has_system("document")

    def test_before_the_first_package_there_is_nothing(self, empty: sl.Licensing) -> None:
        assert not empty.gate.has_system("server")
        assert not empty.gate.holds("anna", "user")


class TestUserObjects:
    def test_flags_come_from_the_object_and_licenses_from_its_id(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.login(person("anna"), WEB)
        assert codes(licensing.gate.login(person("anna", may_log_in=False), WEB)) == ["login_not_allowed"]
        assert licensing.gate.feature(person("anna"), "quote", EDIT)
        assert licensing.gate.holds(person("anna"), "user")
        assert not licensing.gate.holds(person("somebody"), "user")
        for at in (None, START):
            assert licensing.gate.administer(person("anna", administrator=True), at=at)
            assert licensing.gate.holds(person("anna"), "user", at=at)
            assert licensing.gate.login(person("anna"), WEB, at=at)
            assert licensing.gate.feature(person("anna"), "quote", at=at)

    def test_nothing_is_stored(self, licensing: sl.Licensing) -> None:
        before = licensing.revision()
        licensing.gate.login(person("somebody"), WEB)
        assert licensing.users.find("somebody") is None
        assert licensing.revision() == before
        assert codes(licensing.gate.login("somebody", WEB)) == ["unknown_user"]

    def test_an_object_shares_the_decision_of_those_who_are_alike(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.login(person("anna"), WEB) is licensing.gate.login("anna", WEB)


class TestOddArguments:
    @pytest.mark.parametrize("client", ["mainframe", "", None, 1, [], sl.Outcome.ALLOWED])
    def test_an_unknown_client_is_an_error(self, licensing: sl.Licensing, client: Any) -> None:  # noqa: ANN401 - anything
        for at in (None, START):
            with pytest.raises(sl.InvalidValueError, match=r"^client: "):
                licensing.gate.login("anna", client, at=at)

    @pytest.mark.parametrize("access", ["delete", None, 1, []])
    def test_an_unknown_access_is_an_error(self, licensing: sl.Licensing, access: Any) -> None:  # noqa: ANN401 - anything
        with pytest.raises(sl.InvalidValueError, match=r"^access: "):
            licensing.gate.feature("anna", "quote", access)

    @pytest.mark.parametrize("sessions", [-1, True, 1.5, "2", []])
    def test_what_is_no_number_of_sessions_is_an_error(self, licensing: sl.Licensing, sessions: Any) -> None:  # noqa: ANN401 - anything
        with pytest.raises(sl.InvalidValueError, match=r"^open_sessions: "):
            licensing.gate.login("anna", WEB, open_sessions=sessions)

    @pytest.mark.parametrize("user", [None, 7, [], {}, object()])
    def test_what_is_no_user_is_an_error(self, licensing: sl.Licensing, user: Any) -> None:  # noqa: ANN401 - anything
        gate = licensing.gate
        for at in (None, START):
            with pytest.raises(sl.InvalidValueError, match=r"^user: "):
                gate.login(user, WEB, at=at)
            with pytest.raises(sl.InvalidValueError, match=r"^user: "):
                gate.feature(user, "quote", at=at)
            with pytest.raises(sl.InvalidValueError, match=r"^user: "):
                gate.administer(user, at=at)
            with pytest.raises(sl.InvalidValueError, match=r"^user: "):
                gate.holds(user, "user", at=at)

    @pytest.mark.parametrize("feature", [None, 7, [], b"quote"])
    def test_what_is_no_text_names_no_feature(self, licensing: sl.Licensing, feature: Any) -> None:  # noqa: ANN401 - anything
        with pytest.raises(sl.InvalidValueError, match=r"^feature: "):
            licensing.gate.feature("anna", feature)

    @pytest.mark.parametrize("license", [None, 7, [], "", "a/b"])
    def test_what_names_no_license_is_an_error(self, licensing: sl.Licensing, license: Any) -> None:  # noqa: ANN401 - anything
        for at in (None, START):
            with pytest.raises(sl.InvalidValueError, match=r"^license: "):
                licensing.gate.holds("anna", license, at=at)
            with pytest.raises(sl.InvalidValueError, match=r"^license: "):
                licensing.gate.has_system(license, at=at)

    @pytest.mark.parametrize("at", [datetime(2026, 11, 24), "2026-11-24", 7, START.date()])  # noqa: DTZ001 - naive on purpose
    def test_what_is_no_instant_is_an_error(self, licensing: sl.Licensing, at: Any) -> None:  # noqa: ANN401 - anything
        for ask in (
            lambda: licensing.gate.login("anna", WEB, at=at),
            lambda: licensing.gate.feature("anna", "quote", at=at),
            lambda: licensing.gate.administer("anna", at=at),
            lambda: licensing.gate.holds("anna", "user", at=at),
            lambda: licensing.gate.has_system("server", at=at),
            lambda: licensing.seats.usage("user", at=at),
            lambda: licensing.users.all(at=at),
        ):
            with pytest.raises(sl.InvalidValueError, match=r"^at: "):
                ask()


class TestConstants:
    """One object serves all users of a profile."""

    def test_users_who_hold_the_same_share_their_decisions(self, licensing: sl.Licensing) -> None:
        for user in ("anna", "bo"):
            licensing.seats.assign(user, SALES, by="admin")
        gate = licensing.gate
        for client in sl.Client:
            assert gate.login("anna", client) is gate.login("bo", client) is gate.login("anna", client)
            assert gate.login("anna", client) is not gate.login("cy", client) is gate.login("cy", client)
        assert gate.feature("anna", "quote", EDIT) is gate.feature("bo", "quote", EDIT)
        assert gate.login("ghost", WEB) is gate.login("phantom", WEB)

    def test_a_decision_is_made_for_whoever_asks_not_for_whoever_asked_first(self, licensing: sl.Licensing) -> None:
        for user in ("anna", "bo"):
            licensing.seats.assign(user, SALES, by="admin")
            licensing.gate.login(user, WEB)
        # Anna was the first of their kind, and is of another kind now.
        licensing.seats.release("anna", SALES, by="admin")
        assert licensing.gate.login("bo", sl.Client.API)
        assert licensing.gate.feature("bo", "quote", EDIT)
        assert licensing.gate.holds("bo", "user")
        assert not licensing.gate.login("anna", sl.Client.API)
        # Whoever becomes of that kind gets what it is due.
        licensing.seats.assign("cy", SALES, by="admin")
        assert licensing.gate.login("cy", sl.Client.API) is licensing.gate.login("bo", sl.Client.API)
        for user in ("anna", "bo", "cy"):
            for client in sl.Client:
                assert licensing.gate.login(user, client) == licensing.gate.login(user, client, at=START)

    def test_what_a_site_holds_concerns_its_users(self, licensing: sl.Licensing) -> None:
        # A site may have the id of a user; then one assignment concerns many.
        licensing.users.save(person("central"))
        for user in ("anna", "bo"):
            licensing.seats.assign(user, SALES, by="admin")
            licensing.seats.assign(user, "reporter-studio-user", by="admin")
            assert not licensing.gate.login(user, sl.Client.REPORTER_STUDIO)
        licensing.seats.assign("central", "reporter-studio", by="admin")
        assert licensing.gate.login("anna", sl.Client.REPORTER_STUDIO)
        licensing.seats.release("central", "reporter-studio", by="admin")
        assert not licensing.gate.login("bo", sl.Client.REPORTER_STUDIO)

    def test_many_kinds_of_users_are_forgotten_before_they_fill_the_memory(
        self, licensing: sl.Licensing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("superlicense.licensing.engine.snapshot._MAX_PROFILES", 3)
        sites = [sl.User(id="x", may_log_in=True, site=f"site{number}") for number in range(10)]
        decisions = [licensing.gate.login(user, WEB) for user in sites]
        assert [reason.params["site"] for decision in decisions for reason in decision.reasons[:1]] == [
            user.site for user in sites
        ]

    def test_a_new_package_changes_what_was_decided(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        before = licensing.gate.feature("anna", "document")
        licensing.packages.adopt_unsigned(package(licenses=(*price_list(), module("document-cal"))), by="admin")
        assert licensing.gate.feature("anna", "document") is not before
