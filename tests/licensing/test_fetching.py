"""Documents that come before their day, and owners that are asked one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import superlicense as sl
from tests.installation import START, Clock, open_licensing, person, price_list, system
from tests.licensing.vendor import VENDOR_KEY, issued, partner_issued, root

DAY = timedelta(days=1)
DUE = sl.Validity(next_check_at=START)
TOMORROW = START + DAY


def opened(clock: Clock, source: sl.PackageSource | None = None) -> sl.Licensing:
    """Open an installation whose vendor and partner are to be asked now."""
    licensing = open_licensing(trust=root(), clock=clock, package_source=source)
    for document in (issued(1, validity=DUE), partner_issued(1, system("nordvik.route-plan"), validity=DUE)):
        licensing.packages.activate(licensing.packages.preview(document), by="admin")
    licensing.users.save(person("anna"))
    return licensing


def issue_in_force(licensing: sl.Licensing, owner: str = "superoffice") -> int | None:
    package = licensing.packages.current(owner)
    return None if package is None else package.issue


class TestADocumentBeforeItsDay:
    """It is refused by `activate`, and kept waiting by `offer`."""

    EARLY = issued(2, seats=9, issued_at=TOMORROW)

    def test_is_not_activated(self, clock: Clock) -> None:
        licensing = opened(clock)
        with pytest.raises(sl.IssuedInFutureError):
            licensing.packages.preview(self.EARLY)
        assert issue_in_force(licensing) == 1

    def test_waits_and_is_put_in_force_on_its_day(self, clock: Clock) -> None:
        licensing = opened(clock)
        offered = licensing.packages.offer(self.EARLY, by="cron")
        assert (offered.activated, offered.waiting, issue_in_force(licensing)) == (False, True, 1)
        assert offered.preview.safe_unattended
        with pytest.raises(sl.IssuedInFutureError):
            licensing.packages.preview_waiting()
        assert licensing.packages.fetch(by="cron") == ()
        # What waits is not in force: the floor under the clock does not move.
        assert licensing.gate.login("anna", sl.Client.WEB).valid_until != TOMORROW
        clock.forward(days=1)
        (outcome,) = licensing.packages.fetch(by="cron")
        assert outcome.activation is not None
        assert (outcome.activation.activated, outcome.error, issue_in_force(licensing)) == (True, None, 2)
        assert licensing.packages.waiting() is None

    def test_offered_again_changes_nothing(self, clock: Clock) -> None:
        licensing = opened(clock)
        licensing.packages.offer(self.EARLY, by="cron")
        before = licensing.revision()
        assert licensing.packages.offer(self.EARLY, by="cron").waiting
        assert licensing.revision() == before

    def test_that_takes_something_away_waits_on(self, clock: Clock) -> None:
        licensing = opened(clock)
        licensing.seats.assign("anna", "ten-sales", by="admin")
        fewer = tuple(row for row in price_list() if row.name.module != "quote")
        licensing.packages.offer(issued(2, licenses=fewer, issued_at=TOMORROW), by="cron")
        clock.forward(days=1)
        (outcome,) = licensing.packages.fetch(by="cron")
        assert outcome.activation is not None
        assert (outcome.activation.waiting, issue_in_force(licensing)) == (True, 1)

    @pytest.mark.parametrize(
        ("stops_at", "codes"),
        [(START, ["issued_in_future", "package_stopped"]), (TOMORROW, ["package_stopped"])],
    )
    def test_that_has_ended_by_then_is_refused(self, clock: Clock, stops_at: datetime, codes: list[str]) -> None:
        document = issued(2, issued_at=TOMORROW, validity=sl.Validity(expires_at=stops_at))
        with pytest.raises(sl.RefusedError) as refused:
            opened(clock).packages.offer(document, by="cron")
        assert [reason.code for reason in refused.value.reasons] == codes

    def test_of_another_company_is_refused_at_once(self, clock: Clock) -> None:
        document = issued(2, issued_at=TOMORROW, company="Vestby A/S")
        with pytest.raises(sl.OtherInstallationError):
            opened(clock).packages.offer(document, by="cron")

    def test_waits_under_a_root_that_has_expired_and_is_tried_under_the_next(self, clock: Clock) -> None:
        licensing = opened(clock)
        clock.now = datetime(2028, 1, 1, tzinfo=UTC)
        later = issued(2, issued_at=clock.now + DAY, validity=sl.Validity())
        with pytest.raises(sl.RootExpiredError):
            licensing.packages.offer(issued(2, validity=sl.Validity()), by="cron")
        assert licensing.packages.offer(later, by="cron").waiting
        clock.forward(days=1)
        (outcome,) = licensing.packages.fetch(by="cron")
        assert isinstance(outcome.error, sl.RootExpiredError)
        licensing.packages.install_root(root(2, expires_at=datetime(2030, 1, 1, tzinfo=UTC)), by="admin")
        (outcome,) = licensing.packages.fetch(by="cron")
        assert (outcome.error, issue_in_force(licensing)) == (None, 2)

    def test_whose_key_is_revoked_meanwhile_is_refused_on_its_day(self, clock: Clock) -> None:
        licensing = opened(clock)
        licensing.packages.offer(self.EARLY, by="cron")
        licensing.packages.install_root(root(2, revoked_keys=[VENDOR_KEY.public.key_id]), by="admin")
        clock.forward(days=1)
        (outcome,) = licensing.packages.fetch(by="cron")
        assert isinstance(outcome.error, sl.RevokedError)
        assert issue_in_force(licensing) == 1

    def test_of_a_root_is_refused(self, clock: Clock) -> None:
        licensing = opened(clock)
        with pytest.raises(sl.RootIssuedInFutureError) as refused:
            licensing.packages.install_root(root(2, issued_at=TOMORROW), by="admin")
        assert (refused.value.version, refused.value.issued_at) == (2, TOMORROW)


class TestFetching:
    """SUPEROFFICE is asked first, and every owner alone."""

    def failing(self, error: Exception, whose: str) -> sl.PackageSource:
        """Return a source that fails for *whose* and has a newer package of the other."""
        newer = {"superoffice": issued(2, seats=9), "nordvik": partner_issued(2, system("nordvik.route-plan"))}

        def source(installation: sl.Installation, owner: str) -> bytes | None:
            del installation
            if owner == whose:
                raise error
            return newer[owner]

        return source

    @pytest.mark.parametrize("failing", ["superoffice", "nordvik"])
    def test_of_one_owner_is_no_others_business(self, clock: Clock, failing: str) -> None:
        cause = OSError("no route to host \x1b[31m")
        licensing = opened(clock, self.failing(cause, failing))
        outcomes = licensing.packages.fetch(by="cron")
        assert [outcome.owner for outcome in outcomes] == ["superoffice", "nordvik"]
        for outcome in outcomes:
            if outcome.owner == failing:
                assert isinstance(outcome.error, sl.PackageSourceError)
                assert (outcome.activation, outcome.error.owner, outcome.error.__cause__) == (None, failing, cause)
                assert str(outcome.error) == f"package_source: '{failing}': raised OSError"
            else:
                assert (outcome.error, issue_in_force(licensing, outcome.owner)) == (None, 2)

    def test_keeps_an_error_of_the_family(self, clock: Clock) -> None:
        error = sl.StoreBusyError("theirs")
        outcomes = opened(clock, self.failing(error, "nordvik")).packages.fetch(by="cron")
        assert [outcome.error for outcome in outcomes] == [None, error]

    @pytest.mark.parametrize(
        ("returned", "error"),
        [
            ("text", sl.PackageSourceError),
            (b"", sl.MalformedJsonError),
            (root(2), sl.WrongPayloadTypeError),
        ],
    )
    def test_of_what_is_no_package_is_an_error_of_the_owner(
        self, clock: Clock, returned: bytes, error: type[sl.SuperlicenseError]
    ) -> None:
        (first, second) = opened(clock, lambda _, owner: returned if owner == "nordvik" else None).packages.fetch(
            by="cron"
        )
        assert first == sl.FetchOutcome(owner="superoffice")
        assert isinstance(second.error, error)

    def test_of_another_owners_package_is_an_error_of_the_owner_who_was_asked_for(self, clock: Clock) -> None:
        """Neither a partner's server nor a mixed-up address puts a package of SUPEROFFICE in force."""
        newer = issued(2, seats=9)
        licensing = opened(clock, lambda _, owner: newer if owner == "nordvik" else None)
        (first, second) = licensing.packages.fetch(by="cron")
        assert first == sl.FetchOutcome(owner="superoffice")
        assert isinstance(second.error, sl.PackageSourceError)
        assert str(second.error) == "package_source: 'nordvik': returned a package of 'SUPEROFFICE'"
        assert (second.activation, issue_in_force(licensing), issue_in_force(licensing, "nordvik")) == (None, 1, 1)

    def test_tries_what_waits_where_the_source_fails(self, clock: Clock) -> None:
        licensing = opened(clock, self.failing(OSError(), "superoffice"))
        licensing.packages.offer(issued(3, seats=9, issued_at=START + timedelta(hours=1)), by="cron")
        clock.forward(hours=1)
        (first, _) = licensing.packages.fetch(by="cron")
        assert isinstance(first.error, sl.PackageSourceError)
        assert first.activation is not None
        assert (first.activation.activated, issue_in_force(licensing)) == (True, 3)
