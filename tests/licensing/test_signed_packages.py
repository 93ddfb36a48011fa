from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.document.root import Owner, digest
from tests.installation import (
    EDIT,
    INSTALLATION,
    SALES,
    START,
    STOPS_AT,
    WEB,
    Clock,
    codes,
    module,
    open_licensing,
    package,
    person,
    plan,
    price_list,
    system,
)
from tests.licensing.vendor import (
    ISSUED_AT,
    NEXT_ROOT_KEY,
    PARTNER_KEY,
    ROOT_KEY,
    STRANGER_KEY,
    VENDOR_KEY,
    issued,
    partner_issued,
    root,
)

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
Opening = Callable[..., sl.Licensing]


@pytest.fixture
def open_(store: sl.Store, clock: Clock) -> Opening:
    """Open the installation, the vendor's first root pinned unless told otherwise."""

    def opened(trust: bytes | str | None = None, *, distrust: bool = False, **options: object) -> sl.Licensing:
        pinned = None if distrust else trust or root()
        return open_licensing(store, trust=pinned, clock=clock, **options)  # type: ignore[arg-type]  # as the tests give them

    return opened


@pytest.fixture
def trusting(open_: Opening) -> sl.Licensing:
    """An installation with three seats of two plans in a signed package; anna, bo and cy hold nothing."""
    licensing = open_()
    licensing.packages.activate(licensing.packages.preview(issued()), by="admin")
    licensing.users.sync([person("anna"), person("bo"), person("cy")])
    return licensing


def stored_revision(licensing: sl.Licensing) -> sl.Revision:
    return licensing.revision()


class TestActivation:
    """A signed package is previewed, activated, and found again."""

    def test_puts_the_package_in_force(self, trusting: sl.Licensing) -> None:
        assert trusting.packages.current() == evolve(package(issue=1, issued_at=ISSUED_AT))
        (installed,) = trusting.packages.history()
        assert (installed.signed_by, installed.root_version) == ((VENDOR_KEY.public.key_id,), 1)
        assert (installed.unsigned, installed.waiting, installed.installed_by) == (False, False, "admin")
        trusting.seats.assign("anna", SALES, by="admin")
        assert trusting.gate.login("anna", WEB).allowed

    def test_is_found_by_another_instance_that_trusts_the_same(self, trusting: sl.Licensing, open_: Opening) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        assert open_().gate.login("anna", WEB).allowed

    def test_counts_for_nothing_where_nothing_is_trusted(self, trusting: sl.Licensing, open_: Opening) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        distrusting = open_(distrust=True)
        assert "tampered" in codes(distrusting.gate.login("anna", WEB))
        with pytest.raises(sl.NoTrustRootError):
            distrusting.packages.preview(issued(2))
        with pytest.raises(sl.NoTrustRootError):
            distrusting.packages.install_root(root(2), by="admin")

    def test_of_the_same_again_changes_nothing(self, trusting: sl.Licensing) -> None:
        before = trusting.revision()
        preview = trusting.packages.preview(issued())
        assert not preview.is_new
        activation = trusting.packages.activate(preview, by="admin")
        assert (activation.activated, activation.waiting) == (False, False)
        assert trusting.packages.offer(issued(), by="cron").activated is False
        assert trusting.revision() == before

    def test_is_in_the_history_from_then_on(self, trusting: sl.Licensing, clock: Clock) -> None:
        clock.forward(hours=1)
        trusting.packages.activate(trusting.packages.preview(issued(2)), by="admin")
        assert [one.package.issue for one in trusting.packages.history()] == [1, 2]
        assert [one.package.issue for one in trusting.packages.history(at=START)] == [1]
        assert trusting.packages.history(at=START - SECOND) == ()

    def test_needs_the_bytes(self, trusting: sl.Licensing) -> None:
        preview = evolve(trusting.packages.preview(issued(2)), document=None)
        with pytest.raises(sl.RefusedError, match="unsigned_document"):
            trusting.packages.activate(preview, by="admin")

    def test_replaces_a_package_that_waits(self, trusting: sl.Licensing) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        smaller = issued(2, licenses=(*price_list()[:-1], module("another")))
        assert trusting.packages.offer(smaller, by="cron").activated is False or True
        newer = issued(3)
        trusting.packages.activate(trusting.packages.preview(newer), by="admin")
        assert trusting.packages.waiting() is None


