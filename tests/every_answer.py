"""At least one answer of every public class that has a `to_dict`, from a package that ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from attrs import evolve

import superlicense as sl
from superlicense.document.package import PackageDraft
from superlicense.model.plain_data import PlainNoun
from superlicense.testing import builders

__all__ = ["every_answer"]

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ENDS_AT = datetime(2027, 3, 27, tzinfo=UTC)
FAR = datetime(2028, 1, 1, tzinfo=UTC)
WEB = sl.Client.WEB
PACKAGE = builders.package(
    *(row for row in builders.price_list(2) if row.name.module != "quote-cal"),
    builders.user_license("quote-cal", 5),
    validity=sl.Validity(warns_at=datetime(2027, 2, 27, tzinfo=UTC), expires_at=ENDS_AT),
)


def every_answer() -> list[PlainNoun]:
    """Return answers of every kind."""
    store = sl.MemoryStore()
    licensing = sl.Licensing(
        store,
        builders.installation(time_zone="Europe/Copenhagen"),
        trust=None,
        clock=lambda: NOW,
        policy=sl.Policy(after_grace=sl.Outcome.DENIED),
        meters=sl.catalog.meters.STANDARD,
    )
    first = licensing.packages.preview_unsigned(PACKAGE)
    adopted = licensing.packages.adopt_unsigned(PACKAGE, by="admin")
    licensing.users.sync([builders.user("anna", name="Anna Lund"), builders.user("bo"), builders.user("cy")])
    licensing.notices.start("no_login", "Closed for tonight", by="admin")
    closed = [*licensing.gate.remedies("anna", WEB)]
    licensing.notices.end(licensing.notices.running()[0].id, by="admin")
    licensing.seats.assign("anna", "quote-cal", by="admin")
    assigned = licensing.seats.assign("anna", "ten-sales", by="admin")
    licensing.seats.assign("bo", "ten-sales", by="admin")
    saved = licensing.users.save(builders.user("dora"))
    licensing.seats.retire("dora", by="admin")
    forgotten = licensing.users.forget("dora", by="admin")
    fewer = evolve(
        PACKAGE, licenses=tuple(row for row in PACKAGE.licenses if row.name.module != "web"), validity=sl.Validity()
    )
    comparison = licensing.packages.compare(PACKAGE, fewer)
    return [
        *(
            saved,
            forgotten,
            first,
            assigned,
            sl.Activation(preview=licensing.packages.preview_unsigned(fewer), installed=adopted, activated=True),
        ),
        *_access(licensing),
        *_remedies([*closed, *licensing.gate.remedies("cy", WEB), *licensing.gate.remedies("cy", "nothing")]),
        *(comparison, *comparison.losses, *(loss.witness for loss in comparison.losses)),
        *(licensing.seats.usage("user"), licensing.seats.usage("ten-sales"), *licensing.seats.low(1)),
        *(*licensing.seats.idle({}), *licensing.seats.redundant()),
        *licensing.packages.dates(FAR),
        sl.FetchOutcome(owner="superoffice", error=sl.StoreBusyError("pool")),
        *_meters(licensing),
        licensing.limits.check("active_projects", in_use=100),
        *(licensing.verify_store(), licensing.health(), *licensing.journal.entries()),
        *PackageDraft(fewer).lint(),
        *_fleet(store, fewer),
        *_users(licensing),
    ]


def _access(licensing: sl.Licensing) -> Iterator[PlainNoun]:
    for at in (NOW, ENDS_AT):
        for user in ("anna", "cy", "nobody"):
            yield licensing.gate.login(user, WEB, at=at)
            yield licensing.gate.feature(user, "quote", sl.Access.EDIT, at=at)
            yield licensing.gate.abilities(user, at)
        yield licensing.gate.who(WEB, at=at)
        yield from licensing.gate.who(WEB, at=at).groups
    yield from licensing.gate.login("nobody", WEB).reasons
    yield licensing.gate.administer("anna")
    for turn in licensing.gate.forecast("anna", WEB, FAR):
        yield from (turn, turn.cause)
    yield sl.Turn(
        at=NOW, before=licensing.gate.administer("a"), after=licensing.gate.administer("b"), cause=sl.Cause(at=NOW)
    )
    denial = licensing.gate.first_denial(FAR)
    assert denial is not None
    yield from (denial, *denial.logins, licensing.gate.explain_change("anna", WEB, NOW, FAR))


def _remedies(remedies: list[sl.Remedy]) -> Iterator[PlainNoun]:
    for remedy in remedies:
        yield from (remedy, remedy.for_user, remedy.for_administrator, *remedy.instructions)


def _meters(licensing: sl.Licensing) -> Iterator[PlainNoun]:
    sent = sl.UsageEvent(source="mailer", id="1", meter="mailings", quantity=250, at=NOW)
    yield from licensing.meters.record([sent, sent, evolve(sent, quantity=1), evolve(sent, id="2", meter="pigeons")])
    yield from (*licensing.meters.usage("2026-11"), *licensing.meters.projection("2026-11"))
    yield from (*licensing.meters.days("2026-11"), *licensing.meters.crossings(), licensing.meters.statement("2026-11"))


def _users(licensing: sl.Licensing) -> Iterator[PlainNoun]:
    yield licensing.users.save(sl.User(id="di", name="Di Lund"))
    yield licensing.seats.retire("di", by="admin")
    yield licensing.users.forget("di", by="admin")


def _fleet(store: sl.MemoryStore, fewer: sl.LicensePackage) -> Iterator[PlainNoun]:
    ours = [builders.installation(), builders.installation(serial_number="1010000006", time_zone="Mars/Olympus")]
    fleet = sl.Fleet(store, trust=None, clock=lambda: NOW)
    for rehearsal in fleet.rehearse(lambda _: fewer, ours):
        yield from (rehearsal, *rehearsal.hurt)
    dates = fleet.dates(FAR, ours)
    yield from (dates, *dates.dates, *dates.failures)
