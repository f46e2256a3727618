"""The rules: pure functions from a basket and one published document to a receipt or a quote.

Nothing here reads a clock, a database or a setting; the same arguments give the same answer in a checkout, an award,
a preview and a back-test. ``tests/test_architecture.py`` holds what may be imported.
"""

from .activities import (
    Activity,
    activity_rules,
    judge_activity,
    program_time_zone,
    receipt_of_rule,
)
from .award_share import award_share
from .caps import room_left
from .document import (
    LABELS,
    PLANS,
    TIERS,
    ActivityRule,
    ChannelListing,
    Combination,
    Conditions,
    CustomerCap,
    EarningRate,
    EarningRule,
    ExpiryPolicy,
    ManualPolicy,
    PointName,
    ProgramRules,
    RedemptionRate,
    RedemptionRule,
    RefundPolicy,
    RuleWarning,
    Scope,
    Tier,
    TierPolicy,
    TierText,
    find_unknown_words,
    find_warnings,
    parse_rules,
    rules_from_yaml,
    rules_to_data,
    rules_to_yaml,
)
from .earning import evaluate_earning, receipt_holds
from .eligible_base import Basis, EligibleBase, basis_of, find_eligible_base
from .expiry import expiry_of
from .largest_remainder import split_by_largest_remainder
from .money import (
    POINTS_MAX,
    lower_to_step,
    minor_unit,
    points_for_value,
    raise_to_step,
    round_down,
    smallest_step,
    to_minor_units,
    value_of_points,
)
from .months import moment_months_after
from .movement_receipt import explain_award, explain_return, explain_reversal, recount_movement
from .periods import period_bounds
from .receipt import Receipt, ReceiptLine, receipt_from_json, receipt_to_json, recount_points
from .redemption import quote_redemption
from .redemption_quote import RedemptionQuote, ValueCeiling
from .redemption_receipt import SetAside, explain_redemption, points_taken
from .refund_share import Standing, find_standing, returned_share, used_value
from .rule_index import words_needed
from .split import SplitLine, split_discount
from .tier_multiplier import TIER_KEY_PREFIX, tier_multipliers
from .tier_standing import (
    NO_TIER,
    Qualifying,
    TierAssessment,
    TierStanding,
    TierStep,
    assess_tier,
    steps_until,
)

__all__ = [
    "LABELS",
    "NO_TIER",
    "PLANS",
    "POINTS_MAX",
    "TIERS",
    "TIER_KEY_PREFIX",
    "Activity",
    "ActivityRule",
    "Basis",
    "ChannelListing",
    "Combination",
    "Conditions",
    "CustomerCap",
    "EarningRate",
    "EarningRule",
    "EligibleBase",
    "ExpiryPolicy",
    "ManualPolicy",
    "PointName",
    "ProgramRules",
    "Qualifying",
    "Receipt",
    "ReceiptLine",
    "RedemptionQuote",
    "RedemptionRate",
    "RedemptionRule",
    "RefundPolicy",
    "RuleWarning",
    "Scope",
    "SetAside",
    "SplitLine",
    "Standing",
    "ValueCeiling",
    "activity_rules",
    "Tier",
    "TierAssessment",
    "TierPolicy",
    "TierStanding",
    "TierStep",
    "TierText",
    "assess_tier",
    "award_share",
    "basis_of",
    "evaluate_earning",
    "expiry_of",
    "explain_award",
    "explain_redemption",
    "explain_return",
    "explain_reversal",
    "find_eligible_base",
    "find_standing",
    "find_unknown_words",
    "find_warnings",
    "judge_activity",
    "lower_to_step",
    "minor_unit",
    "moment_months_after",
    "parse_rules",
    "points_for_value",
    "points_taken",
    "period_bounds",
    "program_time_zone",
    "quote_redemption",
    "raise_to_step",
    "receipt_from_json",
    "receipt_holds",
    "receipt_of_rule",
    "receipt_to_json",
    "recount_movement",
    "recount_points",
    "returned_share",
    "room_left",
    "round_down",
    "rules_from_yaml",
    "rules_to_data",
    "rules_to_yaml",
    "smallest_step",
    "split_by_largest_remainder",
    "split_discount",
    "steps_until",
    "tier_multipliers",
    "to_minor_units",
    "used_value",
    "value_of_points",
    "words_needed",
]