class TestARefusedDocument:
    """The first failed check decides, and nothing has changed."""

    @pytest.mark.parametrize(
        ("document", "error"),
        [
            (b"", sl.MalformedJsonError),
            (issued(2).replace(b"payloadType", b"payloadtype"), sl.MalformedEnvelopeError),
            (root(2), sl.WrongPayloadTypeError),
            (issued(2, STRANGER_KEY), sl.UntrustedKeyError),
            (issued(2, PARTNER_KEY), sl.OwnerThresholdError),
            (issued(2, company="Vestby A/S"), sl.OtherInstallationError),
            (issued(2, serial_number="1010000022"), sl.OtherInstallationError),
            (issued(2, database_id="7d9f2a52-3f0c-4a44-9d0e-6b1d9b9ad001"), sl.OtherInstallationError),
            (issued(2, validity=sl.Validity(expires_at=START)), sl.PackageStoppedError),
            (issued(1, seats=4), sl.PackageConflictError),
            (partner_issued(1, system("nordvik.ferries")), sl.ModuleOutOfScopeError),
        ],
    )
    def test_is_refused_by_its_own_class(
        self, trusting: sl.Licensing, document: bytes, error: type[sl.SuperlicenseError]
    ) -> None:
        before = trusting.revision()
        with pytest.raises(error):
            trusting.packages.preview(document)
        with pytest.raises(error):
            trusting.packages.offer(document, by="cron")
        assert trusting.revision() == before

    def test_of_a_lower_issue_is_a_rollback(self, trusting: sl.Licensing) -> None:
        trusting.packages.activate(trusting.packages.preview(issued(5)), by="admin")
        with pytest.raises(sl.PackageRollbackError):
            trusting.packages.preview(issued(4))

    def test_issued_ten_minutes_ahead_is_taken(self, trusting: sl.Licensing) -> None:
        assert trusting.packages.preview(issued(2, issued_at=START + timedelta(minutes=10))).is_new

    def test_of_an_owner_whom_the_root_does_not_know(self, open_: Opening) -> None:
        licensing = open_(root(owners={"NORDVIK": Owner(keys=[VENDOR_KEY.public])}))
        with pytest.raises(sl.UnknownOwnerError):
            licensing.packages.preview(issued())


