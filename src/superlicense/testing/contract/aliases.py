"""An installation keeps what is stored when it gets another key."""

from __future__ import annotations

from functools import partial
from threading import Thread

import pytest
from attrs import evolve

from superlicense.errors import ConflictError
from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.ports import Store
from superlicense.testing.contract.blocks import Boom, Contract, history, in_threads, write
from superlicense.testing.samples import NORDVIK, SOLVANG, entry, user_row
from superlicense.testing.usage_samples import NOVEMBER, usage_month_of

__all__ = ["Aliases"]

RENUMBERED = evolve(NORDVIK, serial_number="1010000030")
"""Nordvik with the serial number that it is to have."""

WITH_DATABASE = evolve(NORDVIK, database_id="0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44")


def add_alias(store: Store, new: Installation, installation: Installation = NORDVIK) -> bool:
    """Commit that the key of *new* is one of *installation*, with an entry as the front door does."""
    with store.writing(installation) as view:
        made = view.add_alias(new.key)
        if made:
            view.journal.append(entry(view.mark.entries + 1))
    return made


def _add_alias_and_fail(store: Store, new: Installation) -> None:
    with store.writing(NORDVIK) as view:
        view.add_alias(new.key)
        raise Boom


class Aliases(Contract):
    """An alias opens what is stored under the key that it belongs to."""

    @pytest.mark.parametrize("new", [RENUMBERED, WITH_DATABASE], ids=["serial number", "database id"])
    def test_an_alias_opens_what_is_stored(self, store: Store, new: Installation) -> None:
        write(store, user_row(1))
        assert add_alias(store, new)
        for installation in (NORDVIK, new):
            with store.reading(installation) as view:
                assert view.key == NORDVIK.key
                assert list(view.facts.history(Table.USERS)) == [user_row(1)]

    def test_an_alias_is_written_and_recorded_like_the_key_itself(self, store: Store) -> None:
        write(store, user_row(1))
        add_alias(store, RENUMBERED)
        write(store, user_row(2, "bo"), installation=RENUMBERED)
        with store.recording(RENUMBERED) as usage:
            assert usage.key == NORDVIK.key
            usage.lock_head()
            usage.add_months([usage_month_of()])
        assert history(store) == history(store, installation=RENUMBERED) == [user_row(1), user_row(2, "bo")]
        with store.reading(NORDVIK) as view:
            assert [one.month for one in view.usage.months()] == [NOVEMBER]

    def test_what_was_written_under_one_key_is_known_under_the_other(self, store: Store) -> None:
        before = write(store, user_row(1))
        add_alias(store, RENUMBERED)
        write(store, user_row(2, "bo"))
        with store.reading(RENUMBERED) as view:
            assert view.rows_since(before) == (user_row(2, "bo"),)

    def test_one_who_looked_at_the_alias_before_finds_it(self, store: Store) -> None:
        write(store, user_row(1))
        with store.reading(RENUMBERED) as view:
            seen = view.revision
            assert (view.key, view.revision.number) == (RENUMBERED.key, 0)
        heartbeat = store.heartbeat(RENUMBERED)
        heard = None if heartbeat is None else heartbeat.revision
        add_alias(store, RENUMBERED)
        assert history(store, installation=RENUMBERED) == [user_row(1)]
        with store.reading(RENUMBERED) as view:
            assert view.revision != seen
        if heartbeat is not None:
            assert heartbeat.revision is not heard

    def test_a_key_with_rows_of_its_own_is_taken(self, store: Store) -> None:
        write(store, user_row(1))
        write(store, user_row(1, name="Another Anna"), installation=SOLVANG)
        assert not add_alias(store, SOLVANG)
        assert history(store, installation=SOLVANG) == [user_row(1, name="Another Anna")]
        assert history(store) == [user_row(1)]

    def test_a_key_with_usage_of_its_own_is_taken(self, store: Store) -> None:
        write(store, user_row(1))
        with store.recording(SOLVANG) as usage:
            usage.lock_head()
            usage.add_months([usage_month_of()])
        assert not add_alias(store, SOLVANG)
        with store.reading(SOLVANG) as view:
            assert (view.key, len(view.usage.months())) == (SOLVANG.key, 1)

    def test_an_alias_of_another_installation_is_taken(self, store: Store) -> None:
        write(store, user_row(1))
        write(store, user_row(1, name="Another Anna"), installation=SOLVANG)
        add_alias(store, RENUMBERED)
        assert not add_alias(store, RENUMBERED, SOLVANG)
        assert history(store, installation=RENUMBERED) == [user_row(1)]

    def test_its_own_keys_are_never_taken(self, store: Store) -> None:
        write(store, user_row(1))
        add_alias(store, RENUMBERED)
        assert add_alias(store, RENUMBERED)
        assert add_alias(store, NORDVIK)
        assert add_alias(store, NORDVIK, RENUMBERED)
        assert history(store, installation=RENUMBERED) == history(store) == [user_row(1)]

    def test_what_was_only_looked_at_is_not_taken(self, store: Store) -> None:
        write(store, user_row(1))
        with store.writing(RENUMBERED):
            pass
        assert history(store, installation=RENUMBERED) == []
        assert add_alias(store, RENUMBERED)
        assert history(store, installation=RENUMBERED) == [user_row(1)]

    def test_an_alias_commits_with_its_block(self, store: Store) -> None:
        write(store, user_row(1))
        with pytest.raises(Boom):
            _add_alias_and_fail(store, RENUMBERED)
        assert history(store, installation=RENUMBERED) == []
        assert add_alias(store, RENUMBERED, SOLVANG)

    def test_an_alias_makes_no_revision(self, store: Store) -> None:
        made = write(store, user_row(1))
        with store.writing(NORDVIK) as view:
            view.add_alias(RENUMBERED.key)
        assert view.revision == made
        assert history(store, installation=RENUMBERED) == [user_row(1)]

    def test_a_writer_who_waits_meanwhile_writes_under_the_key(self, store: Store) -> None:
        write(store, user_row(1))

        def hire() -> None:
            with store.writing(RENUMBERED) as other:
                number = other.mark.sequence + 1
                other.facts.start(user_row(number, f"user{number}"))

        waiting = Thread(target=hire)
        with store.writing(NORDVIK) as view:
            view.add_alias(RENUMBERED.key)
            waiting.start()
        waiting.join()
        assert [row.key for row in history(store)] == ["anna", "user2"]

    def test_a_recording_that_waits_meanwhile_is_refused_or_recorded_under_the_key(self, store: Store) -> None:
        write(store, user_row(1))
        refused: list[ConflictError] = []

        def record() -> None:
            try:
                with store.recording(RENUMBERED) as usage:
                    usage.lock_head()
                    usage.add_months([usage_month_of()])
            except ConflictError as error:
                refused.append(error)

        waiting = Thread(target=record)
        with store.writing(NORDVIK) as view:
            view.add_alias(RENUMBERED.key)
            waiting.start()
        waiting.join()
        with store.reading(RENUMBERED) as other:
            assert other.key == NORDVIK.key
            assert len(other.usage.months()) == (0 if refused else 1)

    def test_writers_of_both_keys_wait_for_each_other(self, store: Store) -> None:
        write(store, user_row(1))
        add_alias(store, RENUMBERED)

        def hire(installation: Installation) -> None:
            for _ in range(5):
                with store.writing(installation) as view:
                    number = view.mark.sequence + 1
                    view.facts.start(user_row(number, f"user{number}"))

        in_threads(partial(hire, NORDVIK), partial(hire, RENUMBERED))
        assert [row.sequence for row in history(store)] == list(range(1, 12))
