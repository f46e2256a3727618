"""How far a redemption is lowered when the host's own recalculation leaves less room than was reserved.

It runs inside the host's price calculation, also in queries: it writes nothing and locks nothing.
"""

from __future__ import annotations

from decimal import Decimal

from ..models import Reservation
from ..programs import load_version
from ..rules import lower_to_step, points_for_value, value_of_points


def clamp_value(reservation: Reservation, *, value_max: Decimal) -> Decimal:
    """Return the value that still may stand on the checkout: what was reserved, or less in whole steps.

    Args:
        value_max: the most that the cart holds now, in the entry kind.

    Returns:
        ``reservation.value`` where it fits; else the worth of the greatest whole number of steps within
        ``value_max``; zero where that is below the rule's minimum, or where the rule is no longer in the version.

    Cost: no statement once the version is cached.
    """
    if reservation.value <= value_max:
        return reservation.value
    rules = load_version(reservation.program_version_id).rules
    rule = rules.redemption_rule(reservation.channel_slug)
    if rule is None or value_max <= 0:
        return Decimal(0)
    rate = rule.rate(reservation.channel_slug)
    step = rule.step_in(reservation.channel_slug, currency=reservation.currency)
    most = points_for_value(value_max, rate_points=rate.points, rate_value=Decimal(rate.value))
    points = lower_to_step(min(most, reservation.points), step)
    if points < (rule.min_points or 0):
        return Decimal(0)
    return value_of_points(
        points, rate_points=rate.points, rate_value=Decimal(rate.value), currency=reservation.currency
    )