class TestAPreview:
    """The numbers of the vendor's dialog, and what changes for whom."""

    def test_gives_the_numbers_of_every_changed_license(self, trusting: sl.Licensing) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        preview = trusting.packages.preview(issued(2, seats=5))
        (sales, _) = preview.changes
        assert str(sales.license) == "superoffice.ten-sales"
        assert (sales.total, sales.in_use, sales.free) == (3, 1, 2)
        assert (sales.added, sales.new_total, sales.new_free) == (2, 5, 4)
        assert len(preview.licenses) == len(price_list())
        assert preview.can_be_activated
        assert preview.safe_unattended
        assert preview.effects == ()

    def test_tells_of_new_and_gone_and_unrestricted_ones(self, trusting: sl.Licensing) -> None:
        licenses = tuple(row for row in price_list() if row.name.module != "windows")
        preview = trusting.packages.preview(issued(2, licenses=(*licenses, module("sale-cal", 4))))
        diffs = {one.license.module: one for one in preview.changes}
        assert set(diffs) == {"windows", "sale-cal"}
        gone, new = diffs["windows"], diffs["sale-cal"]
        assert (gone.new, gone.total, gone.free, gone.added, gone.new_total) == (None, None, None, None, 0)
        assert (new.current, new.total, new.added, new.new_total) == (None, 0, 4, 4)

    def test_names_the_blockers_with_every_holder(self, trusting: sl.Licensing) -> None:
        for user in ("anna", "bo", "cy"):
            trusting.seats.assign(user, SALES, by="admin")
        preview = trusting.packages.preview(issued(2, seats=1))
        (blocker,) = preview.blockers
        assert (str(blocker.license), blocker.in_use, blocker.new_total) == ("superoffice.ten-sales", 3, 1)
        assert (blocker.remove, blocker.holders) == (2, ("anna", "bo", "cy"))
        with pytest.raises(sl.PackageBlockedError) as refused:
            trusting.packages.activate(preview, by="admin")
        assert refused.value.reasons == tuple(one.reason for one in preview.blockers)

    def test_traces_a_hidden_license_to_the_plan_that_causes_it(self, trusting: sl.Licensing) -> None:
        for user in ("anna", "bo"):
            trusting.seats.assign(user, SALES, by="admin")
        licenses = tuple(module("t2", 1) if row.name.module == "t2" else row for row in price_list())
        (blocker,) = trusting.packages.preview(issued(2, licenses=licenses)).blockers
        assert (str(blocker.license), blocker.remove) == ("superoffice.t2", 1)
        assert [str(name) for name in blocker.through] == ["superoffice.ten-sales"]

    def test_says_who_loses_and_gains_what(self, trusting: sl.Licensing) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        licenses = tuple(
            plan(SALES, 3, "user", "web", "t1") if row.name.module == SALES else row for row in price_list()
        )
        preview = trusting.packages.preview(issued(2, licenses=licenses))
        (effect,) = preview.effects
        assert (effect.user, effect.gained) == ("anna", ("superoffice.t1",))
        assert effect.lost == ("superoffice.quote-cal", "superoffice.t2")
        assert (effect.features_gained, effect.features_lost) == ((), ("superoffice.quote",))
        assert effect.login_before["web"] is effect.login_after["web"] is sl.Outcome.ALLOWED
        assert not effect.loses_login
        assert effect.loses_something
        assert preview.can_be_activated
        assert not preview.safe_unattended

    def test_says_who_loses_a_login(self, trusting: sl.Licensing) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        licenses = tuple(row for row in price_list() if row.name.module != "online-webservices")
        (effect, *_) = trusting.packages.preview(issued(2, licenses=licenses)).effects
        assert (effect.login_before["web"], effect.login_after["web"]) == (sl.Outcome.ALLOWED, sl.Outcome.DENIED)
        assert effect.loses_login

    def test_tells_apart_whom_an_event_keeps_out_and_leaves_out_who_has_left(self, trusting: sl.Licensing) -> None:
        for user in ("anna", "bo"):
            trusting.seats.assign(user, SALES, by="admin")
        trusting.seats.retire("cy", by="admin")
        trusting.notices.start(sl.EventKind.NO_LOGIN, scope=sl.EventScope.USER, target="anna", by="admin")
        licenses = tuple(row for row in price_list() if row.name.module != "online-webservices")
        effects = trusting.packages.preview(issued(2, licenses=licenses)).effects
        assert [(effect.user, effect.loses_login) for effect in effects] == [("anna", False), ("bo", True)]

    def test_changes_nothing(self, trusting: sl.Licensing) -> None:
        before = trusting.revision()
        trusting.packages.preview(issued(2, seats=9))
        assert trusting.revision() == before


class TestAnOutdatedPreview:
    """What an administrator agreed to is what happens, or nothing."""

    def test_is_refused_with_the_new_one(self, trusting: sl.Licensing) -> None:
        licenses = tuple(row for row in price_list() if row.name.module != "visible-for")
        document = issued(2, licenses=licenses)
        preview = trusting.packages.preview(document)
        trusting.seats.assign("anna", SALES, by="admin")
        trusting.seats.assign("anna", "visible-for", by="admin")
        before = trusting.revision()
        with pytest.raises(sl.PreviewOutdatedError) as outdated:
            trusting.packages.activate(preview, by="admin")
        assert outdated.value.preview == trusting.packages.preview(document)
        assert trusting.revision() == before

    def test_is_not_one_whose_numbers_alone_are_others(self, trusting: sl.Licensing, clock: Clock) -> None:
        preview = trusting.packages.preview(issued(2, seats=9))
        trusting.seats.assign("anna", SALES, by="admin")
        clock.forward(hours=1)
        assert trusting.packages.activate(preview, by="admin").activated

    def test_is_one_whose_package_is_no_longer_the_one_in_force(self, trusting: sl.Licensing) -> None:
        preview = trusting.packages.preview(issued(3))
        trusting.packages.activate(trusting.packages.preview(issued(2)), by="admin")
        with pytest.raises(sl.PreviewOutdatedError):
            trusting.packages.activate(preview, by="admin")


