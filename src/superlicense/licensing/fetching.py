"""Fetching: newer packages from the host's source, and waiting packages whose day has come.

Rule 1: SUPEROFFICE comes first, and every owner on its own, so that the broken
server of a partner lets nobody else's package expire.

Rule 2: the source is asked for one owner and answers for that owner: a package of
another one is an error.

Source: design section 8.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from superlicense.codec.file_bytes import bytes_of_file
from superlicense.errors import PackageSourceError, SuperlicenseError
from superlicense.errors.base import quoted
from superlicense.licensing.engine.engine import Engine
from superlicense.model.license import SUPEROFFICE
from superlicense.model.preview import Activation, FetchOutcome
from superlicense.model.site import Installation
from superlicense.ports import PackageSource
from superlicense.rules.packages.checks import is_early
from superlicense.rules.packages.upgrading import checks_due

__all__ = ["fetched"]

_Offer = Callable[[bytes], Activation]


def fetched(engine: Engine, source: PackageSource | None, offer: _Offer) -> tuple[FetchOutcome, ...]:
    """Fetch and offer packages; see `superlicense.licensing.packages.Packages.fetch`.

    Args:
        engine: The engine.
        source: The host's source; without one, only waiting packages are tried.
        offer: Offers a document.

    Raises:
        StoreError: the store cannot be read.
    """
    world, now = engine.worlds.world_at(None)
    due = {owner for owner, due_at in checks_due(world).items() if due_at <= now and source is not None}
    ripe = {
        owner: row.document
        for owner, row in world.waiting.items()
        if row.document is not None and not is_early(row.noun.package, now)
    }
    outcomes = []
    for owner in sorted(due | ripe.keys(), key=lambda one: (one != SUPEROFFICE, one)):
        documents: list[Callable[[], bytes | None]] = [partial(ripe.get, owner)]
        if source is not None and owner in due:
            documents.insert(0, partial(_fetch, engine, source, owner))
        outcomes.append(_outcome(owner, documents, offer))
    return tuple(outcomes)


def _outcome(owner: str, documents: list[Callable[[], bytes | None]], offer: _Offer) -> FetchOutcome:
    """Offer the first of *documents* that there is, and keep what went wrong first."""
    failed: SuperlicenseError | None = None
    for get in documents:
        try:
            document = get()
            if document is not None:
                return FetchOutcome(owner=owner, activation=offer(document), error=failed)
        except SuperlicenseError as error:
            failed = failed or error
    return FetchOutcome(owner=owner, error=failed)


def _fetch(engine: Engine, source: PackageSource, owner: str) -> bytes | None:
    """Return the package of *owner* that the host's source has, `None` if it has none.

    Raises:
        PackageSourceError: the source failed, or returned something else.
        SuperlicenseError: the document is refused.
    """
    document = _ask(source, engine.installation, owner)
    if document is not None:
        world, now = engine.worlds.world_at(None)
        package = engine.documents(world, now).offered(bytes_of_file(document)).package
        if package.owner_key != owner:
            raise PackageSourceError(owner, f"returned a package of {quoted(package.owner)}")
    return document


def _ask(source: PackageSource, installation: Installation, owner: str) -> bytes | None:
    """Ask the host's source for a package of *owner*.

    Raises:
        PackageSourceError: it failed, or returned something else.
    """
    try:
        document: object = source(installation, owner)
    except SuperlicenseError:
        raise
    except Exception as error:
        raise PackageSourceError(owner, f"raised {type(error).__name__}") from error
    if document is not None and not isinstance(document, bytes):
        raise PackageSourceError(owner, f"returned {type(document).__name__}, not bytes")
    return document
