"""Laws of proposed plan moves, by brute force: what the activation itself says of every set of moves."""

from __future__ import annotations

from itertools import product

from attrs import evolve, frozen
from hypothesis import example, given
from hypothesis import strategies as st

from superlicense.model.change import PlanMove
from superlicense.model.license import LicenseKind, ModuleLicense
from superlicense.model.package import LicensePackage
from superlicense.model.reason import Reason
from superlicense.model.user import UserType
from superlicense.rules.packages.activating import enact
from superlicense.rules.packages.plan_moves import Proposal, propose
from superlicense.rules.step import Step
from tests.rules.office import Office, activation, assign, hidden, module, package, person, plan, system

USERS = ("anna", "bo", "cy")
PLANS = ("ten-a", "ten-b", "ten-c")
HIDDEN = ("user", "web", "gold")

quantities = st.sampled_from([1, 1, 2, 3, 9])
seldom = st.sampled_from([False] * 4 + [True])
types = st.sampled_from([frozenset[UserType]()] * 4 + [frozenset({UserType.INTERNAL})])
prerequisites = st.sampled_from([None, None, "user", "web"])


@frozen(kw_only=True)
class Case:
    """An office, a package that comes in, and users whose plans the host keeps."""

    office: Office
    written: LicensePackage
    kept: frozenset[str]

    def judge(self, proposal: Proposal) -> tuple[Reason, ...]:
        """Return what blocks the package after *proposal*."""
        asked = activation(self.written, moves=proposal.moves, releases=proposal.releases)
        vetoes = {(user, f"superoffice.{name}"): "kept" for user in self.kept for name in (*PLANS, "extra")}
        return tuple(enact(Step(self.office.world, self.office.at, "admin", vetoes), asked)[1])

    def propose(self) -> Proposal:
        """Return what is proposed."""
        world = self.office.world
        activated, _ = enact(Step(world, self.office.at, "admin", {}), activation(self.written))
        return propose(world, activated, self.written, lambda holder, _: holder not in self.kept)

    def every_set(self) -> list[tuple[PlanMove, ...]]:
        """Return every set of moves from a plan to a plan, at most one for each user, the smallest first."""
        new = [row.name for row in self.written.licenses if row.kind is LicenseKind.PLAN]
        was = {str(name) for name in (*new, *(f"superoffice.{name}" for name in (*PLANS, "suite-user")))}
        ways = [
            [
                None,
                *(
                    PlanMove(holder=user, old=old, new=name)
                    for old in self.office.world.held_by(user)
                    if str(old) in was
                    for name in new
                    if name != old
                ),
            ]
            for user in USERS
        ]
        sets = (tuple(move for move in one if move is not None) for one in product(*ways))
        return sorted(sets, key=len)


@st.composite
def new_rows(draw: st.DrawFn) -> list[ModuleLicense]:
    """Sell plans and what they grant, fewer than today."""
    found = [evolve(hidden(name, draw(quantities)), allowed_user_types=draw(types)) for name in HIDDEN]
    for name in PLANS:
        if not draw(seldom) or not draw(st.booleans()):
            grants = draw(st.lists(st.sampled_from(HIDDEN), unique=True))
            found.append(plan(name, *grants, quantity=draw(quantities), allowed_user_types=draw(types)))
    if draw(seldom):
        found += [system("suite2"), plan("suite-user", "user", quantity=3, prerequisite=draw(prerequisites))]
    if draw(seldom):
        found.append(plan("extra"))
    else:
        found.append(module("extra", prerequisite=draw(prerequisites)))
    return found