class TestAPlanSwap:
    """Ten of one plan are replaced by ten of another."""

    PREMIUM = (plan("ten-premium", 3, "user", "web", "t2", "quote-cal"),)

    def swapped(self, issue: int = 2) -> bytes:
        licenses = tuple(row for row in price_list() if row.name.module != SALES)
        return issued(issue, licenses=(*licenses, *self.PREMIUM))

    def test_is_proposed_and_made_with_the_package(self, trusting: sl.Licensing) -> None:
        for user in ("anna", "bo"):
            trusting.seats.assign(user, SALES, by="admin")
        trusting.seats.assign("bo", "visible-for", by="admin")
        preview = trusting.packages.preview(self.swapped())
        assert [(one.reason.code, one.holders) for one in preview.blockers] == [
            ("held_license_gone", ("anna", "bo")),
            # Only Bo holds a license that requires something of the plan.
            ("prerequisite_missing", ("bo",)),
        ]
        assert preview.proposed_moves == tuple(
            sl.PlanMove(holder=user, old=SALES, new="ten-premium") for user in ("anna", "bo")
        )
        agreed = trusting.packages.preview(self.swapped(), plan_moves=preview.proposed_moves)
        assert agreed.blockers == ()
        assert agreed.proposed_moves == ()
        trusting.packages.activate(agreed, by="admin")
        held = [str(one.license) for one in trusting.seats.held_by("bo")]
        assert held == ["superoffice.visible-for", "superoffice.ten-premium"]
        assert trusting.seats.usage("ten-premium").holders == ("anna", "bo")
        assert trusting.gate.login("anna", WEB).allowed

    def test_touches_as_few_as_it_can_and_those_who_came_last(self, trusting: sl.Licensing) -> None:
        for user in ("anna", "bo", "cy"):
            trusting.seats.assign(user, SALES, by="admin")
        licenses = tuple(
            plan(SALES, 2, "user", "web", "t2", "quote-cal") if row.name.module == SALES else row
            for row in price_list()
        )
        preview = trusting.packages.preview(issued(2, licenses=(*licenses, *self.PREMIUM)))
        assert preview.proposed_moves == (sl.PlanMove(holder="cy", old=SALES, new="ten-premium"),)

    def test_leaves_whom_the_host_keeps(self, open_: Opening) -> None:
        licensing = open_(seat_veto=lambda holder, _: "has open requests" if holder == "anna" else None)
        licensing.packages.activate(licensing.packages.preview(issued()), by="admin")
        licensing.users.sync([person("anna"), person("bo")])
        for user in ("anna", "bo"):
            licensing.seats.assign(user, SALES, by="admin")
        preview = licensing.packages.preview(self.swapped())
        assert [move.holder for move in preview.proposed_moves] == ["bo"]
        forced = [sl.PlanMove(holder="anna", old=SALES, new="ten-premium")]
        blocked = licensing.packages.preview(self.swapped(), plan_moves=forced)
        (vetoed,) = [one for one in blocked.blockers if one.reason.code == "release_vetoed"]
        assert (vetoed.holders, vetoed.in_use) == (("anna",), 1)

    def test_may_release_instead(self, trusting: sl.Licensing) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        release = sl.Release(license=SALES, holder="anna")
        trusting.packages.activate(trusting.packages.preview(self.swapped(), releases=[release]), by="admin")
        assert trusting.seats.held_by("anna") == ()


class TestAnOffer:
    """The nightly job: at once if that is safe, else kept for an administrator."""

    def test_that_is_safe_is_activated(self, trusting: sl.Licensing) -> None:
        activation = trusting.packages.offer(issued(2, seats=9), by="cron")
        assert (activation.activated, activation.waiting) == (True, False)
        current = trusting.packages.current()
        assert current is not None
        assert current.issue == 2

    def test_that_takes_something_from_somebody_waits(self, trusting: sl.Licensing) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        document = issued(2, licenses=tuple(row for row in price_list() if row.name.module != "quote"))
        activation = trusting.packages.offer(document, by="cron")
        assert (activation.activated, activation.waiting) == (False, True)
        waiting = trusting.packages.waiting()
        assert waiting is not None
        assert waiting.issue == 2
        preview = trusting.packages.preview_waiting()
        assert preview is not None
        assert trusting.packages.activate(preview, by="admin").activated
        assert trusting.packages.waiting() is None
        assert trusting.packages.preview_waiting() is None

    def test_comes_from_the_hosts_source_when_a_check_is_due(self, open_: Opening, clock: Clock) -> None:
        asked: list[str] = []

        def source(installation: sl.Installation, owner: str) -> bytes | None:
            assert installation == INSTALLATION
            asked.append(owner)
            return issued(2, seats=9)

        licensing = open_(package_source=source)
        assert licensing.packages.next_check() is None
        assert licensing.packages.fetch(by="cron") == ()
        due = sl.Validity(next_check_at=START + DAY)
        licensing.packages.activate(licensing.packages.preview(issued(1, validity=due)), by="admin")
        assert licensing.packages.next_check() == START + DAY
        assert licensing.packages.fetch(by="cron") == ()
        clock.forward(days=1)
        (outcome,) = licensing.packages.fetch(by="cron")
        assert (outcome.owner, outcome.error) == ("superoffice", None)
        assert outcome.activation is not None
        assert outcome.activation.activated
        assert asked == ["superoffice"]

    def test_without_a_source_nothing_is_fetched(self, trusting: sl.Licensing) -> None:
        assert trusting.packages.fetch(by="cron") == ()


