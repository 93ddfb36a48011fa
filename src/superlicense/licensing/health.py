"""Health of one instance, as it knows without asking the store."""

from __future__ import annotations

from superlicense.errors import SuperlicenseError
from superlicense.licensing.clock import from_nanoseconds
from superlicense.licensing.engine.engine import Engine
from superlicense.model.health import Health
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.world import World
from superlicense.rules.administrators import anybody_administers
from superlicense.rules.installation_notes import installation_notes

__all__ = ["health_of"]


def health_of(engine: Engine) -> Health:
    """Return the health of *engine*; see `superlicense.licensing.operations.Operations.health`."""
    worlds, state, now = engine.worlds, engine.worlds.state, engine.clock.reading()
    snapshot = worlds.known(now)
    is_always_fresh = state.heartbeat is not None
    freshness = state.freshness
    failure = freshness.failure
    is_stale = failure is not None and not freshness.is_fresh(now.clock)
    world = state.snapshot.world if snapshot is None else snapshot.world
    return Health(
        ready=snapshot is not None,
        revision=state.revision_source.revision,
        looked_at=from_nanoseconds(now.clock if is_always_fresh else freshness.looked.clock),
        stale_since=from_nanoseconds(freshness.end) if is_stale else None,
        error=None if failure is None else _code(failure.error),
        notes=_notes(engine, world),
    )


def _notes(engine: Engine, world: World) -> tuple[Reason, ...]:
    at = engine.clock.now(world)
    notes = installation_notes(world, at, differing=engine.terms.differing)
    if not world.users or anybody_administers(world, at):
        return notes
    return (*notes, because(ReasonCode.NO_ADMINISTRATOR))


def _code(error: Exception) -> str:
    return error.code if isinstance(error, SuperlicenseError) else "unexpected_error"
