from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipsync.errors import TryLaterError
from shipsync.http.retry import Again, Retry
from tests.clocks import FakeClock


def answers(*given: Again | str) -> Callable[[], Again | str]:
    return iter(given).__next__


def test_the_first_real_answer_is_taken_without_a_pause(clock: FakeClock) -> None:
    assert Retry(clock, Random(0)).call(answers("yes")) == "yes"
    assert clock.slept == []


def test_pauses_grow_and_each_is_a_little_longer_by_chance(clock: FakeClock) -> None:
    assert Retry(clock, Random(0)).call(answers(*[Again("down")] * 5, "yes")) == "yes"
    assert all(plain <= pause <= plain * 1.25 for plain, pause in zip((1, 2, 4, 8, 16), clock.slept, strict=True))


def test_the_server_s_own_wish_is_waited_for(clock: FakeClock) -> None:
    assert Retry(clock, Random(0)).call(answers(Again("HTTP 429", after=4.0), "yes")) == "yes"
    (pause,) = clock.slept
    assert 4.0 <= pause <= 5.0


def test_patience_ends_with_the_attempts(clock: FakeClock) -> None:
    with pytest.raises(TryLaterError, match=r"down\n.*Asked 3 times"):
        Retry(clock, Random(0), attempts=3).call(answers(*[Again("down")] * 3))
    assert len(clock.slept) == 2


def test_a_wish_beyond_our_patience_is_not_waited_for(clock: FakeClock) -> None:
    with pytest.raises(TryLaterError, match=r"HTTP 429\n.*Asked 1 times"):
        Retry(clock, Random(0)).call(answers(Again("HTTP 429", after=3600)))
    assert clock.slept == []


@given(st.lists(st.none() | st.floats(0, 300), min_size=12), st.integers(0, 2**32), st.floats(0.5, 60))
def test_it_never_waits_longer_than_it_was_allowed(wishes: list[float | None], seed: int, allowed: float) -> None:
    clock = FakeClock()
    retry = Retry(clock, Random(seed), attempts=12, seconds=allowed)
    with pytest.raises(TryLaterError):
        retry.call(answers(*(Again("down", after=wish) for wish in wishes)))
    assert sum(clock.slept) <= allowed
