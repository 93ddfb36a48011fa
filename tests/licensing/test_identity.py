"""A changed serial number or company: nothing is lost, nobody is locked out for a while, and nobody gains."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.document.keys import SigningKey
from superlicense.model.row import Table
from tests.installation import SALES, START, WEB, Clock, CountingStore, codes, on_both_stores, package, system
from tests.licensing.identities import (
    CLONE,
    GRACE,
    NEW,
    OLD,
    RENAMED,
    SEAL_KEY,
    document,
    enters,
    furnish,
    in_database,
    open_as,
    succession,
    warned,
)
from tests.licensing.vendor import issued, partner_issued

SEALED = pytest.mark.parametrize("options", [{}, {"seal_key": SEAL_KEY}], ids=["unsealed", "sealed"])
WITH_DATABASE = pytest.mark.parametrize("databases", [False, True], ids=["by serial number", "by database id"])
SECOND = timedelta(seconds=1)
Options = dict[str, object]
ROUTE_MAP = system("nordvik.route-map")


def clean(licensing: sl.Licensing) -> bool:
    return licensing.verify_store().findings == ()


@on_both_stores
@SEALED
@WITH_DATABASE
def test_everything_stays_and_opens_under_the_new_names(
    store: sl.Store, clock: Clock, options: Options, *, databases: bool
) -> None:
    old, new = (in_database(OLD), in_database(NEW)) if databases else (OLD, NEW)
    before = furnish(open_as(store, old, clock, **options))
    clock.forward(hours=1)
    before.change_installation(new, succession(new, old, seats=5), by="admin")
    after = open_as(store, new, clock, **options)
    for licensing in (before, after):
        assert enters(licensing)
        assert licensing.seats.usage(SALES).holders == ("anna",)
        assert licensing.seats.usage(SALES).total == 5
        assert licensing.packages.current().serial_number == new.serial_number  # type: ignore[union-attr]  # it is in force
        assert [entry.kind for entry in licensing.journal.entries()][-1] is sl.EntryKind.CHANGE_INSTALLATION
        assert clean(licensing)
    assert warned(after) == []
    assert warned(before) == ["identity_changed"]
    after.seats.assign("bo", SALES, by="admin")
    before.seats.release("anna", SALES, by="admin")
    clock.forward(seconds=2)
    assert after.seats.usage(SALES).holders == before.seats.usage(SALES).holders == ("bo",)
    assert clean(before)
    assert clean(open_as(store, old, clock, **options))


@on_both_stores
@SEALED
def test_an_instance_that_said_the_new_names_first_finds_it(store: sl.Store, clock: Clock, options: Options) -> None:
    before = furnish(open_as(store, OLD, clock, **options))
    early = open_as(store, NEW, clock, policy=sl.Policy(max_staleness=timedelta(0)), **options)
    assert codes(early.gate.login("anna", WEB)) == ["no_package", "unknown_user"]
    before.change_installation(NEW, succession(NEW, OLD), by="admin")
    assert enters(early)
    assert enters(early)
    early.users.save(sl.User(id="cy", may_log_in=True))
    clock.forward(seconds=2)
    assert before.users.find("cy") is not None
    event = sl.UsageEvent(source="web", id="1", meter="mailings", quantity=1, at=START)
    assert [receipt.status for receipt in early.meters.record([event])] == [sl.ReceiptStatus.ACCEPTED]
    assert "mailings" in {one.meter for one in before.meters.usage(sl.Month.of(START, before.zone)) if one.used}
    assert clean(early)


@SEALED
@WITH_DATABASE
def test_the_configuration_is_renamed_before_the_change(
    store: sl.Store, clock: Clock, options: Options, *, databases: bool
) -> None:
    old, new = (in_database(OLD), in_database(NEW)) if databases else (OLD, NEW)
    furnish(open_as(store, old, clock, **options))
    early = open_as(store, new, clock, **options)
    assert not enters(early)
    if databases:
        assert codes(early.gate.login("anna", WEB))[:2] == ["other_company", "other_serial_number"]
        assert early.gate.administer("root")
    early.change_installation(new, succession(new, old), by="admin")
    assert enters(early)
    assert warned(early) == []
    assert clean(early)


def test_a_database_id_is_configured_before_the_change(store: sl.Store, clock: Clock) -> None:
    furnish(open_as(store, OLD, clock))
    new = in_database(OLD)
    early = open_as(store, new, clock)
    early.change_installation(new, document(new, 2), by="admin")
    assert enters(early)
    assert warned(open_as(store, OLD, clock)) == ["identity_changed"]


@on_both_stores
def test_a_database_id_is_given_up(store: sl.Store, clock: Clock) -> None:
    old = in_database(OLD)
    licensing = furnish(open_as(store, old, clock))
    licensing.change_installation(NEW, succession(NEW, old), by="admin")
    after = open_as(store, NEW, clock)
    assert enters(after)
    after.users.save(sl.User(id="cy"))
    clock.forward(seconds=2)
    assert licensing.users.find("cy") is not None
    assert clean(after)


@pytest.mark.parametrize("replaces", [None, CLONE.serial_number])
def test_without_a_predecessor_the_package_is_put_in_force(store: sl.Store, clock: Clock, replaces: str | None) -> None:
    licensing = open_as(store, NEW, clock)
    licensing.change_installation(NEW, document(NEW, replaces=replaces), by="admin")
    assert licensing.packages.current() is not None
    assert open_as(store, CLONE, clock).packages.current() is None


@SEALED
def test_the_grace_of_the_former_names_ends(store: sl.Store, clock: Clock, options: Options) -> None:
    before = furnish(open_as(store, OLD, clock, **options))
    before.change_installation(NEW, succession(NEW, OLD), by="admin")
    ends = START + GRACE
    for decision in (before.gate.login("anna", WEB), before.gate.feature("anna", "quote")):
        assert decision.valid_until == ends
        (warning,) = decision.warnings
        assert dict(warning.params) == {"serial_number": NEW.serial_number, "company": NEW.company, "until": ends}
    clock.now = ends - SECOND
    assert enters(before)
    clock.now = ends
    denied = before.gate.login("anna", WEB)
    assert denied == before.gate.login("anna", WEB, at=ends)
    assert (denied.outcome, codes(denied)[0]) == (sl.Outcome.DENIED, "identity_expired")
    assert not before.gate.holds("anna", SALES)
    assert not before.gate.has_system("quote")
    assert not before.gate.feature("anna", "quote")
    assert before.gate.administer("root")
    assert enters(open_as(store, NEW, clock, **options))
    with pytest.raises(sl.OtherInstallationError):
        before.packages.preview(document(NEW, 2))


def test_a_policy_without_grace(store: sl.Store, clock: Clock) -> None:
    policy = sl.Policy(identity_grace=timedelta(0))
    before = furnish(open_as(store, OLD, clock, policy=policy))
    before.change_installation(NEW, succession(NEW, OLD), by="admin")
    assert not enters(before)
    assert enters(open_as(store, NEW, clock, policy=policy))


@SEALED
def test_a_clone_under_another_number_grants_nothing(store: sl.Store, clock: Clock, options: Options) -> None:
    old, new, clone = in_database(OLD), in_database(NEW), in_database(CLONE)
    licensing = furnish(open_as(store, old, clock, **options))
    assert codes(open_as(store, clone, clock, **options).gate.login("anna", WEB))[0] == "other_serial_number"
    licensing.change_installation(new, succession(new, old), by="admin")
    cloned = open_as(store, clone, clock, **options)
    assert codes(cloned.gate.login("anna", WEB))[:2] == ["other_company", "other_serial_number"]
    assert not cloned.gate.holds("anna", SALES)
    assert cloned.gate.administer("root")
    with pytest.raises(sl.RefusedError):
        cloned.change_installation(clone, succession(clone, old), by="thief")
    assert not enters(cloned)


class TestDocument:
    """Where a root is pinned, a signed package of the new identity is needed."""

    @pytest.fixture
    def licensing(self, store: sl.Store, clock: Clock) -> sl.Licensing:
        return furnish(open_as(store, OLD, clock))

    @pytest.mark.parametrize(
        ("signed", "code"),
        [
            (document(NEW), "identity_not_succeeded"),
            (succession(NEW, CLONE), "identity_not_succeeded"),
            (succession(CLONE, OLD), "other_company"),
            (succession(evolve(NEW, company="Solvang Lys AS"), OLD), "other_company"),
            (succession(NEW, OLD, database_id="0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44"), "other_database"),
            (partner_issued(1, ROUTE_MAP), "no_package"),
        ],
        ids=["succeeds nothing", "another", "another new one", "another company", "another database", "a partner's"],
    )
    def test_another_document_is_refused(self, licensing: sl.Licensing, signed: bytes, code: str) -> None:
        before = licensing.revision()
        with pytest.raises(sl.RefusedError) as refused:
            licensing.change_installation(NEW, signed, by="admin")
        assert refused.value.code == code
        assert licensing.revision() == before
        assert enters(licensing)

    def test_none_is_refused(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.RefusedError) as refused:
            licensing.change_installation(NEW, by="admin")
        assert refused.value.code == "unsigned_document"
        with pytest.raises(sl.RefusedError) as refused:
            licensing.apply([sl.ChangeInstallation(installation=NEW)], by="admin")
        assert refused.value.code == "unsigned_document"

    def test_a_strangers_signature_is_refused(self, licensing: sl.Licensing) -> None:
        forged = issued(
            1,
            SigningKey.from_seed(b"x" * 32),
            serial_number=NEW.serial_number,
            company=NEW.company,
            replaces=OLD.serial_number,
        )
        with pytest.raises(sl.UntrustedKeyError):
            licensing.change_installation(NEW, forged, by="admin")

    def test_what_the_caller_says_of_it_does_not_count(self, licensing: sl.Licensing) -> None:
        ours = package(issue=7, serial_number=NEW.serial_number, company=NEW.company, seats=99)
        told = sl.ActivatePackage(package=evolve(ours, replaces=OLD.serial_number), document=b"{}")
        change = sl.ChangeInstallation(installation=NEW, document=succession(NEW, OLD, seats=5), activation=told)
        licensing.apply([change], by="admin")
        assert licensing.seats.usage(SALES).total == 5

    def test_a_hypothesis_reads_it_as_well(self, licensing: sl.Licensing) -> None:
        changes = [sl.ChangeInstallation(installation=NEW, document=succession(NEW, OLD, seats=5))]
        supposed = licensing.what_if(changes)
        assert supposed.refusals == ()
        assert supposed.seats.usage(SALES).total == 5
        refused = sl.ChangeInstallation(installation=NEW, document=succession(NEW, OLD, licenses=(system("server"),)))
        assert licensing.what_if([refused]).refusals[0].reasons[0].code == "held_license_gone"
        with pytest.raises(sl.MalformedEnvelopeError):
            licensing.what_if([sl.ChangeInstallation(installation=NEW, document=b"{}")])
        licensing.apply(changes, by="admin")
        assert licensing.seats.usage(SALES).total == 5

    def test_a_package_that_does_not_fit_what_is_in_use_is_refused(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.PackageBlockedError):
            licensing.change_installation(NEW, succession(NEW, OLD, licenses=(system("server"),)), by="admin")
        assert warned(licensing) == []

    def test_the_same_again_changes_nothing(self, licensing: sl.Licensing) -> None:
        signed = succession(NEW, OLD)
        assert licensing.change_installation(NEW, signed, by="admin").rows
        made = licensing.revision()
        assert licensing.change_installation(NEW, signed, by="admin").rows == ()
        assert licensing.revision() == made

    def test_a_waiting_package_of_the_former_number_ends(self, licensing: sl.Licensing) -> None:
        licensing.packages.offer(document(OLD, 2, licenses=(system("server"),)), by="cron")
        assert licensing.packages.waiting("superoffice") is not None
        licensing.change_installation(NEW, succession(NEW, OLD), by="admin")
        assert licensing.packages.waiting("superoffice") is None


class TestSeries:
    """Every serial number has a series of issues of its own, kept for ever."""

    def test_a_company_is_renamed(self, store: sl.Store, clock: Clock) -> None:
        licensing = furnish(open_as(store, OLD, clock))
        with pytest.raises(sl.PackageRollbackError):
            licensing.change_installation(RENAMED, document(RENAMED, 1), by="admin")
        licensing.change_installation(RENAMED, document(RENAMED, 2), by="admin")
        after = open_as(store, RENAMED, clock)
        assert enters(licensing)
        assert enters(after)
        assert (warned(licensing), warned(after)) == (["identity_changed"], [])
        assert licensing.screens.status("root").serial_number == OLD.serial_number

    def test_there_and_back_again(self, store: sl.Store, clock: Clock) -> None:
        licensing = furnish(open_as(store, OLD, clock), issue=40)
        there = succession(NEW, OLD, 1)
        licensing.change_installation(NEW, there, by="admin")
        clock.forward(hours=1)
        for issue in (39, 40):
            with pytest.raises(sl.PackageRollbackError):
                licensing.change_installation(OLD, succession(OLD, NEW, issue), by="admin")
        licensing.change_installation(OLD, succession(OLD, NEW, 41), by="admin")
        assert warned(licensing) == []
        other = open_as(store, NEW, clock)
        assert (enters(other), warned(other)) == (True, ["identity_changed"])
        # The first succession is known, and leads nowhere a second time.
        with pytest.raises(sl.PackageRollbackError):
            licensing.change_installation(NEW, there, by="admin")
        licensing.change_installation(NEW, succession(NEW, OLD, 2), by="admin")
        assert (warned(other), warned(licensing)) == ([], ["identity_changed"])
        assert clean(licensing)

    def test_a_renewal_is_compared_with_its_own_number(self, store: sl.Store, clock: Clock) -> None:
        licensing = furnish(open_as(store, OLD, clock), issue=40)
        licensing.change_installation(NEW, succession(NEW, OLD, 3), by="admin")
        with pytest.raises(sl.PackageRollbackError):
            licensing.packages.preview(document(NEW, 2))
        licensing.packages.activate(licensing.packages.preview(document(NEW, 4)), by="admin")
        with pytest.raises(sl.OtherInstallationError):
            licensing.packages.preview(document(OLD, 50))

    def test_a_trial_is_bought(self, store: sl.Store, clock: Clock) -> None:
        trial = evolve(OLD, serial_number="1010000006")
        licensing = furnish(open_as(store, trial, clock))
        assert licensing.installation.is_demo
        licensing.change_installation(NEW, succession(NEW, trial), by="admin")
        assert enters(open_as(store, NEW, clock))
        assert enters(licensing)


class TestOccupied:
    """A key that has records of its own is not taken from anybody."""

    @on_both_stores
    def test_by_rows(self, store: sl.Store, clock: Clock) -> None:
        licensing = furnish(open_as(store, OLD, clock))
        others = open_as(store, NEW, clock)
        others.users.save(sl.User(id="eve"))
        with pytest.raises(sl.RefusedError) as refused:
            licensing.change_installation(NEW, succession(NEW, OLD), by="admin")
        (reason,) = refused.value.reasons
        assert reason.code is sl.ReasonCode.IDENTITY_IN_USE
        assert reason.params["serial_number"] == NEW.serial_number
        assert warned(licensing) == []
        assert licensing.packages.current().serial_number == OLD.serial_number  # type: ignore[union-attr]  # it is in force
        assert [user.id for user in others.users.all()] == ["eve"]

    def test_by_usage(self, store: sl.Store, clock: Clock) -> None:
        licensing = furnish(open_as(store, OLD, clock))
        open_as(store, NEW, clock).meters.record(
            [sl.UsageEvent(source="web", id="1", meter="mailings", quantity=1, at=START)]
        )
        with pytest.raises(sl.RefusedError) as refused:
            licensing.change_installation(NEW, succession(NEW, OLD), by="admin")
        assert refused.value.code == "identity_in_use"

    def test_a_database_id_is_a_key_as_well(self, store: sl.Store, clock: Clock) -> None:
        licensing = furnish(open_as(store, OLD, clock))
        new = in_database(RENAMED)
        licensing.change_installation(new, document(new, 2), by="admin")
        assert enters(open_as(store, new, clock))
        assert warned(licensing) == ["identity_changed"]


def test_one_that_became_an_alias_is_looked_at_no_more_than_any(clock: Clock) -> None:
    counting = CountingStore(sl.MemoryStore())
    before = furnish(open_as(counting, OLD, clock))
    early = open_as(counting, NEW, clock)
    before.change_installation(NEW, succession(NEW, OLD), by="admin")
    assert enters(early)
    seen = counting.reads
    for _ in range(5):
        assert enters(early)
    assert counting.reads == seen


class TestUnsigned:
    """Without a pinned root no document is needed, and the packages of the former names go on for a while."""

    @WITH_DATABASE
    def test_the_former_package_counts_until_its_grace_ends(
        self, store: sl.Store, clock: Clock, *, databases: bool
    ) -> None:
        old, new = (in_database(OLD), in_database(NEW)) if databases else (OLD, NEW)
        licensing = open_as(store, old, clock, trust=None)
        licensing.packages.adopt_unsigned(package(), by="admin")
        licensing.users.sync([sl.User(id="anna", may_log_in=True)])
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.change_installation(new, by="admin")
        after = open_as(store, new, clock, trust=None)
        assert enters(licensing)
        decision = after.gate.login("anna", WEB)
        assert decision
        assert decision.valid_until == START + GRACE
        assert [str(warning.code) for warning in decision.warnings] == ["issued_to_former"]
        assert dict(decision.warnings[0].params) == {
            "owner": "superoffice",
            "serial_number": OLD.serial_number,
            "company": OLD.company,
            "until": START + GRACE,
        }
        assert not after.gate.login("anna", WEB, at=START + GRACE)
        with pytest.raises(sl.OtherInstallationError):
            after.packages.adopt_unsigned(package(seats=9), by="admin")
        ours = evolve(package(), serial_number=new.serial_number, company=new.company)
        after.packages.adopt_unsigned(ours, by="admin")
        assert warned(after) == []
        assert after.gate.login("anna", WEB, at=START + GRACE)

    def test_what_the_caller_says_of_a_package_does_not_count(self, store: sl.Store, clock: Clock) -> None:
        licensing = open_as(store, OLD, clock, trust=None)
        told = sl.ActivatePackage(package=package(issue=7), document=b"{}", unsigned=True)
        licensing.apply([sl.ChangeInstallation(installation=NEW, activation=told)], by="admin")
        assert licensing.packages.current() is None

    def test_a_document_needs_a_root(self, store: sl.Store, clock: Clock) -> None:
        licensing = open_as(store, OLD, clock, trust=None)
        with pytest.raises(sl.NoTrustRootError):
            licensing.change_installation(NEW, succession(NEW, OLD), by="admin")

    def test_without_a_package_there_is_nothing_to_go_on_with(self, store: sl.Store, clock: Clock) -> None:
        licensing = open_as(store, OLD, clock, trust=None)
        licensing.users.save(sl.User(id="anna", may_log_in=True))
        licensing.change_installation(NEW, by="admin")
        after = open_as(store, NEW, clock, trust=None)
        ours = evolve(package(), serial_number=NEW.serial_number, company=NEW.company)
        after.packages.adopt_unsigned(ours, by="admin")
        assert codes(licensing.gate.login("anna", WEB))[0] == "other_company"
        assert "license_missing" in codes(after.gate.login("anna", WEB))


def test_a_package_that_is_no_longer_accepted_proves_nothing(store: sl.Store, clock: Clock) -> None:
    unpinned = open_as(store, OLD, clock, trust=None)
    unpinned.packages.adopt_unsigned(package(), by="admin")
    unpinned.users.sync([sl.User(id="anna", may_log_in=True)])
    unpinned.seats.assign("anna", SALES, by="admin")
    pinned = open_as(store, OLD, clock)
    assert codes(pinned.gate.login("anna", WEB))[0] == "unsigned_not_accepted"
    pinned.change_installation(NEW, succession(NEW, OLD), by="admin")
    after = open_as(store, NEW, clock)
    assert enters(after)
    assert clean(after)
    assert codes(open_as(store, OLD, clock).gate.login("anna", WEB))[0] == "other_company"


def test_a_newer_package_of_the_same_names_is_put_in_force(store: sl.Store, clock: Clock) -> None:
    licensing = furnish(open_as(store, OLD, clock))
    made = licensing.change_installation(OLD, document(OLD, 2, seats=9), by="admin")
    assert {row.table for row in made.rows} == {Table.PACKAGES}
    assert licensing.seats.usage(SALES).total == 9
    assert warned(licensing) == []


def test_a_partners_package_has_the_grace_to_be_issued_again(store: sl.Store, clock: Clock) -> None:
    licensing = furnish(open_as(store, OLD, clock))
    licensing.packages.activate(licensing.packages.preview(partner_issued(1, ROUTE_MAP)), by="admin")
    licensing.change_installation(NEW, succession(NEW, OLD), by="admin")
    after = open_as(store, NEW, clock)
    assert after.gate.has_system("nordvik.route-map")
    assert "issued_to_former" in [warning.code for warning in after.gate.login("root", WEB).warnings]
    assert not after.gate.has_system("nordvik.route-map", at=START + GRACE)
    again = partner_issued(1, ROUTE_MAP, serial_number=NEW.serial_number, company=NEW.company)
    after.packages.activate(after.packages.preview(again), by="admin")
    assert after.gate.has_system("nordvik.route-map", at=START + GRACE)


def test_what_waits_for_a_partner_is_replaced_under_the_new_number(store: sl.Store, clock: Clock) -> None:
    licensing = furnish(open_as(store, OLD, clock))
    first = partner_issued(1, ROUTE_MAP)
    licensing.packages.activate(licensing.packages.preview(first), by="admin")
    licensing.packages.offer(partner_issued(7, system("nordvik.route-plan")), by="cron")
    assert licensing.packages.waiting("nordvik") is not None
    licensing.change_installation(NEW, succession(NEW, OLD), by="admin")
    after = open_as(store, NEW, clock)
    assert after.packages.waiting("nordvik") is not None
    named = {"serial_number": NEW.serial_number, "company": NEW.company}
    after.packages.offer(partner_issued(1, system("nordvik.route-plan"), **named), by="cron")
    waiting = after.packages.waiting("nordvik")
    assert waiting is not None
    assert (waiting.issue, waiting.serial_number) == (1, NEW.serial_number)
    licensing.packages.offer(partner_issued(2, ROUTE_MAP, **named), by="cron")
    assert after.packages.waiting("nordvik") is None


@SEALED
def test_closed_statements_stay_and_later_ones_carry_the_new_names(
    store: sl.Store, clock: Clock, options: Options
) -> None:
    mails = sl.Meter(code="mailings", unit="mailing", kind=sl.MeterKind.COUNTER)
    licensing = furnish(open_as(store, OLD, clock, meters=(mails,), **options))
    licensing.meters.record([sl.UsageEvent(source="web", id="1", meter="mailings", quantity=1, at=clock.now)])
    month = sl.Month.of(clock.now, licensing.zone)
    clock.forward(days=35)
    closed = licensing.meters.close(month, by="billing")
    licensing.meters.record([sl.UsageEvent(source="web", id="2", meter="mailings", quantity=2, at=clock.now)])
    licensing.change_installation(NEW, succession(NEW, OLD), by="admin")
    after = open_as(store, NEW, clock, meters=(mails,), **options)
    assert licensing.meters.statement(month) == after.meters.statement(month) == closed
    assert closed.serial_number == OLD.serial_number
    clock.forward(days=35)
    later = after.meters.close(month.next(), by="billing")
    assert (later.serial_number, later.company) == (NEW.serial_number, NEW.company)
    assert later.lines[0].used == 2
    assert clean(after)


def test_the_journal_tells_it_and_a_past_instant_shows_the_former_names(store: sl.Store, clock: Clock) -> None:
    licensing = furnish(open_as(store, OLD, clock))
    clock.forward(hours=1)
    licensing.change_installation(NEW, succession(NEW, OLD), by="boss")
    entry = licensing.journal.entries()[-1]
    assert (entry.change, entry.by) == ("ChangeInstallation", "boss")
    assert {row.table for row in entry.after} == {Table.IDENTITIES, Table.PACKAGES}
    past = licensing.gate.login("anna", WEB, at=START)
    assert past.allowed
    assert past.warnings == ()


def test_a_simulation_takes_it_without_a_document(store: sl.Store, clock: Clock) -> None:
    from superlicense.rules.apply import apply  # noqa: PLC0415 - the rule, as simulations use it

    licensing = furnish(open_as(store, OLD, clock))
    world = licensing._engine.worlds.current().world  # noqa: SLF001 - what a simulation is of
    made = apply(world, [sl.ChangeInstallation(installation=NEW)], clock.now)
    assert made.refusals == ()
    assert [row.table for row in made.rows] == [Table.IDENTITIES]


def test_only_an_installation_is_one(store: sl.Store, clock: Clock) -> None:
    licensing = open_as(store, OLD, clock)
    with pytest.raises(sl.InvalidValueError):
        licensing.change_installation("1010000030", by="admin")  # type: ignore[arg-type]  # what is refused


def test_the_status_screen_tells(store: sl.Store, clock: Clock) -> None:
    licensing = furnish(open_as(store, OLD, clock))
    licensing.change_installation(NEW, succession(NEW, OLD), by="admin")
    tab = licensing.screens.status("root")
    assert tab.serial_number == NEW.serial_number
    assert "identity_changed" in [warning.code for warning in tab.warnings]
