"""Our enums. Their values are the stored values of the models; names end in Enum, but for codes and sort fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import graphene

from ..auditing import Remedy
from ..cards.timeline import TIMELINE_TYPES
from ..memberships import MembershipStatus
from ..models import (
    AccountChangeKind,
    AccountStatus,
    AuditStatus,
    BatchKind,
    BatchRowStatus,
    BatchStatus,
    CustomFieldType,
    DeliveryStatus,
    ExportFileType,
    ExportKind,
    ExportStatus,
    GuestEarning,
    MembershipChange,
    MembershipPayment,
    PlanKind,
    PlanStacking,
    PlanStart,
    ProgramStatus,
    ReferralChange,
    ReferralEnd,
    ReferralFlag,
    ReservationStatus,
    RewardIssueStatus,
    RewardType,
    Source,
    TierChangeReason,
    TransactionType,
)
from ..referrals import PUBLIC_STATES as PUBLIC_REFERRAL_STATES
from ..referrals import STATES as REFERRAL_STATES
from ..rules.document.timing import PERIODS, WEEKDAYS
from ..rules.reward_offer import REWARD_REASONS


def _enum(name: str, values: Iterable[str]) -> Any:
    return graphene.Enum(name, [(str(value), str(value)) for value in values])


LoyaltyProgramStatusEnum = _enum("LoyaltyProgramStatusEnum", ProgramStatus)
LoyaltyGuestEarningEnum = _enum("LoyaltyGuestEarningEnum", GuestEarning)
LoyaltyAccountStatusEnum = _enum("LoyaltyAccountStatusEnum", AccountStatus)
LoyaltyAccountChangeKindEnum = _enum("LoyaltyAccountChangeKindEnum", AccountChangeKind)
LoyaltyMemberStatusEnum = _enum("LoyaltyMemberStatusEnum", ("VISITOR", "PENDING", "MEMBER"))
LoyaltyTransactionTypeEnum = _enum("LoyaltyTransactionTypeEnum", TransactionType)
LoyaltySourceEnum = _enum("LoyaltySourceEnum", Source)
SOURCE_BY_HAND = (
    "What the points are for; MANUAL if left out. What the program itself finds out (ORDER, PRODUCT, CATEGORY, "
    "ACCOUNT, SIGN_UP, IMPORT, TIER, PLAN, REWARD) is INVALID."
)
LoyaltyBatchKindEnum = _enum("LoyaltyBatchKindEnum", BatchKind)
LoyaltyBatchStatusEnum = _enum("LoyaltyBatchStatusEnum", BatchStatus)
LoyaltyBatchRowStatusEnum = _enum("LoyaltyBatchRowStatusEnum", BatchRowStatus)
LoyaltyCustomFieldTypeEnum = _enum("LoyaltyCustomFieldTypeEnum", CustomFieldType)
LoyaltyEventDeliveryStatusEnum = _enum("LoyaltyEventDeliveryStatusEnum", DeliveryStatus)
LoyaltyReservationStatusEnum = _enum("LoyaltyReservationStatusEnum", ReservationStatus)

LoyaltyTierBasisEnum = _enum("LoyaltyTierBasisEnum", ("POINTS_EARNED", "MONEY_SPENT"))
LoyaltyTierChangeReasonEnum = _enum("LoyaltyTierChangeReasonEnum", TierChangeReason)
LoyaltyTriggerEnum = _enum("LoyaltyTriggerEnum", ("ORDER_PLACED", "ORDER_PAID", "ORDER_FULFILLED"))
LoyaltyRuleScopeEnum = _enum("LoyaltyRuleScopeEnum", ("SHOP", "CATEGORY", "COLLECTION", "PRODUCT", "VARIANT"))
LoyaltyWeekdayEnum = _enum("LoyaltyWeekdayEnum", WEEKDAYS)
LoyaltyCapPeriodEnum = _enum("LoyaltyCapPeriodEnum", PERIODS)
LoyaltyTaxModeEnum = _enum("LoyaltyTaxModeEnum", ("BEFORE_TAX", "AFTER_TAX"))
LoyaltyEarningRuleTypeEnum = _enum("LoyaltyEarningRuleTypeEnum", ("FIXED_AMOUNT", "CONVERSION_RATE", "MULTIPLIER"))
LoyaltyRedemptionTypeEnum = _enum("LoyaltyRedemptionTypeEnum", ("VARIABLE_VALUE", "VARIABLE_PERCENT", "FIXED"))
LoyaltyOverLimitEnum = _enum("LoyaltyOverLimitEnum", ("BLOCK", "CLAMP"))
LoyaltyExpiryTypeEnum = _enum(
    "LoyaltyExpiryTypeEnum", ("NEVER", "ROLLING", "MONTH_END", "CALENDAR_YEAR_END", "INACTIVITY")
)
LoyaltyReversalPolicyEnum = _enum("LoyaltyReversalPolicyEnum", ("PENDING_ONLY", "WITHIN_BALANCE", "ALLOW_NEGATIVE"))
LoyaltyExpiredLotsEnum = _enum("LoyaltyExpiredLotsEnum", ("EXPIRE", "GRACE"))
LoyaltyMessageSeverityEnum = _enum("LoyaltyMessageSeverityEnum", ("INFO", "WARNING", "ERROR"))

LoyaltyReceiptCodeEnum = _enum(
    "LoyaltyReceiptCodeEnum",
    (
        "ALREADY_EXPIRED",
        "AVAILABLE_BEFORE",
        "ALREADY_EARNED",
        "BELOW_STEP",
        "CAPPED",
        "CONDITION_NOT_MET",
        "CORRECTED",
        "DEDUCTED",
        "DISCOUNT_REMOVED",
        "EXPIRED",
        "FORFEITED",
        "GIFT_CARD_EXCLUDED",
        "GIVEN",
        "GUEST_NOT_ELIGIBLE",
        "IMPORTED",
        "LIMIT_REACHED",
        "LINE_NOT_IN_SCOPE",
        "LINE_ON_BUY_X_GET_Y",
        "LINE_ON_COUPON",
        "LINE_ON_PROMOTION",
        "MEMBERSHIP",
        "MONEY_REFUNDED",
        "MOVED",
        "MULTIPLIER_APPLIED",
        "NOT_CHARGED",
        "NOT_FULFILLED",
        "ORDER_ENDED",
        "ORDER_NOT_ELIGIBLE",
        "OUTSIDE_WINDOW",
        "OWED_BEFORE",
        "PAID_WITH_POINTS",
        "PROGRAM_INACTIVE",
        "REFERRED_A_FRIEND",
        "REFUNDED",
        "REGISTERED_BEFORE",
        "RELEASED",
        "RETURNED_BEFORE",
        "REWARD_REDEEMED",
        "REWARD_RETURNED",
        "ROUNDED",
        "RULE_APPLIED",
        "SET_ASIDE",
        "SET_TO",
        "SHIPPING_EXCLUDED",
        "SHORTFALL",
        "STOOD_BEFORE",
        "STOPPED",
        "TAX_EXCLUDED",
        "UNRECOVERED",
        "WAS_REFERRED",
    ),
)

LoyaltyExportKindEnum = _enum("LoyaltyExportKindEnum", ExportKind)
LoyaltyAuditStatusEnum = _enum("LoyaltyAuditStatusEnum", AuditStatus)
LoyaltyAuditRemedyEnum = _enum("LoyaltyAuditRemedyEnum", tuple(remedy.value for remedy in Remedy))

LoyaltyExportStatusEnum = _enum("LoyaltyExportStatusEnum", ExportStatus)
LoyaltyExportFileTypeEnum = _enum("LoyaltyExportFileTypeEnum", ExportFileType)

LoyaltyTimelineTypeEnum = _enum("LoyaltyTimelineTypeEnum", TIMELINE_TYPES)

LoyaltyStatisticsStepEnum = _enum("LoyaltyStatisticsStepEnum", ("DAY", "WEEK", "MONTH"))

LoyaltyPlanKindEnum = _enum("LoyaltyPlanKindEnum", PlanKind)
LoyaltyPlanStartEnum = _enum("LoyaltyPlanStartEnum", PlanStart)
LoyaltyPlanStackingEnum = _enum("LoyaltyPlanStackingEnum", PlanStacking)
LoyaltyMembershipStatusEnum = _enum("LoyaltyMembershipStatusEnum", MembershipStatus)
LoyaltyMembershipPaymentStatusEnum = _enum("LoyaltyMembershipPaymentStatusEnum", MembershipPayment)
LoyaltyMembershipChangeTypeEnum = _enum("LoyaltyMembershipChangeTypeEnum", MembershipChange.Type)
LoyaltyMembershipSortField = _enum("LoyaltyMembershipSortField", ("CREATED_AT", "END_DATE"))

LoyaltyReferralStateEnum = _enum("LoyaltyReferralStateEnum", REFERRAL_STATES)
LoyaltyReferralPublicStateEnum = _enum("LoyaltyReferralPublicStateEnum", PUBLIC_REFERRAL_STATES)
LoyaltyReferralFlagEnum = _enum("LoyaltyReferralFlagEnum", ReferralFlag)
LoyaltyReferralEndEnum = _enum("LoyaltyReferralEndEnum", ReferralEnd)
LoyaltyReferralCapEnum = _enum("LoyaltyReferralCapEnum", ("MONTH", "ALL"))
LoyaltyReferralChangeTypeEnum = _enum("LoyaltyReferralChangeTypeEnum", ReferralChange.Type)
LoyaltyReferralSortField = _enum("LoyaltyReferralSortField", ("CLAIMED_AT",))

LoyaltyRewardTypeEnum = _enum("LoyaltyRewardTypeEnum", RewardType)
LoyaltyRewardIssueStatusEnum = _enum("LoyaltyRewardIssueStatusEnum", RewardIssueStatus)
LoyaltyRewardReasonEnum = _enum("LoyaltyRewardReasonEnum", REWARD_REASONS)
LoyaltyRewardIssueSortField = _enum("LoyaltyRewardIssueSortField", ("CREATED_AT", "EXPIRES_AT"))

LoyaltyAccountSortField = _enum(
    "LoyaltyAccountSortField", ("BALANCE", "EARNED", "LAST_ACTIVITY", "CREATED", "CUSTOMER")
)
LoyaltyTransactionSortField = _enum("LoyaltyTransactionSortField", ("SEQUENCE", "CREATED_AT"))

LoyaltyErrorCode = _enum(
    "LoyaltyErrorCode",
    (
        "ABOVE_MAXIMUM_PERCENT",
        "ABOVE_MAXIMUM_POINTS",
        "ACCOUNT_FROZEN",
        "ALREADY_EXISTS",
        "ALREADY_REVERSED",
        "BELOW_MINIMUM_POINTS",
        "CURRENCY_MISMATCH",
        "DUPLICATED_INPUT_ITEM",
        "HAS_ACTIVE_MEMBERSHIP",
        "HAS_POINTS",
        "IDEMPOTENCY_KEY_REUSED",
        "INSUFFICIENT_POINTS",
        "INVALID",
        "INVITED_BY_YOU",
        "LIMIT_REACHED",
        "NOTHING_ELIGIBLE",
        "NOT_A_MEMBER",
        "NOT_COMBINABLE",
        "NOT_ELIGIBLE",
        "NOT_FOUND",
        "NOT_MULTIPLE_OF_STEP",
        "NOT_NEW_CUSTOMER",
        "POINTS_RESERVED",
        "PROGRAM_INACTIVE",
        "REGISTRATION_REQUIRED",
        "REQUIRED",
        "RESERVATION_EXPIRED",
        "RESERVATION_NOT_FOUND",
        "REWARD_EXPIRED",
        "REWARD_INACTIVE",
        "REWARD_NOT_YOURS",
        "REWARD_OUT_OF_STOCK",
        "REWARD_UNAVAILABLE",
        "REWARD_USED",
        "RULE_INVALID",
        "STALE_REVISION",
    ),
)
