"""The contract of `superlicense.ports`, as tests that every store must pass.

The tests of a store are a subclass of `StoreContract` with a fixture
``make_store``, which returns a function that creates a new, empty store, and for
a persistent store a fixture ``reopen``, which opens its storage again. Needs pytest.
"""

from superlicense.testing.contract.aliases import Aliases
from superlicense.testing.contract.atomicity import Atomicity
from superlicense.testing.contract.blocks import MakeStore, Reopen
from superlicense.testing.contract.conflicts import Conflicts
from superlicense.testing.contract.durability import Durability
from superlicense.testing.contract.heads import Heads
from superlicense.testing.contract.journal import Journaling
from superlicense.testing.contract.keeping import Keeping
from superlicense.testing.contract.many import Many
from superlicense.testing.contract.personal import PersonalTexts
from superlicense.testing.contract.processes import Processes
from superlicense.testing.contract.readers import Readers
from superlicense.testing.contract.revisions import Revisions
from superlicense.testing.contract.tenants import Tenants
from superlicense.testing.contract.usage import UsageLog
from superlicense.testing.contract.usage_keeping import UsageKeeping
from superlicense.testing.contract.writers import Serialization

__all__ = ["MakeStore", "Reopen", "StoreContract"]


class StoreContract(
    Atomicity,
    Serialization,
    Keeping,
    PersonalTexts,
    Tenants,
    Many,
    Aliases,
    Revisions,
    Heads,
    Conflicts,
    Journaling,
    Readers,
    Durability,
    Processes,
    UsageLog,
    UsageKeeping,
):
    """The contract of every store.

    Each base class tests one promise and may be subclassed separately.
    """
