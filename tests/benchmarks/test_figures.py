"""What the benchmarks compute from their samples, and what they refuse."""

from __future__ import annotations

import pytest

from benchmarks.figures import RoundsDisagree, Samples, Target, agreed_statements, compare, time_ratio


def samples(*seconds, statements=(5, 5, 5)):
    return Samples(seconds=list(seconds), cpu_seconds=list(seconds), statements=list(statements))


def test_rounds_that_took_another_number_of_statements_are_refused():
    with pytest.raises(RoundsDisagree, match=r"checkoutCreate: the rounds took \[95, 96\] statements"):
        agreed_statements("checkoutCreate", [95, 95, 96])


def test_no_rounds_are_refused():
    with pytest.raises(RoundsDisagree, match="no round was measured"):
        agreed_statements("checkoutCreate", [])


def test_rounds_that_agree_give_their_number():
    assert agreed_statements("checkoutCreate", [95, 95, 95]) == 95


def test_a_comparison_of_rounds_that_disagree_is_refused():
    with pytest.raises(RoundsDisagree, match=r"orderFulfill, package: the rounds took \[5, 6\] statements"):
        compare(
            "orderFulfill",
            case="package",
            baseline="plain",
            samples=samples(1, 1, 1, statements=(5, 6, 5)),
            base=samples(1, 1, 1),
            target=Target(statements_more=1, time_ratio=1.02),
        )


def test_times_are_compared_within_their_round():
    # the machine was ten times slower in the second round
    assert time_ratio([1.1, 11.0, 1.2], [1.0, 10.0, 1.0]) == pytest.approx(1.1)


@pytest.mark.parametrize(("more", "is_met"), [(0, True), (1, True), (2, False)])
def test_a_target_allows_so_many_more_statements(more, is_met):
    comparison = compare(
        "checkoutCreate",
        case="package",
        baseline="plain",
        samples=samples(1, 1, 1, statements=(5 + more,) * 3),
        base=samples(1, 1, 1),
        target=Target(statements_more=1, time_ratio=1.02),
    )
    assert comparison.are_statements_met is is_met


@pytest.mark.parametrize(("seconds", "is_met"), [(1.0, True), (1.02, True), (1.03, False)])
def test_a_target_allows_so_much_more_time(seconds, is_met):
    comparison = compare(
        "checkoutCreate",
        case="package",
        baseline="plain",
        samples=samples(seconds, seconds, seconds),
        base=samples(1, 1, 1),
        target=Target(statements_more=1, time_ratio=1.02),
    )
    assert comparison.is_time_met is is_met