class TestAPartner:
    """A package of its own, with its own keys and dates."""

    ROWS = (system("nordvik.route-plan"), module("nordvik.route-plan-cal", 2))

    def test_is_removed_with_what_was_assigned_of_it(self, trusting: sl.Licensing) -> None:
        trusting.packages.activate(trusting.packages.preview(partner_issued(1, *self.ROWS)), by="admin")
        trusting.seats.assign("anna", "nordvik.route-plan-cal", by="admin")
        assert trusting.gate.feature("anna", "nordvik.route-plan", EDIT).allowed
        trusting.packages.remove("Nordvik", by="admin")
        assert trusting.packages.current("nordvik") is None
        assert trusting.seats.held_by("anna") == ()
        with pytest.raises(sl.RefusedError, match="package_not_removable"):
            trusting.packages.remove("SUPEROFFICE", by="admin")

    def test_that_expires_takes_its_own_away_only(self, trusting: sl.Licensing) -> None:
        document = partner_issued(1, *self.ROWS, validity=sl.Validity(expires_at=START + DAY))
        trusting.packages.activate(trusting.packages.preview(document), by="admin")
        trusting.seats.assign("anna", SALES, by="admin")
        trusting.seats.assign("anna", "nordvik.route-plan-cal", by="admin")
        for at, granted in ((START + DAY - SECOND, True), (START + DAY, False)):
            assert trusting.gate.feature("anna", "nordvik.route-plan", EDIT, at=at).allowed is granted
            assert trusting.gate.holds("anna", "nordvik.route-plan-cal", at=at) is granted
            assert trusting.gate.login("anna", WEB, at=at).allowed


