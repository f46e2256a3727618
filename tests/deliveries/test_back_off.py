"""How long to wait: twice as long after each failure, up to an end, and never all at one moment."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.deliveries.back_off import (
    ENDPOINT_LONGEST,
    FAILURES_BEFORE_PAUSE,
    LONGEST,
    wait_of_delivery,
    wait_of_endpoint,
)

IDS = st.integers(1, 2**63 - 1)


@given(IDS, st.integers(1, 10_000))
def test_a_delivery_waits_what_its_attempts_say_and_at_most_a_quarter_more(delivery_id, attempts):
    plain = min(datetime.timedelta(seconds=30) * 2 ** min(attempts - 1, 20), LONGEST)
    assert plain <= wait_of_delivery(delivery_id, attempts=attempts) < plain * 1.25


@given(IDS, st.integers(FAILURES_BEFORE_PAUSE, 10_000))
def test_an_endpoint_is_left_alone_for_an_hour_and_a_quarter_at_most(endpoint_id, failures):
    wait = wait_of_endpoint(endpoint_id, failures=failures)
    assert wait is not None
    assert datetime.timedelta(seconds=30) <= wait < ENDPOINT_LONGEST * 1.25


@pytest.mark.parametrize("failures", range(FAILURES_BEFORE_PAUSE))
def test_before_that_it_is_not(failures):
    assert wait_of_endpoint(1, failures=failures) is None


def test_the_longest_waits_of_many_are_spread_over_the_quarter():
    extra = [(wait_of_delivery(number, attempts=15) - LONGEST) / (LONGEST / 4) for number in range(1000)]
    assert (round(min(extra), 2), round(max(extra), 2)) == (0.0, 1.0)
    assert 0.45 < sum(extra) / len(extra) < 0.55
