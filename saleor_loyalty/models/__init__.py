"""The tables. Only ``ledger/`` writes transactions, lots, lot uses, reservations and balances; only ``cards/`` writes
what is on customer cards, and only ``analytics/`` the statistics."""

from .account import ENDED_ACCOUNT_STATUSES, AccountCount, AccountStatus, LoyaltyAccount
from .account_care import CHANGE_REASON_MAX, AccountChange, AccountChangeKind, AccountMerge, RetentionProgress
from .audience import AUDIENCE_NAME_MAX, Audience, AudienceSending
from .audit import AuditFinding, AuditRun, AuditStage, AuditStatus
from .batch import Batch, BatchErrorPolicy, BatchKind, BatchRow, BatchRowStatus, BatchStatus
from .card import AccountLabel, CardChange, CardChangeKind, CustomField, CustomFieldType, CustomFieldValue, Label, Note
from .event import DeliveryStatus, EventDelivery, EventEndpoint, OutboxEvent
from .expiry import ExpiryNotice, LotExtension
from .export import Export, ExportFileType, ExportKind, ExportPart, ExportStatus
from .lot import Lot, LotUse
from .membership import (
    Membership,
    MembershipChange,
    MembershipFreeze,
    MembershipNotice,
    MembershipPayment,
    MembershipPlan,
    PlanKind,
    PlanStacking,
    PlanStart,
    PlanVariant,
)
from .order_record import OrderRecord, OrderRecordState
from .program import GuestEarning, LoyaltyProgram, ProgramChannel, ProgramPause, ProgramStatus, ProgramVersion
from .reconciliation import FailedWork, ReconciliationState
from .referral import Referral, ReferralChange, ReferralCode, ReferralEnd, ReferralFlag, ReferralState
from .reported_event import EventState, ReportedEvent
from .reservation import Reservation, ReservationStatus
from .reward import NO_LONGER_COUNTED, RewardIssue, RewardIssueStatus, RewardStock, RewardType
from .rule_earning import RuleEarning
from .statistics import (
    AwardDimension,
    AwardStatistics,
    DailyStatistics,
    MonthlyEarnings,
    Span,
    StatisticsProgress,
    Term,
    WeeklyEarnings,
)
from .tier import TierChange, TierChangeReason, TierReview, TierStatus
from .transaction import ActorKind, LoyaltyTransaction, Source, TransactionText, TransactionType

__all__ = [
    "AUDIENCE_NAME_MAX",
    "ENDED_ACCOUNT_STATUSES",
    "Audience",
    "AudienceSending",
    "AuditFinding",
    "AuditRun",
    "AuditStage",
    "AuditStatus",
    "Export",
    "ExportFileType",
    "ExportKind",
    "ExportPart",
    "ExportStatus",
    "AccountChange",
    "AccountChangeKind",
    "AccountCount",
    "AccountLabel",
    "AccountMerge",
    "AccountStatus",
    "ActorKind",
    "AwardDimension",
    "AwardStatistics",
    "Batch",
    "BatchErrorPolicy",
    "BatchKind",
    "BatchRow",
    "BatchRowStatus",
    "BatchStatus",
    "CHANGE_REASON_MAX",
    "CardChange",
    "CardChangeKind",
    "CustomField",
    "CustomFieldType",
    "CustomFieldValue",
    "DailyStatistics",
    "DeliveryStatus",
    "EventDelivery",
    "EventEndpoint",
    "EventState",
    "ExpiryNotice",
    "FailedWork",
    "GuestEarning",
    "Label",
    "Lot",
    "LotExtension",
    "LotUse",
    "LoyaltyAccount",
    "LoyaltyProgram",
    "LoyaltyTransaction",
    "Membership",
    "MembershipChange",
    "MembershipFreeze",
    "MembershipNotice",
    "MembershipPayment",
    "MembershipPlan",
    "MonthlyEarnings",
    "NO_LONGER_COUNTED",
    "Note",
    "OrderRecord",
    "OrderRecordState",
    "OutboxEvent",
    "PlanKind",
    "PlanStacking",
    "PlanStart",
    "PlanVariant",
    "ProgramChannel",
    "ProgramPause",
    "ProgramStatus",
    "ProgramVersion",
    "ReconciliationState",
    "Referral",
    "ReferralChange",
    "ReferralCode",
    "ReferralEnd",
    "ReferralFlag",
    "ReferralState",
    "ReportedEvent",
    "RetentionProgress",
    "Reservation",
    "ReservationStatus",
    "RewardIssue",
    "RewardIssueStatus",
    "RewardStock",
    "RewardType",
    "RuleEarning",
    "Source",
    "Span",
    "StatisticsProgress",
    "Term",
    "TierChange",
    "TierChangeReason",
    "TierReview",
    "TierStatus",
    "TransactionText",
    "TransactionType",
    "WeeklyEarnings",
]