class TestRoots:
    """Each next root is signed by the keys of both; packages stand on the root they came under."""

    def test_are_installed_one_after_the_other(self, trusting: sl.Licensing, open_: Opening) -> None:
        second = root(
            2,
            root_keys=[ROOT_KEY.public, NEXT_ROOT_KEY.public],
            owners={"SUPEROFFICE": Owner(keys=[STRANGER_KEY.public])},
        )
        assert trusting.packages.install_root(second, by="admin") == 2
        with pytest.raises(sl.UntrustedKeyError):
            trusting.packages.preview(issued(2))
        assert trusting.packages.preview(issued(2, STRANGER_KEY)).is_new
        trusting.seats.assign("anna", SALES, by="admin")
        # The old package stays good, for instances that pin the first root, and for those that pin the second.
        for pinned in (root(), second):
            assert open_(pinned).gate.login("anna", WEB).allowed

    @pytest.mark.parametrize(
        ("document", "error"),
        [
            (root(3), sl.RootVersionError),
            (root(1), sl.RootVersionError),
            (issued(2), sl.WrongPayloadTypeError),
        ],
    )
    def test_that_are_not_the_next_are_refused(
        self, trusting: sl.Licensing, document: bytes, error: type[sl.SuperlicenseError]
    ) -> None:
        before = trusting.revision()
        with pytest.raises(error):
            trusting.packages.install_root(document, by="admin")
        assert trusting.revision() == before

    def test_that_the_pinned_one_does_not_lead_to_are_named(self, trusting: sl.Licensing, open_: Opening) -> None:
        assert open_(root(2)).packages.current() is not None
        for pinned, missing in ((root(3), 2), (digest(root(3)), None)):
            with pytest.raises(sl.UnreachableRootError, match="superoffice was accepted") as refused:
                open_(pinned)
            assert (refused.value.version, refused.value.missing) == (1, missing)
        trusting.packages.install_root(root(2), by="admin")
        trusting.packages.activate(trusting.packages.preview(issued(2)), by="admin")
        assert open_(root(3)).gate.login("anna", WEB).reasons[0].code == "license_missing"
        with pytest.raises(sl.UnreachableRootError):
            open_(digest(root(3)))

    def test_that_have_expired_take_no_package_but_the_next_root(self, trusting: sl.Licensing, clock: Clock) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        clock.now = datetime(2028, 1, 1, tzinfo=UTC)
        endless = sl.Validity()
        with pytest.raises(sl.RootExpiredError):
            trusting.packages.preview(issued(2, validity=endless))
        trusting.packages.install_root(root(2, expires_at=datetime(2030, 1, 1, tzinfo=UTC)), by="admin")
        assert trusting.packages.preview(issued(2, validity=endless)).is_new

    def test_that_are_bad_are_refused_when_the_front_door_is_made(self, store: sl.Store) -> None:
        with pytest.raises(sl.MalformedJsonError):
            open_licensing(store, trust=b"no root")
        with pytest.raises(sl.InvalidValueError, match="trust"):
            open_licensing(store, trust=7)

    @pytest.mark.parametrize("by", ["key", "package"])
    def test_revoke_a_package_after_two_weeks_of_grace(self, trusting: sl.Licensing, by: str, clock: Clock) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        (installed,) = trusting.packages.history()
        keys, digests = (installed.signed_by, ()) if by == "key" else ((), (installed.digest,))
        trusting.packages.install_root(root(2, revoked_keys=keys, revoked_packages=digests), by="admin")
        warned = trusting.gate.login("anna", WEB)
        assert (warned.allowed, [one.code for one in warned.warnings]) == (True, ["package_in_grace", f"{by}_revoked"])
        assert warned.valid_until == START + 14 * DAY
        clock.forward(days=14)
        stopped = trusting.gate.login("anna", WEB)
        assert stopped.outcome is sl.Outcome.READ_ONLY
        assert [one.code for one in stopped.reasons] == ["package_stopped", f"{by}_revoked"]
        named = stopped.reasons[1].params["key" if by == "key" else "digest"]
        assert named == (VENDOR_KEY.public.key_id if by == "key" else installed.digest)
        # The screens name it, too.
        owner = trusting.screens.owner("superoffice")
        assert [one.code for one in owner.warnings] == ["package_stopped", f"{by}_revoked"]
        status = trusting.screens.status("anna")
        assert [one.code for one in status.warnings] == ["package_stopped", f"{by}_revoked"]
        assert named in owner.warnings[1].text
        trusting.seats.release("anna", SALES, by="admin")
        assert trusting.verify_store().findings == ()

    def test_revoke_a_package_only_if_its_other_keys_do_not_reach_the_threshold(self, store: sl.Store) -> None:
        keys = [VENDOR_KEY, PARTNER_KEY, STRANGER_KEY]
        owners = {"SUPEROFFICE": Owner(keys=[key.public for key in keys], threshold=2)}
        first = root(1, owners=owners)
        licensing = open_licensing(store, trust=first)
        licensing.users.save(person("anna"))
        licensing.packages.activate(licensing.packages.preview(issued(1, *keys)), by="admin")
        licensing.seats.assign("anna", SALES, by="admin")

        one = root(2, owners=owners, previous=digest(first), revoked_keys=[STRANGER_KEY.public.key_id])
        licensing.packages.install_root(one, by="admin")
        assert licensing.gate.login("anna", WEB).warnings == ()
        assert licensing.packages.preview(issued(2, *keys)).can_be_activated

        revoked = [STRANGER_KEY.public.key_id, PARTNER_KEY.public.key_id]
        licensing.packages.install_root(root(3, owners=owners, previous=digest(one), revoked_keys=revoked), by="admin")
        codes = [one.code for one in licensing.gate.login("anna", WEB).warnings]
        assert codes == ["package_in_grace", "key_revoked", "key_revoked"]
        with pytest.raises(sl.RevokedError):
            licensing.packages.preview(issued(3, *keys))
        assert licensing.verify_store().findings == ()

    def test_refuse_what_they_revoke_and_take_its_issue_again(self, trusting: sl.Licensing) -> None:
        (installed,) = trusting.packages.history()
        second = root(
            2,
            revoked_keys=installed.signed_by,
            owners={"SUPEROFFICE": Owner(keys=[VENDOR_KEY.public, STRANGER_KEY.public])},
        )
        trusting.packages.install_root(second, by="admin")
        with pytest.raises(sl.RevokedError):
            trusting.packages.preview(issued(2))
        # The revoked package does not count: its issue may be used again.
        assert trusting.packages.preview(issued(1, STRANGER_KEY, seats=4)).is_new

    def test_refuse_a_package_by_its_digest(self, trusting: sl.Licensing) -> None:
        digest = trusting.packages.preview(issued(2)).digest
        trusting.packages.install_root(root(2, revoked_packages=[digest]), by="admin")
        with pytest.raises(sl.RevokedError):
            trusting.packages.preview(issued(2))


