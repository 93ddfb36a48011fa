"""Crossings of levels: each is recorded once, whatever its cause, and previews list the coming ones."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

import superlicense as sl
from tests.installation import SALES, Clock, module, open_licensing, package
from tests.licensing.metered import (
    DECEMBER,
    DISK,
    MAILS,
    NOVEMBER,
    Open,
    levels,
    sent,
    stored,
    used,
    with_users,
)
from tests.licensing.vendor import issued, root


class TestCrossings:
    """Each crossing is recorded once, whatever its cause."""

    def test_usage_records_each_crossing_once(self, firm: sl.Licensing) -> None:
        firm.meters.record([sent(99)])
        assert levels(firm) == []
        firm.meters.record([sent(1), sent(60)])
        assert levels(firm) == [("mailings", "2026-11", 50), ("mailings", "2026-11", 80)]
        firm.meters.record([sent(0, name="z"), sent(80), sent(1000)])
        assert [one[2] for one in levels(firm)] == [50, 80, 100, 120]

    def test_they_are_read_from_the_last_one_on(self, firm: sl.Licensing) -> None:
        firm.meters.record([sent(300)])
        first = firm.meters.crossings(most=1)
        assert [one.level for one in first] == [50]
        assert [one.level for one in firm.meters.crossings(after=first[-1].id)] == [80, 100, 120]
        assert [one.level for one in firm.meters.crossings(after=first[-1].id, month="2026-11", most=2)] == [80, 100]
        assert firm.meters.crossings(month=DECEMBER) == ()
        assert [one.id for one in first] == ["mailings/2026-11/50"]
        for unknown in ("nothing", "\ud800"):
            with pytest.raises(sl.InvalidValueError, match="after"):
                firm.meters.crossings(after=unknown)
        for wrong in (-1, True, 1.5):
            with pytest.raises(sl.InvalidValueError, match="most"):
                firm.meters.crossings(most=wrong)  # type: ignore[arg-type]

    def test_fewer_users_at_close_lower_a_threshold_below_the_usage(self, opened: Open) -> None:
        firm = with_users(
            opened(policy=sl.Policy(user_count=sl.UserCount.AT_CLOSE, crossing_levels=(100,))), "anna", "bo"
        )
        firm.meters.record([sent(100)])
        assert levels(firm) == []
        firm.seats.release("bo", SALES, by="admin")
        (crossing,) = firm.meters.crossings()
        assert (crossing.level, crossing.cause) == (100, sl.CrossingCause.THRESHOLD)

    def test_a_smaller_package_does_too(self, opened: Open) -> None:
        firm = opened(policy=sl.Policy(user_count=sl.UserCount.BOUGHT, crossing_levels=(100,)))
        firm.packages.adopt_unsigned(package(licenses=(module("user", 5),)), by="admin")
        firm.meters.record([sent(400)])
        assert (levels(firm), firm.meters.usage(NOVEMBER)[0].threshold) == ([], 500)
        firm.packages.adopt_unsigned(package(licenses=(module("user", 4),)), by="admin")
        assert levels(firm) == [("mailings", "2026-11", 100)]
        assert firm.meters.usage(NOVEMBER)[0].threshold == 400

    def test_a_value_that_was_carried_in_crosses_when_the_month_is_opened(
        self, firm: sl.Licensing, clock: Clock
    ) -> None:
        firm.meters.record([stored(900)])
        clock.now = DECEMBER.start(UTC) + timedelta(hours=1)
        assert used(firm, DECEMBER)["storage"] == 900
        firm.meters.record([sent(0, clock.now)])
        assert levels(firm)[-2:] == [("storage", "2026-12", 50), ("storage", "2026-12", 80)]
        assert {one.cause for one in firm.meters.crossings(month=DECEMBER)} == {sl.CrossingCause.TIME}

    def test_a_value_that_is_corrected_in_one_month_is_a_correction_in_the_next(
        self, firm: sl.Licensing, clock: Clock
    ) -> None:
        firm.meters.record([stored(100, name="a")])
        clock.now = DECEMBER.start(UTC) + timedelta(hours=1)
        firm.meters.record([sent(0, clock.now)])
        firm.meters.record([stored(900, name="b", corrects="a"), sent(100, clock.now)])
        causes = [(one.meter, str(one.month), str(one.cause)) for one in firm.meters.crossings() if one.level == 50]
        assert causes == [
            ("storage", "2026-11", "correction"),
            ("mailings", "2026-12", "usage"),
            ("storage", "2026-12", "correction"),
        ]

    def test_a_refused_write_records_no_crossing(self, firm: sl.Licensing) -> None:
        firm.meters.record([sent(150)])
        before = levels(firm)
        with pytest.raises(sl.RefusedError):
            firm.seats.assign("nobody", SALES, by="admin")
        assert levels(firm) == before


class TestPreviews:
    """A preview lists the thresholds that a package would change."""

    @pytest.fixture
    def signed(self, store: sl.Store, clock: Clock) -> sl.Licensing:
        """An installation with five users bought, and 400 mails sent."""
        policy = sl.Policy(user_count=sl.UserCount.BOUGHT, crossing_levels=(100, 120))
        firm = open_licensing(store, trust=root(), clock=clock, policy=policy, meters=(MAILS, DISK))
        firm.packages.activate(firm.packages.preview(issued(1, licenses=(module("user", 5),))), by="admin")
        firm.meters.record([sent(400)])
        return firm

    def test_it_names_the_meters_and_the_levels(self, signed: sl.Licensing) -> None:
        preview = signed.packages.preview(issued(2, licenses=(module("user", 4),)))
        effect = sl.MeterEffect(meter="mailings", month=NOVEMBER, threshold=500, new_threshold=400, crossed=(100,))
        assert preview.meters == (effect,)
        assert levels(signed) == []
        signed.packages.activate(preview, by="admin")
        assert levels(signed) == [("mailings", "2026-11", 100)]
        assert signed.packages.preview(issued(3, licenses=(module("user", 4),))).meters == ()

    def test_a_meter_that_is_no_longer_listed_has_the_terms_of_the_month(
        self, signed: sl.Licensing, store: sl.Store, clock: Clock
    ) -> None:
        fewer = open_licensing(store, trust=root(), clock=clock, policy=signed.policy, meters=(DISK,))
        (effect,) = fewer.packages.preview(issued(2, licenses=(module("user", 4),))).meters
        assert (effect.meter, effect.threshold, effect.new_threshold) == ("mailings", 500, 400)

    def test_other_levels_by_now_are_another_preview(self, signed: sl.Licensing) -> None:
        preview = signed.packages.preview(issued(2, licenses=(module("user", 4),)))
        signed.meters.record([sent(80)])
        with pytest.raises(sl.PreviewOutdatedError) as outdated:
            signed.packages.activate(preview, by="admin")
        assert [one.crossed for one in outdated.value.preview.meters] == [(100, 120)]
        assert levels(signed) == []
        signed.packages.activate(outdated.value.preview, by="admin")
        assert [one[2] for one in levels(signed)] == [100, 120]

    def test_more_usage_that_crosses_nothing_does_not_change_the_preview(self, signed: sl.Licensing) -> None:
        preview = signed.packages.preview(issued(2, licenses=(module("user", 4),)))
        signed.meters.record([sent(79)])
        assert signed.packages.activate(preview, by="admin").activated
