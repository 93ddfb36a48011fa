"""Seats: assign, release, change a plan, retire, and count.

Every method builds one change; the rules judge it (design section 7).
"""

from __future__ import annotations

from datetime import datetime

from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.hooks import audited
from superlicense.licensing.readable_seats import ReadableSeats
from superlicense.model.change import Assign, Change, ChangePlan, Release, Retire
from superlicense.model.license import LicenseName
from superlicense.model.seat import Assignment
from superlicense.model.user import SaveReceipt, SaveStatus
from superlicense.rules.apply import Applied

__all__ = ["Seats"]


class Seats(ReadableSeats):
    """The seats of one installation."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        """Write and read through *engine*."""
        super().__init__(engine.worlds, engine.totals.zone)
        self._engine = engine

    @audited("seats.assign", writes=True)
    def assign(
        self,
        holder: str,
        license: LicenseName | str,
        *,
        by: str,
        at: datetime | None = None,
        comment: str = "",
    ) -> Assignment:
        """Assign *license* to *holder*, a user or (for a site license) a site.

        A license that is already held stays as it is, with the same result.

        Returns:
            The running assignment.

        Raises:
            RefusedError: with every reason, ``no_seat_left`` among them.
            UnknownLicenseError: no package in force has it.
            WriteOutOfOrderError: *at* is out of order.
        """
        name = LicenseName.parse(license)
        applied = self._write(Assign(license=name, holder=holder, comment=comment), by=by, at=at)
        return _running(applied, holder, name)

    @audited("seats.release", writes=True)
    def release(
        self,
        holder: str,
        license: LicenseName | str,
        *,
        by: str,
        at: datetime | None = None,
        cascade: bool = False,
    ) -> None:
        """Release *license* from *holder*; a license that is not held is ignored.

        Args:
            holder: A user or a site.
            license: The license; those that a plan grants are released with the plan.
            by: The author.
            at: The instant; now if `None`.
            cascade: Release also what depends on it.

        Raises:
            RefusedError: something depends on it, or the host vetoes it.
            WriteOutOfOrderError: *at* is out of order.
        """
        self._write(Release(license=LicenseName.parse(license), holder=holder, cascade=cascade), by=by, at=at)

    @audited("seats.change_plan", writes=True)
    def change_plan(
        self,
        holder: str,
        plan: LicenseName | str,
        *,
        by: str,
        at: datetime | None = None,
    ) -> Assignment:
        """Assign *plan* to the user *holder* in place of the plan held of the same owner.

        Both happen in one transaction; extra licenses stay. Without a plan so
        far it is a plain assignment.

        Returns:
            The running assignment of the new plan.

        Raises:
            RefusedError: with every reason; the old plan is still held then.
            UnknownLicenseError: no package in force has it.
            WriteOutOfOrderError: *at* is out of order.
        """
        name = LicenseName.parse(plan)
        applied = self._write(ChangePlan(holder=holder, license=name), by=by, at=at)
        return _running(applied, holder, name)

    @audited("seats.retire", writes=True)
    def retire(self, user: str, *, by: str, at: datetime | None = None, force: bool = False) -> SaveReceipt:
        """Make *user* a former employee: every license ends. The host's veto does not apply.

        Args:
            user: Id of the user.
            by: The author of the change.
            at: When; now if `None`.
            force: Retire the user even if nobody is left who may administer the
                installation.

        Returns:
            The user as stored now, with the status RETIRED or UNCHANGED.

        Raises:
            RefusedError: ``unknown_user``, or ``last_administrator`` without
                *force*.
            WriteOutOfOrderError: *at* is out of order.
        """
        applied = self._write(Retire(user=user, force=force), by=by, at=at)
        status = SaveStatus.RETIRED if applied.rows else SaveStatus.UNCHANGED
        return SaveReceipt(user=applied.world.users[user].noun, status=status)

    def _write(self, change: Change, *, by: str, at: datetime | None) -> Applied:
        return self._engine.writer.write((change,), by=by, at=at)


def _running(applied: Applied, holder: str, name: LicenseName) -> Assignment:
    (assignment,) = [row.noun for row in applied.world.assignments[holder] if row.noun.license == name]
    return assignment
