"""Reports on points: what was given, redeemed, expired, reversed and deducted, when, from what source and to whom.

Reads add the daily statistics and the transactions that are younger than they are, in one statement, so they are exact
at any moment; ``roll_up`` only makes them fast. Days are those of the program's time zone, by ``occurred_at``. It
never changes points: the statistics can be made again from the ledger, which ``rebuild`` does.
"""

from .days import Period, Step, previous_period, time_zone_of
from .movements import report_day
from .point_series import MAX_STEPS, SeriesStep, TooManySteps, point_series
from .point_sources import SourcePoints, point_sources
from .point_status import PointStatus, point_status
from .roll_up import RolledUp, rebuild, roll_up
from .top_earners import Earner, top_earners

__all__ = [
    "MAX_STEPS",
    "Earner",
    "Period",
    "PointStatus",
    "RolledUp",
    "SeriesStep",
    "SourcePoints",
    "Step",
    "TooManySteps",
    "point_series",
    "point_sources",
    "point_status",
    "previous_period",
    "rebuild",
    "report_day",
    "roll_up",
    "time_zone_of",
    "top_earners",
]
