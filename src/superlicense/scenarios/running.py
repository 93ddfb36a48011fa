"""Running scenarios against this library, by its public facade and a store in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from attrs import evolve

from superlicense.adapters.memory import MemoryStore
from superlicense.errors import RefusedError, SuperlicenseError
from superlicense.licensing.front import Licensing
from superlicense.model.change import (
    Assign,
    ChangePlan,
    EditEvent,
    EndEvent,
    Release,
    RemovePackage,
    Retire,
    SaveSite,
    SaveUser,
)
from superlicense.model.site import Installation
from superlicense.scenarios.answers import answer, mismatches, reason_tables
from superlicense.scenarios.questions import Question, Try
from superlicense.scenarios.reading import Scenario, ScenarioFile, read
from superlicense.scenarios.report import Report, Result
from superlicense.scenarios.steps import Activate, ChangeIdentity, StartEvent, Step, WaitUntil

__all__ = ["run", "run_file"]

_BY = "scenario"


def run(path: Path | str) -> Report:
    """Run every scenario at *path*.

    Args:
        path: A scenario file, or a folder: every ``*.toml`` below it, in order of their paths.

    Returns:
        What each scenario comes to.

    Raises:
        InvalidValueError: a file cannot be read as one of scenarios.
    """
    place = Path(path)
    found = sorted(place.rglob("*.toml")) if place.is_dir() else [place]
    files = [read(one) for one in found]
    return Report(results=tuple(result for file in files for result in run_file(file)))


def run_file(file: ScenarioFile) -> Iterator[Result]:
    """Run every scenario of *file*, each on its own, and yield what it comes to."""
    for scenario in file.scenarios:
        yield _run(file, scenario)


def _run(file: ScenarioFile, scenario: Scenario) -> Result:
    place = str(file.path)
    world = _World(file)
    try:
        for step in (*file.facts, *scenario.given):
            world.carry_out(step)
        actual = world.ask(scenario)
    except RefusedError as refused:
        return Result(file=place, name=scenario.name, error=f"a fact was refused: {refused}")
    except SuperlicenseError as error:
        return Result(file=place, name=scenario.name, error=f"{error.code}: {error}")
    return Result(file=place, name=scenario.name, mismatches=mismatches(scenario.expect, actual))


class _World:
    """One installation, in the state that the steps leave it in."""

    def __init__(self, file: ScenarioFile) -> None:
        """Open an empty store for the installation of *file*."""
        self._file = file
        self._now = file.now
        self._store = MemoryStore()
        self._events: dict[str, str] = {}
        self._renamed: Installation | None = None
        self._licensing = self._opened(file.installation)

    def _clock(self) -> datetime:
        return self._now

    def _opened(self, installation: Installation) -> Licensing:
        return Licensing(
            self._store,
            installation,
            trust=None,
            policy=self._file.policy,
            clock=self._clock,
        )

    def ask(self, scenario: Scenario) -> dict[str, object]:
        """Return the answer to the question of *scenario*, as it may be expected."""
        same = scenario.opened_as == self._file.installation
        licensing = self._licensing if same else self._opened(scenario.opened_as)
        question: Question = scenario.question
        if not isinstance(question, Try):
            return answer(licensing, question)
        try:
            self.carry_out(question.step)
        except RefusedError as refused:
            return {"done": False, "refused": reason_tables(refused.reasons)}
        return {"done": True, "refused": []}

    def _change_installation(self, step: ChangeIdentity) -> None:
        """Change the identity from the one that it has now."""
        ours = self._file.installation if self._renamed is None else self._renamed
        given = {"serial_number": step.serial_number, "company": step.company, "database_id": step.database_id}
        new = evolve(ours, **{name: value for name, value in given.items() if value is not None})
        self._licensing.change_installation(new, by=_BY)
        self._renamed = new

    def _change_events(self, step: StartEvent | EditEvent | EndEvent) -> None:
        """Start, edit or end a system event; the scenario names it by its label."""
        notices = self._licensing.notices
        match step:
            case StartEvent():
                event = notices.start(step.kind, step.message, step.scope, step.target, by=_BY)
                self._events[step.label] = event.id
            case EditEvent(event_id=label, message=message, description=description):
                notices.edit(self._events.get(label, label), message, description=description, by=_BY)
            case EndEvent(event_id=label):
                notices.end(self._events.get(label, label), by=_BY)

    def carry_out(self, step: Step) -> None:  # noqa: C901 - a line for each kind of step
        """Do what *step* says.

        Raises:
            RefusedError: with every reason why not.
        """
        ours = self._licensing
        match step:
            case ChangeIdentity():
                self._change_installation(step)
            case WaitUntil(at=at):
                self._now = at
            case Activate(package=package, releases=releases, plan_moves=moves):
                ours.packages.adopt_unsigned(package, by=_BY, releases=releases, plan_moves=moves)
            case SaveUser(user=user, force=force, rehire=rehire):
                ours.users.save(user, by=_BY, force=force, rehire=rehire)
            case SaveSite(site=site):
                ours.sites.save(site, by=_BY)
            case Assign(license=name, holder=holder):
                ours.seats.assign(holder, name, by=_BY)
            case Release(license=name, holder=holder, cascade=cascade):
                ours.seats.release(holder, name, by=_BY, cascade=cascade)
            case ChangePlan(license=name, holder=holder):
                ours.seats.change_plan(holder, name, by=_BY)
            case Retire(user=user_id, force=force):
                ours.seats.retire(user_id, by=_BY, force=force)
            case RemovePackage(owner=owner):
                ours.packages.remove(owner, by=_BY)
            case StartEvent() | EditEvent() | EndEvent():
                self._change_events(step)
