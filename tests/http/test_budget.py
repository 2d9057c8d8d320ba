from datetime import timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipsync.http.budget import Bucket
from tests.clocks import FakeClock

costs = st.floats(0, 1000)
MAXIMUM = 1000.0


def bucket(clock: FakeClock, available: float, rate: float = 50.0) -> Bucket:
    made = Bucket(clock)
    made.report(available=available, maximum=MAXIMUM, rate=rate, charged=None)
    return made


def test_nothing_is_waited_for_before_the_first_report(clock: FakeClock) -> None:
    fresh = Bucket(clock)
    assert fresh.seconds_until(10**9) == 0
    fresh.wait(10**9)
    assert clock.slept == []


def test_what_is_there_is_not_waited_for(clock: FakeClock) -> None:
    assert bucket(clock, 100).seconds_until(100) == 0


def test_what_is_missing_comes_with_the_rate(clock: FakeClock) -> None:
    made = bucket(clock, 100)
    assert made.seconds_until(200) == pytest.approx(2)
    clock.advance(timedelta(seconds=1))
    assert made.seconds_until(200) == pytest.approx(1)


def test_it_fills_to_its_maximum_and_no_further(clock: FakeClock) -> None:
    made = bucket(clock, 0)
    clock.advance(timedelta(hours=1))
    made.wait(MAXIMUM)
    assert clock.slept == []
    assert made.seconds_until(50) == pytest.approx(1)


def test_more_than_the_maximum_is_left_for_the_server_to_refuse(clock: FakeClock) -> None:
    assert bucket(clock, MAXIMUM).seconds_until(10 * MAXIMUM) == 0


def test_a_server_may_report_more_than_its_maximum(clock: FakeClock) -> None:
    made = bucket(clock, 1500)
    made.wait(MAXIMUM)
    assert clock.slept == []
    assert made.seconds_until(500) == 0


def test_only_what_was_charged_counts_as_spent(clock: FakeClock) -> None:
    made = Bucket(clock)
    made.report(available=90, maximum=MAXIMUM, rate=50, charged=10)
    made.report(available=90, maximum=MAXIMUM, rate=50, charged=None)
    assert made.spent == 10


def test_a_rate_of_nothing_does_not_divide(clock: FakeClock) -> None:
    assert bucket(clock, 0, rate=0).seconds_until(1) == pytest.approx(1000)


@given(st.floats(0, MAXIMUM), st.floats(1, 500), st.lists(st.tuples(costs, st.floats(0, 20)), min_size=1, max_size=20))
def test_no_more_is_spent_than_was_there_and_came_in(
    available: float, rate: float, calls: list[tuple[float, float]]
) -> None:
    clock = FakeClock()
    made = bucket(clock, available, rate)
    spent = 0.0
    for cost, pause in calls:
        made.wait(cost)
        spent += cost
        assert spent <= available + clock.monotonic() * rate + 0.01
        clock.advance(timedelta(seconds=pause))


@given(st.floats(0, MAXIMUM), st.floats(1, 500), costs)
def test_after_the_wait_the_cost_is_there(available: float, rate: float, cost: float) -> None:
    clock = FakeClock()
    made = bucket(clock, available, rate)
    wait = made.seconds_until(cost)
    clock.advance(timedelta(seconds=wait))
    assert made.seconds_until(cost) == pytest.approx(0, abs=0.001)


def test_two_callers_never_count_on_the_same_points(clock: FakeClock) -> None:
    made = bucket(clock, 100)
    threads = [Thread(target=made.wait, args=(100,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.monotonic() >= 4 - 0.01
