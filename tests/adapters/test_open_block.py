"""What a block has taken is released, whatever ends it."""

from __future__ import annotations

import gc
from datetime import timedelta
from threading import RLock, Thread
from types import TracebackType

import pytest

from superlicense.adapters.open_block import End, Flag, OpenBlock, Taken, take
from superlicense.errors import ConflictError, StoreBusyError

NOTHING = timedelta(0)


class Ends:
    """What is called at the end, and with what."""

    def __init__(self) -> None:
        self.called: list[tuple[str, type[BaseException] | None]] = []

    def named(self, name: str, raising: BaseException | None = None) -> End:
        def end(kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
            assert (kind is None) is (error is None)
            assert kind is not None or trace is None
            self.called.append((name, kind))
            if raising is not None:
                raise raising

        return end


def test_the_last_comes_first() -> None:
    ends = Ends()
    with Taken() as block:
        block.at_end(ends.named("lock"))
        block.at_end(ends.named("view"))
    assert ends.called == [("view", None), ("lock", None)]


def run(*ends: End, error: BaseException | None = None) -> None:
    with Taken() as block:
        for end in ends:
            block.at_end(end)
        if error is not None:
            raise error


def test_an_error_of_the_block_is_passed_on() -> None:
    ends = Ends()
    with pytest.raises(ZeroDivisionError):
        run(ends.named("lock"), error=ZeroDivisionError())
    assert ends.called == [("lock", ZeroDivisionError)]


def test_the_rest_is_released_where_one_step_raises() -> None:
    ends, first, last = Ends(), StoreBusyError("first"), ConflictError("last")
    with pytest.raises(ConflictError) as caught:
        run(ends.named("lock"), ends.named("usage", last), ends.named("view", first))
    assert ends.called == [("view", None), ("usage", StoreBusyError), ("lock", ConflictError)]
    assert (caught.value, caught.value.__context__) == (last, first)


def test_a_block_that_cannot_begin_releases_what_it_has() -> None:
    ends = Ends()

    def begin(block: Taken) -> None:
        block.at_end(ends.named("lock"))
        raise ConflictError("this thread is already writing")

    with pytest.raises(ConflictError), OpenBlock(begin):
        pytest.fail("it has not begun")
    assert ends.called == [("lock", ConflictError)]


def test_a_block_that_is_left_open_closes_when_nobody_has_it() -> None:
    ends = Ends()
    block = OpenBlock(lambda one: one.at_end(ends.named("lock")))
    block.__enter__()
    del block
    gc.collect()
    assert ends.called == [("lock", GeneratorExit)]


def test_a_block_that_was_never_made_closes_without_a_word() -> None:
    block = OpenBlock.__new__(OpenBlock)
    block.__del__()
    assert not hasattr(block, "at_end")


def test_a_lock_is_held_until_the_end() -> None:
    lock = RLock()
    refused: list[str] = []

    def other() -> None:
        try:
            with Taken() as block:
                take(lock, block, NOTHING)
        except StoreBusyError as error:
            refused.append(error.detail)

    with Taken() as block:
        take(lock, block, NOTHING)
        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert refused == ["waited 0:00:00"]
    thread = Thread(target=other)
    thread.start()
    thread.join()
    assert len(refused) == 1


def test_a_flag_is_set_until_the_end() -> None:
    flag = Flag("this thread is already writing")
    with Taken() as block:
        flag.set_until_the_end(block)
        with Taken() as second, pytest.raises(ConflictError, match="already writing"):
            flag.set_until_the_end(second)
    with Taken() as block:
        flag.set_until_the_end(block)
