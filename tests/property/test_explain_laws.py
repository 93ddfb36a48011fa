"""Explained changes: whatever is done to an installation, what is named lies in between and matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.model.decision import Clause, ClauseKind
from tests.installation import SALES, SERVICE, Clock, furnish, module, open_licensing, package, person

LICENSES = (SALES, SERVICE, "windows", "web", "user")
ROWS = tuple(module(row.name.module, 5) if row.name.module in LICENSES[2:] else row for row in package().licenses)
FORMS = (ROWS, ROWS[:-4], tuple(row for row in ROWS if row.name.module not in {"web", "online-webservices"}))
USERS = st.builds(
    person, st.just("anna"), may_log_in=st.booleans(), awaiting_approval=st.booleans(), name=st.sampled_from("ABC")
)
HOLDERS = st.sampled_from(("anna", "bo"))
STEPS = st.one_of(
    st.builds(sl.Assign, license=st.sampled_from(LICENSES), holder=HOLDERS),
    st.builds(sl.Release, license=st.sampled_from(LICENSES), holder=HOLDERS),
    st.builds(sl.ChangePlan, license=st.sampled_from(LICENSES[:2]), holder=HOLDERS),
    USERS.map(lambda user: sl.SaveUser(user=user)),
    st.sampled_from(FORMS).map(
        lambda rows: sl.ActivatePackage(package=package(licenses=rows, validity=sl.Validity()), digest="a" * 64)
    ),
    st.just(sl.StartEvent(event=sl.SystemEvent(id="moving", kind=sl.EventKind.NO_LOGIN, started_at=Clock()()))),
    st.just(sl.EndEvent(event_id="moving")),
)


def done(licensing: sl.Licensing, step: sl.Change, by: str) -> None:
    """Do it, if that is allowed."""
    try:
        if isinstance(step, sl.ActivatePackage):
            licensing.packages.adopt_unsigned(step.package, by=by)
        else:
            licensing.apply([step], by=by)
    except sl.SuperlicenseError:
        return


def truths(clauses: Iterable[Clause]) -> Iterator[tuple[str, bool]]:
    """Give each license and fact that was not met, and each license that was."""
    for clause in clauses:
        if clause.kind is ClauseKind.NEEDS and clause.met:
            yield clause.subject, True
        if clause.kind is ClauseKind.FACT and not clause.met:
            yield clause.subject, False
        yield from truths(clause.parts)


@given(
    steps=st.lists(STEPS, max_size=12),
    since=st.integers(0, 12),
    asked=st.sampled_from((sl.Client.WEB, sl.Client.WINDOWS, "quote")),
)
def test_what_is_named_lies_between_and_matters(steps: list[sl.Change], since: int, asked: sl.Client | str) -> None:
    clock = Clock()
    licensing = furnish(open_licensing(clock=clock), "anna", "bo", holders={"anna": SALES})
    licensing.packages.adopt_unsigned(package(licenses=ROWS, validity=sl.Validity()), by="vendor")
    then = clock()
    for place, step in enumerate(steps):
        clock.forward(hours=1)
        done(licensing, step, f"author-{place}")
        if place < since:
            then = clock()
    found = licensing.gate.explain_change("anna", asked, then)
    gate = licensing.gate
    if isinstance(asked, sl.Client):
        assert (found.before, found.after) == (gate.login("anna", asked, at=then), gate.login("anna", asked))
    between = licensing.journal.entries(since=then, after=len(licensing.journal.entries(until=then)))
    differs = set(truths(found.before.clauses)) != set(truths(found.after.clauses))
    assert bool(found.entries) is differs
    assert bool(found.changed) is differs
    assert found.cause is None
    assert set(found.entries) <= {entry for entry in between if entry.at > then}
    for entry in found.entries:
        keys = {row.key for row in (*entry.before, *entry.after)}
        assert any(key.startswith("anna") or key in {"superoffice", "moving"} for key in keys)