@frozen(kw_only=True)
class Sketch:
    """What a case is drawn from.

    Attributes:
        today: The plans that are sold today.
        people: Type, right to log in, plan and whether the extra is held, for each user.
        rows: What the package sells that comes in.
    """

    today: list[ModuleLicense]
    people: list[tuple[UserType, bool, str, bool]]
    rows: list[ModuleLicense]

    def case(self, copies: int = 1, kept: frozenset[str] = frozenset()) -> Case:
        """Return the case with every user, and every seat, as many times as *copies*."""
        office = Office(activation(package(*map(hidden, HIDDEN), *self.today, module("extra"))))
        for user, (kind, may_log_in, held, has_extra) in zip(USERS, self.people, strict=True):
            for user_id in [user] if copies == 1 else [f"{user}-{number}" for number in range(copies)]:
                office.do(person(user_id, type=kind, may_log_in=may_log_in), assign(user_id, held))
                if has_extra:
                    office.do(assign(user_id, "extra"))
        rows = (row if row.scope == "system" else evolve(row, quantity=row.quantity * copies) for row in self.rows)
        return Case(office=office, written=package(*rows, issue=2), kept=kept)


@st.composite
def sketches(draw: st.DrawFn) -> Sketch:
    """Draw an office in which users hold plans, and a package that may not fit."""
    kinds = st.sampled_from([UserType.INTERNAL, UserType.INTERNAL, UserType.EXTERNAL])
    return Sketch(
        today=[plan(name, *draw(st.lists(st.sampled_from(HIDDEN), unique=True))) for name in PLANS],
        people=[draw(st.tuples(kinds, st.booleans(), st.sampled_from(PLANS), seldom)) for _ in USERS],
        rows=draw(new_rows()),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a case in which the host keeps the plans of some users."""
    return draw(sketches()).case(kept=frozenset(user for user in USERS if draw(seldom)))


def _movers(proposal: Proposal) -> set[str]:
    return {move.holder for move in proposal.moves} | {release.holder for release in proposal.releases}


@given(cases())
def test_a_proposal_leaves_a_blocker_only_if_every_set_of_moves_does(case: Case) -> None:
    proposal = case.propose()
    working = next((moves for moves in case.every_set() if not case.judge(Proposal(moves=moves))), None)
    blocked = case.judge(proposal)
    if working is None:
        return
    assert blocked == ()
    assert len(_movers(proposal)) == len(working)


@given(cases())
def test_a_proposal_itself_is_never_refused_and_never_makes_things_worse(case: Case) -> None:
    proposal = case.propose()
    before, after = case.judge(Proposal()), case.judge(proposal)
    codes = {reason.code for reason in before}
    assert {reason.code for reason in after} <= codes
    assert not _movers(proposal) & case.kept
    if proposal == Proposal():
        assert after == before
    else:
        assert after != before


def _short_of(today: list[ModuleLicense], plans: list[str], *rows: ModuleLicense) -> Sketch:
    """Sell one seat of everything under a Suite nobody has a seat of; the extra now needs *user*."""
    return Sketch(
        today=today,
        people=[(UserType.INTERNAL, False, held, has_extra) for held, has_extra in zip(plans, EXTRAS, strict=True)],
        rows=[
            hidden("user", 1),
            *rows,
            system("suite2"),
            plan("suite-user", "user"),
            module("extra", prerequisite="user"),
        ],
    )


EXTRAS = (False, False, True)
# The only seats that help some were taken by others, who had more than one way out.
FEW_WAYS = _short_of(
    [plan("ten-a", "user"), plan("ten-b"), plan("ten-c")],
    ["ten-a", "ten-a", "ten-a"],
    plan("ten-b", quantity=1),
    plan("ten-c", "user", quantity=1),
)
# The only seats that help some are held by others, who have to leave for another plan first.
HELD_BY_OTHERS = _short_of(
    [plan("ten-a"), plan("ten-b"), plan("ten-c")],
    ["ten-a", "ten-b", "ten-a"],
    plan("ten-b", "user", quantity=1),
    plan("ten-c", quantity=1),
)


@example(FEW_WAYS, 5)
@example(HELD_BY_OTHERS, 5)
@given(sketches(), st.sampled_from([5, 15]))
def test_what_is_possible_in_a_small_office_is_found_in_a_large_one(sketch: Sketch, copies: int) -> None:
    small, large = sketch.case(), sketch.case(copies)
    working = next((moves for moves in small.every_set() if not small.judge(Proposal(moves=moves))), None)
    if working is not None:
        proposal = large.propose()
        assert large.judge(proposal) == ()
        assert len(_movers(proposal)) <= len(working) * copies
