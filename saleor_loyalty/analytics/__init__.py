"""Reports on points: what was given, redeemed, expired, reversed and deducted, when, from what source and to whom.

Reads add the statistics and the transactions that are younger than they are, in one statement, so they are exact at
any moment; ``roll_up`` only makes them fast. Days are those of the program's time zone, by ``occurred_at``. It never
changes points: the statistics can be made again from the ledger, which ``rebuild`` does, and ``check_statistics``
compares them with it.
"""

from .award_sources import AwardSource, award_sources, award_sources_of, rule_names
from .checking import Difference, check_statistics
from .days import Period, Step, previous_period
from .health import StatisticsHealth, statistics_health
from .point_series import MAX_STEPS, SeriesStep, TooManySteps, point_series, point_series_of
from .point_sources import SourcePoints, point_sources, point_sources_of
from .point_status import PointStatus, point_status, point_statuses
from .rebuild import rebuild
from .roll_up import RolledUp, note_failure, roll_up
from .time_zones import time_zone_of
from .top_earners import Earner, top_earners, top_earners_of
from .views import Question, report_day, report_days

__all__ = [
    "MAX_STEPS",
    "AwardSource",
    "Difference",
    "Earner",
    "Period",
    "PointStatus",
    "Question",
    "RolledUp",
    "SeriesStep",
    "SourcePoints",
    "StatisticsHealth",
    "Step",
    "TooManySteps",
    "award_sources",
    "award_sources_of",
    "check_statistics",
    "note_failure",
    "point_series",
    "point_series_of",
    "point_sources",
    "point_sources_of",
    "point_status",
    "point_statuses",
    "previous_period",
    "rebuild",
    "report_day",
    "report_days",
    "roll_up",
    "rule_names",
    "statistics_health",
    "time_zone_of",
    "top_earners",
    "top_earners_of",
]