class TestTheClock:
    """Turning it back gains nothing, locks nobody out, and stops imports."""

    def test_turned_back_a_day_is_told_and_imports_wait(self, trusting: sl.Licensing, clock: Clock) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        clock.now = START - DAY
        assert trusting.gate.login("anna", WEB).warnings == ()
        clock.now = START - DAY - SECOND
        decision = trusting.gate.login("anna", WEB)
        assert decision.allowed
        assert [one.code for one in decision.warnings] == ["clock_rolled_back"]
        assert [one.code for one in trusting.gate.feature("anna", "quote").warnings] == ["clock_rolled_back"]
        assert trusting.gate.login("anna", WEB, at=START).warnings == ()
        for attempt in (trusting.packages.preview, lambda document: trusting.packages.offer(document, by="cron")):
            with pytest.raises(sl.ClockRolledBackError):
                attempt(issued(2))
        with pytest.raises(sl.ClockRolledBackError):
            trusting.packages.install_root(root(2), by="admin")
        clock.now = START
        assert trusting.gate.login("anna", WEB).warnings == ()

    def test_turned_back_does_not_bring_a_stopped_package_back(self, trusting: sl.Licensing, clock: Clock) -> None:
        trusting.seats.assign("anna", SALES, by="admin")
        clock.now = STOPS_AT
        trusting.users.save(person("dan"))
        clock.now = START
        assert trusting.gate.login("anna", WEB).outcome is sl.Outcome.READ_ONLY


class TestUpgrades:
    """Maintenance says whether an upgrade may be installed, and nothing else."""

    @pytest.mark.parametrize(("after", "allowed"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)])
    def test_are_covered_until_maintenance_ends(self, open_: Opening, after: timedelta, *, allowed: bool) -> None:
        licensing = open_()
        covered = sl.Validity(maintenance_until=START + DAY)
        licensing.packages.activate(licensing.packages.preview(issued(1, validity=covered)), by="admin")
        decision = licensing.packages.may_upgrade(START + DAY + after)
        assert decision.allowed is allowed
        assert codes(decision) == ([] if allowed else ["maintenance_ended"])
        assert decision.valid_until == (START + DAY if allowed else None)

    def test_need_a_package(self, open_: Opening) -> None:
        assert codes(open_().packages.may_upgrade()) == ["no_package"]


class TestApply:
    """Signed documents in a batch are verified like any other."""

    def test_reads_the_nouns_from_the_bytes(self, open_: Opening) -> None:
        licensing = open_()
        lie = package(issue=7, issued_at=ISSUED_AT)
        licensing.apply(
            [
                sl.InstallRoot(root=sl.TrustRoot(version=9, expires_at=START, accepted_at=START), document=root(2)),
                sl.ActivatePackage(package=lie, document=issued(1)),
                sl.KeepPackageWaiting(package=lie, document=issued(2)),
                sl.SaveUser(user=person("anna")),
            ],
            by="admin",
        )
        current, waiting = licensing.packages.current(), licensing.packages.waiting()
        assert current is not None
        assert waiting is not None
        assert (current.issue, waiting.issue) == (1, 2)

    def test_refuses_what_has_no_bytes(self, trusting: sl.Licensing) -> None:
        changes: list[sl.Change] = [
            sl.ActivatePackage(package=package(issue=2, issued_at=ISSUED_AT)),
            sl.KeepPackageWaiting(package=package(issue=2, issued_at=ISSUED_AT)),
        ]
        with pytest.raises(sl.RefusedError) as refused:
            trusting.apply(changes, by="admin")
        assert [(reason.code, reason.params["place"]) for reason in refused.value.reasons] == [
            ("unsigned_document", 0),
            ("unsigned_document", 1),
        ]
