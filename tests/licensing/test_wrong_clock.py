"""Stories of a clock that was wrong, and of the package of the vendor that corrects it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.codec import EntryRecord, Record
from superlicense.document import package as packages
from superlicense.model.row import Table
from tests.installation import (
    SALES,
    SERVICE,
    START,
    VALIDITY,
    WEB,
    Clock,
    open_licensing,
    package,
    partner_package,
    person,
)
from tests.licensing.metered import DISK, MAILS, sent, statuses, used
from tests.licensing.test_seals import Home
from tests.licensing.vendor import PARTNER_KEY, STRANGER_KEY, issued, partner_issued, root
from tests.stores.sqlite_tables import engine_in_memory

DAY = timedelta(days=1)
WRONG = datetime(2028, 3, 5, 12, tzinfo=UTC)
FIXED = START + 2 * DAY
KEY = b"k" * 32
FOR_EVER = sl.Validity()
STOPS = sl.Validity(expires_at=datetime(2027, 3, 1, tzinfo=UTC))

Open = Callable[..., sl.Licensing]


@pytest.fixture(
    params=[
        "memory",
        "sqlite, sealed",
        pytest.param("memory, sealed", marks=pytest.mark.slow),
        pytest.param("sqlite", marks=pytest.mark.slow),
    ]
)
def opened(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Open]:
    """Open an installation with a pinned root; the clock is right."""
    engine = engine_in_memory()
    store: sl.Store = SqlStore(engine) if request.param.startswith("sqlite") else sl.MemoryStore()
    key = KEY if request.param.endswith("sealed") else None

    def make(**options: object) -> sl.Licensing:
        given: dict[str, Any] = {"trust": root(), "clock": clock, "seal_key": key, "meters": (MAILS, DISK), **options}
        return open_licensing(store, **given)

    yield make
    engine.dispose()


def furnished(licensing: sl.Licensing) -> sl.Licensing:
    """Put the first package of the vendor in force, with anna and bo, who may sell."""
    licensing.packages.offer(issued(1, validity=evolve(VALIDITY, next_check_at=START)), by="admin")
    licensing.users.sync([person("anna"), person("bo"), person("root", administrator=True)])
    licensing.seats.assign("anna", SALES, by="admin")
    licensing.seats.assign("bo", SALES, by="admin")
    return licensing


def wronged(licensing: sl.Licensing, clock: Clock) -> sl.Licensing:
    """Write while the clock is more than a year ahead: bo moves to another plan, cy comes, and usage is recorded."""
    clock.now = WRONG
    licensing.seats.change_plan("bo", SERVICE, by="admin")
    licensing.users.save(person("cy"))
    licensing.meters.record([sent(7, WRONG, name="wrong")])
    clock.now = FIXED
    return licensing


def correction(issue: int = 2, **fields: object) -> bytes:
    return issued(issue, **{"resets_clock": True, "issued_at": FIXED.replace(microsecond=0) - DAY, **fields})


def of_the_partner(**fields: Any) -> bytes:  # noqa: ANN401 - fields of the package
    row = sl.ModuleLicense(name="nordvik.route-map", scope=sl.LicenseScope.SYSTEM)
    return packages.PackageDraft(evolve(partner_package(row), **fields)).issue([PARTNER_KEY])


def kinds(licensing: sl.Licensing) -> list[str]:
    return [str(entry.kind) for entry in licensing.journal.entries()]


class TestAWriteInTheWrongYear:
    """Everything recorded later than it until the package of the vendor came."""

    def test_before_it_is_corrected_nothing_can_be_imported(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        decision = licensing.gate.login("anna", WEB)
        assert decision.outcome is sl.Outcome.READ_ONLY
        assert [one.code for one in decision.warnings] == ["clock_rolled_back"]
        change = sl.ActivatePackage(package=package(), document=issued(2), digest="0")
        for refused in (
            lambda: licensing.packages.preview(issued(2)),
            lambda: licensing.packages.offer(issued(2), by="admin"),
            lambda: licensing.packages.install_root(root(2), by="admin"),
            lambda: licensing.apply([change], by="admin"),
        ):
            with pytest.raises(sl.ClockRolledBackError):
                refused()

    def test_the_package_of_the_vendor_puts_it_right(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        before = len(kinds(licensing))
        preview = licensing.packages.preview(correction())
        done = licensing.packages.activate(preview, by="admin")
        assert done.activated
        assert done.installed.installed_at == FIXED
        assert kinds(licensing)[before:] == ["clock_rebased", "activate_package"]
        assert bool(licensing.gate.login("anna", WEB))
        assert licensing.gate.login("anna", WEB).warnings == ()
        assert licensing.packages.activate(licensing.packages.preview(issued(3)), by="admin").activated

    def test_later_writes_are_of_their_own_time(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        licensing.packages.offer(correction(), by="admin")
        clock.now = FIXED + DAY
        licensing.seats.release("bo", SERVICE, by="admin")
        licensing.users.save(person("di"))
        entries = licensing.journal.entries()
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        assert [entry.at for entry in entries[-2:]] == [FIXED + DAY] * 2
        with pytest.raises(sl.WriteOutOfOrderError):
            licensing.users.save(person("ed"), at=FIXED)

    @pytest.mark.parametrize("path", ["offer", "apply", "fetch"])
    def test_every_path_obeys_the_rule(self, opened: Open, clock: Clock, path: str) -> None:
        document = correction()
        licensing = wronged(furnished(opened(package_source=lambda *_: document)), clock)
        if path == "offer":
            assert licensing.packages.offer(document, by="admin").activated
        elif path == "fetch":
            assert licensing.packages.fetch(by="job")[0].activation is not None
        else:
            change = sl.ActivatePackage(package=package(), document=document, digest="0")
            licensing.apply([sl.SaveUser(user=person("di")), change], by="admin")
        kept = licensing.packages.current()
        assert kept is not None
        assert kept.issue == 2
        assert kinds(licensing)[-2:] in (["clock_rebased", "activate_package"], ["save_user", "activate_package"])
        assert kinds(licensing).count("clock_rebased") == 1
        assert licensing.gate.login("anna", WEB).warnings == ()

    def test_in_a_batch_whose_root_comes_first(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        next_root = sl.InstallRoot(root=sl.TrustRoot(version=2, expires_at=WRONG, accepted_at=START), document=root(2))
        partner = sl.ActivatePackage(package=package(), document=partner_issued(1), digest="0")
        vendor = sl.ActivatePackage(package=package(), document=correction(), digest="0")
        licensing.apply([next_root, partner, vendor], by="admin")
        assert kinds(licensing)[-4:] == ["clock_rebased", "install_root", "activate_package", "activate_package"]
        assert {entry.at for entry in licensing.journal.entries()[-4:]} == {FIXED}
        assert opened().verify_store().findings == ()

    def test_it_is_written_at_the_instant_that_is_asked_for(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        preview = licensing.packages.preview(correction())
        at = FIXED - timedelta(hours=2)
        assert licensing.packages.activate(preview, by="admin", at=at).installed.installed_at == at
        assert licensing.journal.entries()[-1].at == at

    def test_an_instant_before_its_issue_is_out_of_order(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        preview = licensing.packages.preview(correction())
        with pytest.raises(sl.WriteOutOfOrderError):
            licensing.packages.activate(preview, by="admin", at=FIXED - 2 * DAY)
        assert "clock_rebased" not in kinds(licensing)

    def test_any_other_write_stays_out_of_order_until_then(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        for write in (
            lambda: licensing.users.save(person("di"), at=FIXED),
            lambda: licensing.seats.assign("nobody", SALES, by="admin", at=FIXED),
        ):
            with pytest.raises(sl.WriteOutOfOrderError):
                write()
        licensing.users.save(person("di"), at=WRONG)
        assert licensing.journal.entries()[-1].at == WRONG


class TestWhichPackageCorrectsIt:
    """One of the vendor that says so, newer than the one in force and a week old at most."""

    @pytest.mark.parametrize(
        "document",
        [
            issued(2, issued_at=FIXED.replace(microsecond=0)),
            correction(issued_at=FIXED.replace(microsecond=0) - 7 * DAY - timedelta(seconds=1)),
            correction(issued_at=FIXED.replace(microsecond=0) + timedelta(minutes=11)),
            correction(1),
            of_the_partner(resets_clock=True, issue=2, issued_at=FIXED.replace(microsecond=0)),
        ],
        ids=["without a word about it", "too old", "of tomorrow", "not newer", "of a partner"],
    )
    def test_no_other_does(self, opened: Open, clock: Clock, document: bytes) -> None:
        licensing = wronged(furnished(opened()), clock)
        with pytest.raises(sl.ClockRolledBackError):
            licensing.packages.preview(document)
        with pytest.raises(sl.ClockRolledBackError):
            licensing.packages.offer(document, by="admin")
        assert "clock_rebased" not in kinds(licensing)

    @pytest.mark.parametrize("age", [timedelta(0), 7 * DAY])
    def test_one_of_a_week_does(self, opened: Open, clock: Clock, age: timedelta) -> None:
        licensing = wronged(furnished(opened()), clock)
        clock.now = FIXED.replace(microsecond=0)
        document = correction(issued_at=FIXED.replace(microsecond=0) - age)
        assert licensing.packages.activate(licensing.packages.preview(document), by="admin").activated

    def test_one_that_nobody_trusted_has_signed_does_not(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        stranger = issued(2, STRANGER_KEY, resets_clock=True, issued_at=FIXED.replace(microsecond=0))
        with pytest.raises(sl.SuperlicenseError) as caught:
            licensing.packages.offer(stranger, by="admin")
        assert not isinstance(caught.value, sl.ClockRolledBackError)
        with pytest.raises(sl.RefusedError) as refused:
            licensing.packages.adopt_unsigned(package(), by="admin", resets_clock=True)
        assert refused.value.code == "unsigned_not_accepted"
        assert "clock_rebased" not in kinds(licensing)

    def test_one_for_somebody_else_does_not(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        with pytest.raises(sl.RefusedError) as caught:
            licensing.packages.offer(correction(company="Fjord AS"), by="admin")
        assert caught.value.code == "other_company"
        assert licensing.gate.login("anna", WEB).warnings != ()

    def test_one_that_is_not_safe_unattended_does_not_wait(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        with pytest.raises(sl.ClockRolledBackError):
            licensing.packages.offer(correction(licenses=package().licenses[:3]), by="admin")
        assert "clock_rebased" not in kinds(licensing)

    def test_a_document_kept_in_a_drawer_turns_nothing_back(self, opened: Open, clock: Clock) -> None:
        licensing = furnished(opened())
        clock.now = FIXED
        drawer = correction(2)
        licensing.packages.activate(licensing.packages.preview(issued(3)), by="admin")
        clock.now = FIXED + 60 * DAY
        licensing.users.save(person("di"))
        clock.now = FIXED
        with pytest.raises(sl.ClockRolledBackError):
            licensing.packages.preview(drawer)

    def test_with_the_clock_right_it_is_a_package_like_any_other(self, opened: Open, clock: Clock) -> None:
        licensing = furnished(opened())
        clock.now = FIXED
        old = correction(issued_at=FIXED.replace(microsecond=0) - 60 * DAY)
        licensing.packages.activate(licensing.packages.preview(old), by="admin")
        assert "clock_rebased" not in kinds(licensing)
        assert licensing.journal.entries()[-1].at == FIXED


class TestWhatIsThereAfterwards:
    """Users, seats, past worlds, the journal and the audit agree."""

    def test_present_and_past(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        licensing.packages.offer(correction(), by="admin")
        clock.now = FIXED + DAY
        licensing.seats.release("bo", SERVICE, by="admin")
        for one in (licensing, opened()):
            assert [user.id for user in one.users.all()] == ["anna", "bo", "cy", "root"]
            assert one.gate.holds("anna", SALES)
            assert not one.gate.holds("bo", SERVICE)
            # Until the correction as it was before the clock went wrong, from then on as it was written.
            assert one.seats.usage(SALES, at=FIXED - DAY).holders == ("anna", "bo")
            assert one.seats.usage(SALES, at=FIXED).holders == ("anna",)
            assert one.seats.usage(SERVICE, at=FIXED - DAY).holders == ()
            assert one.seats.usage(SERVICE, at=FIXED).holders == ("bo",)
            assert one.seats.usage(SERVICE, at=FIXED + DAY).holders == ()
            assert one.users.find("cy", at=FIXED - DAY) is None
            assert one.users.find("cy", at=FIXED) is not None
            assert [row.package.issue for row in one.packages.history(at=FIXED - DAY)] == [1]
            assert [row.package.issue for row in one.packages.history(at=FIXED)] == [1, 2]

    def test_the_audit_finds_nothing(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        licensing.packages.offer(correction(), by="admin")
        clock.now = FIXED + DAY
        licensing.seats.retire("bo", by="admin")
        report = licensing.verify_store()
        assert report.findings == ()
        assert opened().verify_store().findings == ()

    def test_another_instance_follows(self, opened: Open, clock: Clock) -> None:
        first, second = furnished(opened()), opened()
        second.gate.login("anna", WEB)
        wronged(first, clock)
        assert second.gate.login("anna", WEB).warnings != ()
        first.packages.offer(correction(), by="admin")
        clock.now = FIXED + timedelta(seconds=5)
        assert second.gate.login("anna", WEB).warnings == ()
        second.users.save(person("di"))
        assert first.journal.entries()[-1].at == FIXED + timedelta(seconds=5)
        assert second.seats.usage(SERVICE, at=FIXED).holders == ("bo",)

    def test_it_may_go_wrong_twice(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        licensing.packages.offer(correction(), by="admin")
        clock.now = WRONG + DAY
        licensing.seats.release("bo", SERVICE, by="admin")
        clock.now = FIXED + 3 * DAY
        again = correction(3, issued_at=FIXED.replace(microsecond=0) + 2 * DAY)
        licensing.packages.offer(again, by="admin")
        clock.now = FIXED + 4 * DAY
        licensing.users.save(person("di"))
        for one in (licensing, opened()):
            assert one.seats.usage(SERVICE, at=FIXED).holders == ("bo",)
            assert one.seats.usage(SERVICE, at=FIXED + 2 * DAY).holders == ("bo",)
            assert one.seats.usage(SERVICE, at=FIXED + 3 * DAY).holders == ()
            assert one.verify_store().findings == ()
        assert kinds(licensing).count("clock_rebased") == 2

    def test_a_root_that_was_accepted_then_counts_from_the_correction(self, opened: Open, clock: Clock) -> None:
        licensing = furnished(opened())
        licensing.packages.offer(of_the_partner(issue=1, issued_at=START.replace(microsecond=0)), by="admin")
        digest = licensing.packages.history("nordvik")[0].digest
        clock.now = WRONG
        revoking = root(2, revoked_packages=(digest,), expires_at=WRONG + 900 * DAY)
        licensing.packages.install_root(revoking, by="admin")
        clock.now = FIXED
        licensing.packages.offer(correction(), by="admin")
        for one in (licensing, opened()):
            for day, granted in ((13, True), (14, False)):
                assert one.gate.has_system("nordvik.route-map", at=FIXED + day * DAY) is granted

    def test_a_package_of_the_wrong_year_is_no_floor(self, opened: Open, clock: Clock) -> None:
        licensing, other = furnished(opened()), opened()
        other.revision()
        clock.now = WRONG
        document = issued(2, issued_at=WRONG.replace(microsecond=0) - DAY, validity=FOR_EVER)
        future_root = root(2, expires_at=WRONG + 900 * DAY)
        licensing.packages.install_root(future_root, by="admin")
        licensing.packages.activate(licensing.packages.preview(document), by="admin")
        clock.now = FIXED
        other.revision()
        licensing.packages.offer(correction(3), by="admin")
        clock.now = FIXED + DAY
        for number, one in enumerate((licensing, other, opened()), start=4):
            assert one.gate.login("anna", WEB).warnings == ()
            one.users.save(person(f"user-{number}"))
            assert one.journal.entries()[-1].at == FIXED + DAY
            assert one.packages.activate(one.packages.preview(issued(number)), by="admin").activated

    def test_who_was_forgotten_stays_so(self, opened: Open, clock: Clock) -> None:
        licensing = furnished(opened())
        clock.now = WRONG
        licensing.seats.retire("bo", by="admin")
        licensing.users.forget("bo", by="admin")
        clock.now = FIXED
        licensing.packages.offer(correction(), by="admin")
        licensing.users.forget("bo", by="admin")
        for one in (licensing, opened()):
            assert one.verify_store().findings == ()
            assert one.users.forgotten() == ("bo",)


class TestUnsigned:
    """Where unsigned packages are accepted, one of them does the same."""

    @pytest.fixture
    def free(self, opened: Open, clock: Clock) -> sl.Licensing:
        licensing = opened(trust=None)
        licensing.packages.adopt_unsigned(package(validity=FOR_EVER), by="admin")
        licensing.users.sync([person("anna"), person("root", administrator=True)])
        licensing.seats.assign("anna", SALES, by="admin")
        clock.now = WRONG
        licensing.packages.adopt_unsigned(package(seats=4, validity=FOR_EVER), by="admin")
        clock.now = FIXED
        return licensing

    def test_a_package_adopted_in_the_wrong_year(self, free: sl.Licensing) -> None:
        assert free.packages.current().issued_at == WRONG.replace(microsecond=0)  # type: ignore[union-attr]  # there is one
        assert free.gate.login("anna", WEB).warnings != ()
        with pytest.raises(sl.PackageStoppedError):
            free.packages.preview_unsigned(package(seats=4, validity=STOPS))
        preview = free.packages.preview_unsigned(package(seats=4, validity=STOPS), resets_clock=True)
        assert preview.is_new
        kept = free.packages.adopt_unsigned(package(seats=4, validity=STOPS), by="admin", resets_clock=True)
        assert (kept.package.issue, kept.package.issued_at) == (3, FIXED.replace(microsecond=0))
        assert kinds(free)[-2:] == ["clock_rebased", "activate_package"]
        assert bool(free.gate.login("anna", WEB))
        assert free.gate.login("anna", WEB).warnings == ()
        assert free.verify_store().findings == ()
        again = free.packages.adopt_unsigned(package(seats=4, validity=STOPS), by="admin", resets_clock=True)
        assert again == kept

    def test_the_very_package_of_the_wrong_year_is_dated_anew(self, opened: Open, clock: Clock) -> None:
        licensing = opened(trust=None)
        clock.now = WRONG
        flagged = package(validity=FOR_EVER, resets_clock=True)
        licensing.packages.adopt_unsigned(flagged, by="admin")
        assert "clock_rebased" not in kinds(licensing)
        clock.now = FIXED
        kept = licensing.packages.adopt_unsigned(flagged, by="admin")
        assert kept.package.issued_at == FIXED.replace(microsecond=0)
        assert "clock_rebased" in kinds(licensing)
        licensing.packages.adopt_unsigned(package(seats=4, validity=FOR_EVER), by="admin")

    def test_the_date_is_that_of_the_clock(self, free: sl.Licensing) -> None:
        kept = free.packages.adopt_unsigned(package(seats=5, validity=FOR_EVER), by="admin")
        assert kept.package.issued_at == FIXED.replace(microsecond=0)
        assert "clock_rebased" not in kinds(free)

    def test_an_old_one_does_not(self, free: sl.Licensing) -> None:
        old = package(seats=5, issue=9, issued_at=FIXED - 8 * DAY, resets_clock=True, validity=FOR_EVER)
        assert free.packages.adopt_unsigned(old, by="admin").package.issue == 9
        assert "clock_rebased" not in kinds(free)
        assert free.gate.login("anna", WEB).warnings != ()


class TestMonths:
    """Months close, and usage is judged as future, by the clock."""

    def test_a_recorded_instant_ends_no_month(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        with pytest.raises(sl.MonthNotOverError):
            licensing.meters.close("2026-11", by="billing", force=True)

    def test_a_recorded_instant_makes_no_usage_of_the_past(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        late = sent(5, FIXED + timedelta(minutes=6))
        assert statuses(licensing.meters.record([late, sent(3, FIXED)])) == ["in_future", "accepted"]
        assert used(licensing)["mailings"] == 3

    def test_usage_of_the_right_time_is_of_the_right_time(self, opened: Open, clock: Clock) -> None:
        licensing = furnished(opened())
        clock.now = WRONG
        licensing.meters.record([sent(4, START)])
        licensing.users.save(person("cy"))
        clock.now = FIXED
        licensing.packages.offer(correction(), by="admin")
        clock.now = FIXED + DAY
        licensing.meters.record([sent(3, FIXED)])
        clock.now = FIXED + 2 * DAY
        for one in (licensing, opened()):
            assert used(one, at=FIXED - DAY)["mailings"] == 0
            assert used(one, at=FIXED)["mailings"] == 4
            assert used(one, at=FIXED + DAY)["mailings"] == 7
            assert used(one)["mailings"] == 7

    def test_users_who_came_in_the_wrong_year_count_from_the_correction(self, opened: Open, clock: Clock) -> None:
        licensing = furnished(opened())
        licensing.meters.record([sent(1)])
        clock.now = WRONG
        licensing.users.save(person("cy"))
        licensing.seats.assign("cy", SALES, by="admin")
        clock.now = FIXED
        assert licensing.meters.usage("2026-11")[0].users == 2
        licensing.packages.offer(correction(), by="admin")
        for one in (licensing, opened()):
            assert {usage.users for usage in one.meters.usage("2026-11")} == {3}
            assert {usage.users for usage in one.meters.usage("2026-12")} == {3}
            assert one.verify_store().findings == ()
            clock.now = FIXED + DAY
            assert {usage.users for usage in one.meters.usage("2026-11", at=FIXED - DAY)} == {2}
            assert {usage.users for usage in one.meters.usage("2026-11", at=FIXED)} == {3}

    def test_who_left_in_the_wrong_year_is_carried_no_further(self, opened: Open, clock: Clock) -> None:
        licensing = furnished(opened())
        licensing.meters.record([sent(1)])
        clock.now = WRONG
        licensing.seats.retire("bo", by="admin")
        clock.now = FIXED
        licensing.packages.offer(correction(), by="admin")
        assert licensing.meters.usage("2026-11")[0].users == 2
        assert licensing.meters.usage("2026-12")[0].users == 1
        assert licensing.verify_store().findings == ()

    def test_a_closing_job_in_the_wrong_year(self, opened: Open, clock: Clock) -> None:
        licensing = furnished(opened())
        licensing.meters.record([sent(10)])
        again = opened()
        clock.now = WRONG
        assert again.meters.close("2026-11", by="billing").total == 0
        clock.now = FIXED
        licensing.packages.offer(correction(), by="admin")
        statement = licensing.meters.statement("2026-11")
        assert statement.closed
        licensing.meters.record([sent(1000, FIXED)])
        december = licensing.meters.statement("2026-12")
        assert [(str(line.month), line.used) for line in december.lines if line.meter == "mailings"] == [
            ("2026-12", 0),
            ("2026-11", 1000),
        ]
        assert licensing.meters.statement("2026-11") == statement
        with pytest.raises(sl.MonthNotOverError):
            licensing.meters.close("2026-12", by="billing", force=True)
        clock.now = datetime(2027, 1, 2, tzinfo=UTC)
        assert licensing.meters.close("2026-12", by="billing").closed
        assert opened().verify_store().findings == ()

    def test_the_guard_against_a_wrong_clock_begins_anew(self, opened: Open, clock: Clock) -> None:
        licensing = wronged(furnished(opened()), clock)
        restarted = opened()
        restarted.packages.offer(correction(), by="admin")
        clock.now = WRONG
        for one in (licensing, restarted):
            one.meters.close("2026-11", by="billing")
            one.meters.close("2026-12", by="billing")
            with pytest.raises(sl.RefusedError) as caught:
                one.meters.close("2027-01", by="billing")
            assert "month_too_far_ahead" in [reason.code for reason in caught.value.reasons]


class TestRecordsThatCannotBeRead:
    """Whatever is wrong with other records, the clock can be corrected, and the audit names them."""

    @pytest.mark.parametrize("seal_key", [None, KEY], ids=["plain", "sealed"])
    def test_an_entry_of_the_wrong_year(self, clock: Clock, seal_key: bytes | None) -> None:
        home = Home(clock)
        licensing = wronged(furnished(home.open(seal_key=seal_key)), clock)
        number = next(entry.number for entry in licensing.journal.entries() if entry.at == WRONG)
        home.edit_entry(number, record=EntryRecord("?"))
        assert licensing.packages.offer(correction(), by="admin").activated
        assert "entry_unreadable" in [finding.code for finding in licensing.verify_store().findings]

    @pytest.mark.parametrize("seal_key", [None, KEY], ids=["plain", "sealed"])
    def test_the_correction_itself(self, clock: Clock, seal_key: bytes | None) -> None:
        home = Home(clock)
        licensing = wronged(furnished(home.open(seal_key=seal_key)), clock)
        licensing.packages.offer(correction(), by="admin")
        clock.now = FIXED + DAY
        licensing.users.save(person("di"))
        newer = Record(Table.CLOCK_REBASES, text='{"id":"1","color":"blue"}')
        home.rewrite(Table.CLOCK_REBASES, "1", lambda row: row._replace(record=newer))
        again = home.open(seal_key=seal_key)
        # The floor is that of the newest entry, whatever the row says.
        assert again.gate.login("anna", WEB).warnings == ()
        assert again.users.find("anna", at=FIXED) is not None
        assert ("row_unreadable", "clock_rebases") in [
            (finding.code, finding.table) for finding in again.verify_store().findings
        ] or seal_key is not None
        assert not again.verify_store().ok

    def test_usage_of_the_wrong_year_is_no_known_instant(self, opened: Open, clock: Clock) -> None:
        licensing = furnished(opened())
        clock.now = WRONG
        licensing.meters.record([sent(1, START)])
        clock.now = FIXED
        again = opened()
        again.meters.check(by="nightly")
        clock.now = WRONG
        again.meters.close("2026-11", by="billing")
        again.meters.close("2026-12", by="billing")
        with pytest.raises(sl.RefusedError) as caught:
            again.meters.close("2027-01", by="billing")
        assert caught.value.code == "month_too_far_ahead"
