"""The library, driven by its public names, answering in the words of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import superlicense as sl
from tests.model_of_the_rules.activation import Numbers
from tests.model_of_the_rules.facts import Reason
from tests.model_of_the_rules.gate import Answer
from tests.model_of_the_rules.signing import Signer
from tests.model_of_the_rules.steps import Batch, Come, EndEvent, Forward, Revoke, Step

# Which parameters say what a reason is about; all others say nothing.
_ABOUT = {
    "prerequisite_missing": ("license", "prerequisite"),
    "prerequisite_of": ("license", "dependant"),
    "one_license_of": ("licenses",),
    "unknown_site": ("site",),
    "one_plan_only": ("holder",),
    "user_retired": (),
    "unknown_user": (),
}
_USUAL = ("owner", "license")


def reason_of(reason: sl.Reason) -> Reason:
    """Return the code of *reason* and what it is about."""
    names = _ABOUT.get(str(reason.code), _USUAL)
    values = [reason.params[name] for name in names if name in reason.params]
    texts = ["+".join(sorted(map(str, value))) if isinstance(value, tuple) else str(value) for value in values]
    return str(reason.code), "<".join(texts)


def reasons_of(reasons: Iterable[sl.Reason]) -> frozenset[Reason]:
    return frozenset(map(reason_of, reasons))


def answer_of(decision: sl.Decision) -> Answer:
    """Return *decision* in the words of the model."""
    notices = getattr(decision, "notices", ())
    return Answer(
        outcome=str(decision.outcome),
        reasons=reasons_of(decision.reasons),
        warnings=reasons_of(decision.warnings),
        rule_set=None if decision.rule_set is None else str(decision.rule_set),
        valid_until=decision.valid_until,
        notices=frozenset(str(getattr(notice, "message", notice)) for notice in notices),
    )


class Library:
    """One installation of the library in a store in memory.

    Attributes:
        now: What its clock shows.
        store: Where it keeps its facts.
    """

    def __init__(self, installation: sl.Installation, policy: sl.Policy, signer: Signer | None, now: datetime) -> None:
        self.now = now
        self.store = sl.MemoryStore()
        self.policy = policy
        self.trust = None if signer is None else signer.root
        self.licensing = self.opened(installation)

    def opened(self, installation: sl.Installation) -> sl.Licensing:
        """Open the store, as *installation* says it is."""
        return sl.Licensing(self.store, installation, trust=self.trust, policy=self.policy, clock=lambda: self.now)

    def carry_out(self, step: Step) -> frozenset[Reason]:
        """Do what *step* says, and return every reason why not."""
        try:
            self._carry_out(step)
        except sl.RefusedError as refused:
            return reasons_of(refused.reasons)
        return frozenset()

    def _carry_out(self, step: Step) -> None:  # noqa: C901, PLR0912 - a line for each kind of step
        ours = self.licensing
        match step:
            case Forward(by=by):
                self.now += by
            case Come(arrival=arrival, document=None):
                ours.packages.adopt_unsigned(
                    arrival.package, by="root", releases=arrival.releases, plan_moves=arrival.moves
                )
            case Come(document=document, offered=True) if document is not None:
                ours.packages.offer(document, by="root")
            case Come(arrival=arrival, document=document) if document is not None:
                preview = ours.packages.preview(document, arrival.releases, arrival.moves)
                ours.packages.activate(preview, by="root")
            case Revoke(root=root):
                ours.packages.install_root(root, by="root")
            case Batch(changes=changes):
                ours.apply(changes, by="root")
            case EndEvent(key=key):
                running = {(str(e.kind), str(e.scope), e.target): e.id for e in ours.notices.running()}
                ours.notices.end(running.get(key) or running[key[0], key[1], None], by="root")
            case sl.StartEvent(event=event):
                ours.notices.start(event.kind, event.message, event.scope, event.target, by="root")
            case sl.SaveUser(user=user):
                ours.users.save(user, by="root")
            case sl.SaveSite(site=site):
                ours.sites.save(site, by="root")
            case sl.Assign(license=name, holder=holder):
                ours.seats.assign(holder, name, by="root")
            case sl.Release(license=name, holder=holder, cascade=cascade):
                ours.seats.release(holder, name, by="root", cascade=cascade)
            case sl.ChangePlan(license=name, holder=holder):
                ours.seats.change_plan(holder, name, by="root")
            case sl.Retire(user=user_id):
                ours.seats.retire(user_id, by="root")
            case sl.RemovePackage(owner=owner):
                ours.packages.remove(owner, by="root")
            case _:
                raise NotImplementedError(step)

    def preview(self, step: Come) -> sl.ActivationPreview | frozenset[Reason]:
        """Return the preview of a package that comes in, or why there is none."""
        packages, arrival = self.licensing.packages, step.arrival
        preview: Callable[..., sl.ActivationPreview] = packages.preview_unsigned
        document: Any = arrival.package
        if step.document is not None:
            preview, document = packages.preview, step.document
        try:
            return preview(document, arrival.releases, arrival.moves)
        except sl.RefusedError as refused:
            return reasons_of(refused.reasons)


def numbers_of(diff: sl.LicenseDiff) -> Numbers:
    """Return the numbers of *diff* in the words of the model."""
    return Numbers(
        total=diff.total,
        in_use=diff.in_use,
        free=diff.free,
        added=diff.added,
        new_total=diff.new_total,
        new_free=diff.new_free,
    )
