"""OpenFeature: decisions of the gate as feature flags (extra ``openfeature``).

Rule 1: a flag is a question. ``quote`` asks whether the user may view the feature, ``quote:edit``
whether they may edit it, ``login:web`` whether they may log in with the client.

Rule 2: the targeting key of the context is the id of the user.

Rule 3: where the gate cannot answer, the evaluation is an error, and the caller's default counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import (
    FlagNotFoundError,
    GeneralError,
    ProviderNotReadyError,
    TargetingKeyMissingError,
    TypeMismatchError,
)
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.provider import AbstractProvider, Metadata

from superlicense.contrib.checks import feature_question, login_question
from superlicense.errors import StoreError, SuperlicenseError
from superlicense.licensing.front import Licensing
from superlicense.model.decision import Access, Client, Decision, Question, Topic
from superlicense.model.instants import document_instant
from superlicense.model.reason import ReasonCode

if TYPE_CHECKING:
    from openfeature.flag_evaluation import FlagValueType

__all__ = ["LicensingProvider"]

_LOGIN: Final = "login"


class LicensingProvider(AbstractProvider):
    """A provider that asks the gate of one installation.

    A boolean flag is true if what is asked is granted. A string flag is the outcome:
    ``allowed``, ``read_only`` or ``denied``. An object flag is the whole decision.
    Numbers are a mismatch of types.
    """

    def __init__(self, licensing: Licensing) -> None:
        """Answer from *licensing*."""
        super().__init__()
        self._licensing = licensing

    def get_metadata(self) -> Metadata:
        """Return the name of the provider."""
        return Metadata(name="superlicense")

    def initialize(self, evaluation_context: EvaluationContext) -> None:
        """Check that questions are answered.

        Raises:
            ProviderNotReadyError: they are not, because the store cannot be used.
        """
        del evaluation_context
        health = self._licensing.health()
        if not health.ready:
            raise ProviderNotReadyError(health.error)

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """Return whether what *flag_key* asks is granted."""
        decision = self._decision(flag_key, evaluation_context)
        return _details(decision, decision.allowed)

    async def resolve_boolean_details_async(
        self,
        flag_key: str,
        default_value: bool,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """Return the same; the gate is asked in a thread."""
        return await asyncio.to_thread(self.resolve_boolean_details, flag_key, default_value, evaluation_context)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """Return the outcome."""
        decision = self._decision(flag_key, evaluation_context)
        return _details(decision, decision.outcome.value)

    async def resolve_string_details_async(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """Return the same; the gate is asked in a thread."""
        return await asyncio.to_thread(self.resolve_string_details, flag_key, default_value, evaluation_context)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """Return the decision as plain data."""
        decision = self._decision(flag_key, evaluation_context)
        return _details(decision, decision.to_dict())

    async def resolve_object_details_async(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """Return the same; the gate is asked in a thread."""
        return await asyncio.to_thread(self.resolve_object_details, flag_key, default_value, evaluation_context)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        """Raise `TypeMismatchError`: no question has a number as its answer."""
        raise TypeMismatchError(f"{flag_key}: not a number")

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        """Raise `TypeMismatchError`: no question has a number as its answer."""
        raise TypeMismatchError(f"{flag_key}: not a number")

    def _decision(self, flag_key: str, context: EvaluationContext | None) -> Decision:
        user = None if context is None else context.targeting_key
        if not user:
            raise TargetingKeyMissingError("the targeting key is the id of the user")
        gate = self._licensing.gate
        try:
            question = _question(flag_key)
            if question.topic is Topic.LOGIN:
                decision = gate.login(user, Client(question.subject))
            else:
                decision = gate.feature(user, question.subject, question.access)
        except StoreError as error:
            raise ProviderNotReadyError(error.code) from error
        except SuperlicenseError as error:
            raise GeneralError(error.code) from error
        if any(reason.code is ReasonCode.UNKNOWN_FEATURE for reason in decision.reasons):
            raise FlagNotFoundError(flag_key)
        return decision


def _question(flag_key: str) -> Question:
    first, colon, second = flag_key.partition(":")
    if not colon:
        return feature_question(first)
    if first == _LOGIN and second in set(Client):
        return login_question(second)
    if second in set(Access):
        return feature_question(first, second)
    raise FlagNotFoundError(flag_key)


def _details(decision: Decision, value: Any) -> FlagResolutionDetails[Any]:  # noqa: ANN401 - of the type of the flag
    """Return *value* with the outcome as variant, and codes as metadata; no names of people."""
    is_stale = any(warning.code is ReasonCode.FACTS_NOT_REFRESHED for warning in decision.warnings)
    metadata: dict[str, bool | int | float | str] = {
        "reasons": " ".join(reason.code for reason in decision.reasons),
        "warnings": " ".join(warning.code for warning in decision.warnings),
    }
    if decision.valid_until is not None:
        metadata["valid_until"] = document_instant(decision.valid_until)
    return FlagResolutionDetails(
        value=value,
        reason=Reason.STALE if is_stale else Reason.TARGETING_MATCH,
        variant=decision.outcome.value,
        flag_metadata=metadata,
    )
