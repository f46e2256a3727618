"""Splitting a whole number by weights, with an exact sum.

Deterministic: equal remainders are settled by position. Held by ``tests/rules/test_largest_remainder.py``.
"""

from __future__ import annotations

from collections.abc import Sequence


def split_by_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Return shares of ``total`` in proportion to ``weights``; they add up to ``total``.

    Each share is its exact proportion rounded down or up. Weights are not negative; where all are zero, the first
    share takes everything. Raises ValueError without any weight and a total that is not zero.
    """
    weight_sum = sum(weights)
    if weight_sum == 0:
        if not weights and total:
            raise ValueError("there is nothing to split over")
        return [total if position == 0 else 0 for position in range(len(weights))]
    shares = [total * weight // weight_sum for weight in weights]
    missing = total - sum(shares)
    if missing:
        remainders = [total * weight % weight_sum for weight in weights]
        if missing == 1:
            shares[remainders.index(max(remainders))] += 1
            return shares
        by_remainder = sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)
        for position in by_remainder[:missing]:
            shares[position] += 1
    return shares
