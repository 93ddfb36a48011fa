"""Gate forecasts: when an answer changes if no fact changes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve

from superlicense.licensing.clock import to_utc
from superlicense.licensing.engine.snapshot import find_person
from superlicense.licensing.gate_answers import GateAnswers, checked_subject, decide
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.user import User

if TYPE_CHECKING:
    from superlicense.model.forecast import FirstDenial, Turn

__all__ = ["GateForecasts"]


class GateForecasts(GateAnswers):
    """What of a gate looks ahead."""

    __slots__ = ()

    def forecast(  # noqa: PLR0913 - the question, and what is chosen about the answer
        self,
        user: str | User,
        client_or_feature: Client | str,
        until: datetime,
        *,
        access: Access = Access.VIEW,
        at: datetime | None = None,
        language: str = "en",
    ) -> tuple[Turn, ...]:
        """Return every coming change of one answer, if no fact changes.

        An answer changes when its outcome, reasons or warnings do. System events do
        not end by themselves, whatever end is expected.

        Args:
            user: Id of a user, or a user as the host knows them.
            client_or_feature: A `Client` for a login; any other string is the
                system license that names a feature.
            until: The end, exclusive.
            access: The access to the feature.
            at: The beginning, exclusive, and the facts of that instant; now if `None`.
            language: The language of the words.

        Returns:
            The changes in order; none if nothing changes before *until*.

        Raises:
            InvalidValueError: an argument is not valid.
            StoreError: the store cannot be read.

        Source: design section 11.
        """
        from superlicense.rules.answers.forecasting import forecast  # noqa: PLC0415 - asked rarely, costs an import

        subject, asked = checked_subject(client_or_feature, access)
        end = to_utc(until, "until")
        world, since = self._worlds.world_at(at)
        somebody = find_person(world, user)
        words = self._words_in(world, language)

        def answer(instant: datetime) -> Decision:
            return decide(world, somebody, subject, asked, instant)

        return tuple(evolve(turn, language=language, words_in=words) for turn in forecast(world, answer, since, end))

    def first_denial(self, until: datetime, *, at: datetime | None = None, language: str = "en") -> FirstDenial | None:
        """Return the first instant at which a login fails that succeeds now, and whose, if no fact changes.

        Every user and every client is looked at. A login that becomes read-only
        does not fail.

        Args:
            until: The end, exclusive.
            at: The beginning, exclusive, and the facts of that instant; now if `None`.
            language: The language of the words.

        Returns:
            The instant with all logins that fail from then on; `None` if none fails before *until*.

        Raises:
            InvalidValueError: an argument is not valid.
            StoreError: the store cannot be read.

        Source: design section 11.
        """
        from superlicense.rules.answers.forecasting import first_denial  # noqa: PLC0415 - as above

        end = to_utc(until, "until")
        world, since = self._worlds.world_at(at)
        words = self._words_in(world, language)
        found = first_denial(world, since, end)
        return None if found is None else evolve(found, language=language, words_in=words)
