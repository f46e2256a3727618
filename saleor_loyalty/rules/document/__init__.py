"""The rules document: its types, what makes it valid, its YAML form and its warnings. It evaluates nothing."""

from .activity_rule import ActivityRule
from .channel_listing import ChannelListing
from .conditions import LABELS, PLANS, TIERS, Conditions
from .earning_rule import EarningRate, EarningRule
from .expiry_policy import ExpiryPolicy
from .membership_policy import MembershipPolicy
from .parsing import parse_rules, rules_to_data
from .profile_policy import ProfilePolicy
from .program_rules import ManualPolicy, PointName, ProgramRules, RefundPolicy
from .redemption_rule import RedemptionRate, RedemptionRule
from .referral_policy import ReferralPolicy
from .reward import ON_CHECKOUT, GiftCardTerms, Reward, RewardText, VoucherTerms
from .rule_warning import RuleWarning
from .scope import Combination, Scope
from .tier import Tier, TierPolicy, TierText
from .timing import CustomerCap
from .warnings import find_unknown_fields, find_unknown_words, find_warnings
from .yaml_text import rules_from_yaml, rules_to_yaml

__all__ = [
    "LABELS",
    "ON_CHECKOUT",
    "PLANS",
    "TIERS",
    "ActivityRule",
    "ChannelListing",
    "Combination",
    "Conditions",
    "CustomerCap",
    "EarningRate",
    "EarningRule",
    "ExpiryPolicy",
    "GiftCardTerms",
    "ManualPolicy",
    "MembershipPolicy",
    "PointName",
    "ProfilePolicy",
    "ProgramRules",
    "RedemptionRate",
    "RedemptionRule",
    "ReferralPolicy",
    "RefundPolicy",
    "Reward",
    "RewardText",
    "RuleWarning",
    "Scope",
    "Tier",
    "TierPolicy",
    "TierText",
    "VoucherTerms",
    "find_unknown_fields",
    "find_unknown_words",
    "find_warnings",
    "parse_rules",
    "rules_from_yaml",
    "rules_to_data",
    "rules_to_yaml",
]
