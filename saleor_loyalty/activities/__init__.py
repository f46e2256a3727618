"""Activities: what customers earn by something other than an order.

Events come from outside (``accounts.report_event``) or are found here: joining, birthdays. Each is kept as a
``ReportedEvent`` with the receipt of what it earned, or why it did not; the points are moved by ``ledger/`` alone. A
rule gives for an event once, and never more than its caps allow: ``RuleEarning``, written under the account's lock.
"""

from .award_event import award_event
from .birthdays import award_birthdays
from .completed_profile import note_completed_profile
from .earlier_customers import award_earlier_customers
from .earned_before import read_earned, read_earned_of_many
from .joining import CUSTOMERS, award_enrolment, award_joining
from .order_caps import capped_rules, channel_time_zone, note_order_earnings, with_earned_before
from .persons import lock_person
from .waiting_events import judge_waiting_events
from .ways_to_earn import WayToEarn, ways_to_earn, ways_to_earn_of_accounts

__all__ = [
    "CUSTOMERS",
    "WayToEarn",
    "award_birthdays",
    "award_earlier_customers",
    "award_enrolment",
    "award_event",
    "award_joining",
    "capped_rules",
    "channel_time_zone",
    "judge_waiting_events",
    "note_completed_profile",
    "lock_person",
    "note_order_earnings",
    "read_earned",
    "read_earned_of_many",
    "ways_to_earn",
    "with_earned_before",
    "ways_to_earn_of_accounts",
]
