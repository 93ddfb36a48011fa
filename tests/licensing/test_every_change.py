"""Every kind of change: a hypothesis answers as the installation does after it was really made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

import superlicense as sl
from superlicense.document import package as packages
from superlicense.document import root as roots
from tests.for_each import for_each
from tests.installation import SALES, SERVICE, START, Clock, module, open_licensing, person, price_list, system
from tests.licensing.identities import NEW
from tests.licensing.vendor import INSTALLATION, issued, partner_issued, root

ROUTES = (system("nordvik.route-map"), module("nordvik.route-map-cal", 2))
SUITE = (system("suite"), module("suite-user", 9), *price_list()[:3])


def opened() -> sl.Licensing:
    """Open an installation with two owners, a satellite, an event, a former employee and a renewal that waits."""
    licensing = open_licensing(clock=Clock(), trust=root())
    for document in (issued(1, seats=2), partner_issued(1, *ROUTES)):
        licensing.packages.activate(licensing.packages.preview(document), by="admin")
    licensing.sites.save(sl.Site(id="oslo", name="Oslo"))
    licensing.users.sync([person("anna"), person("bo"), person("cy", site="oslo"), person("dora", administrator=True)])
    licensing.users.save(person("eve", name="Eve Young"))
    licensing.seats.retire("eve", by="admin")
    for holder, license in (("anna", SALES), ("bo", SERVICE), ("anna", "nordvik.route-map-cal")):
        licensing.seats.assign(holder, license, by="admin")
    licensing.seats.assign("oslo", "reporter-studio", by="admin")
    moving = sl.SystemEvent(id="moving", kind=sl.EventKind.NO_LOGIN, started_at=START)
    licensing.apply([sl.StartEvent(event=moving)], by="admin")
    licensing.packages.offer(issued(2, licenses=price_list(1)[:4]), by="cron")
    return licensing


def activation(document: bytes, releases: Sequence[sl.Release] = ()) -> sl.ActivatePackage:
    found = packages.open_package(document, roots.open_pinned(root()))
    return sl.ActivatePackage(
        package=found.package,
        document=document,
        digest=found.digest,
        signed_by=found.signed_by,
        root_version=1,
        releases=releases,
    )


def waiting(document: bytes) -> sl.KeepPackageWaiting:
    found = packages.open_package(document, roots.open_pinned(root()))
    return sl.KeepPackageWaiting(
        package=found.package, document=document, digest=found.digest, signed_by=found.signed_by, root_version=1
    )


def succession() -> bytes:
    names = {"serial_number": NEW.serial_number, "company": NEW.company, "replaces": INSTALLATION.serial_number}
    return issued(7, seats=3, **names)


def next_root() -> sl.InstallRoot:
    document = root(2)
    found = roots.open_next(document, roots.open_pinned(root()))
    return sl.InstallRoot(
        root=sl.TrustRoot(version=2, expires_at=found.expires_at, accepted_at=START), document=document
    )


def cases() -> Iterator[tuple[sl.Change, ...]]:
    yield (sl.Assign(license=SALES, holder="cy"),)
    yield (sl.Release(license=SALES, holder="anna"),)
    yield (sl.ChangePlan(license=SERVICE, holder="anna"),)
    yield (sl.SaveUser(user=person("anna", type=sl.UserType.EXTERNAL, may_log_in=False)),)
    yield (sl.SaveUser(user=person("eve"), rehire=True), sl.Assign(license="web", holder="eve"))
    yield (sl.Retire(user="anna"),)
    yield (sl.ForgetUser(user="eve"),)
    yield (sl.SaveSite(site=sl.Site(id="rome", name="Rome")),)
    yield (sl.RemovePackage(owner="nordvik"),)
    yield (activation(issued(3, seats=5, licenses=(*price_list(5), system("sale")))),)
    yield (activation(issued(3, licenses=SUITE), [sl.Release(license=SALES, holder="anna"), *_released()]),)
    yield (activation(partner_issued(2, *ROUTES[:1]), [sl.Release(license="nordvik.route-map-cal", holder="anna")]),)
    yield (waiting(issued(3, licenses=price_list(1)[:3])),)
    yield (next_root(),)
    yield (sl.ChangeInstallation(installation=NEW, document=succession()),)
    again = sl.SystemEvent(id="again", kind=sl.EventKind.NO_TRAVEL, started_at=START)
    yield (sl.StartEvent(event=again), sl.EditEvent(event_id="moving", message="Tonight"))
    yield (sl.EndEvent(event_id="moving"),)


def _released() -> tuple[sl.Release, ...]:
    return (sl.Release(license=SERVICE, holder="bo"), sl.Release(license="reporter-studio", holder="oslo"))


CASES = tuple(cases())
USERS = ("anna", "bo", "cy", "dora", "eve", "nobody")


def answers(one: sl.Licensing | sl.Hypothesis) -> Iterator[object]:
    """Ask something of everything that both can answer."""
    yield from (one.gate.who(client) for client in (sl.Client.WEB, sl.Client.REPORTER_STUDIO))
    yield one.gate.who("nordvik.route-map", sl.Access.EDIT)
    yield from ((one.gate.abilities(user), one.gate.administer(user), one.seats.held_by(user)) for user in USERS)
    yield one.screens.user_licenses()
    yield one.seats.low(), one.seats.redundant()
    yield one.screens.owner(), one.screens.status("dora")
    yield (one.statement if isinstance(one, sl.Hypothesis) else one.meters.statement)("2026-11")


@for_each("changes", CASES, ids=lambda changes: [type(one).__name__ for one in changes])
def test_a_hypothesis_answers_like_the_installation_afterwards(changes: tuple[sl.Change, ...]) -> None:
    licensing = opened()
    supposed = licensing.what_if(changes)
    assert supposed.refusals == ()
    expected = list(answers(supposed))
    revision = licensing.revision()
    licensing.apply(changes, by="host")
    assert licensing.revision() != revision
    assert list(answers(licensing)) == expected


def test_no_kind_of_change_is_left_out() -> None:
    assert {type(change) for changes in CASES for change in changes} == set(get_args(sl.Change))
