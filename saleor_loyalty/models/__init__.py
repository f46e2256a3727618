"""The tables. Only ``ledger/`` writes transactions, lots, lot uses, reservations and balances; only ``cards/`` writes
what is on customer cards, and only ``analytics/`` the statistics."""

from .account import AccountStatus, LoyaltyAccount
from .card import AccountLabel, CardChange, CardChangeKind, CustomField, CustomFieldType, CustomFieldValue, Label, Note
from .event import DeliveryStatus, EventDelivery, EventEndpoint, OutboxEvent
from .lot import Lot, LotUse
from .order_record import OrderRecord, OrderRecordState
from .program import GuestEarning, LoyaltyProgram, ProgramChannel, ProgramPause, ProgramStatus, ProgramVersion
from .reconciliation import ReconciliationState
from .reported_event import ReportedEvent
from .reservation import Reservation, ReservationStatus
from .statistics import AwardDimension, AwardStatistics, DailyStatistics, MonthlyEarnings, Span, StatisticsProgress, Term
from .transaction import ActorKind, LoyaltyTransaction, Source, TransactionText, TransactionType

__all__ = [
    "AccountLabel",
    "AccountStatus",
    "ActorKind",
    "AwardDimension",
    "AwardStatistics",
    "CardChange",
    "CardChangeKind",
    "CustomField",
    "CustomFieldType",
    "CustomFieldValue",
    "DailyStatistics",
    "DeliveryStatus",
    "EventDelivery",
    "EventEndpoint",
    "GuestEarning",
    "Label",
    "Lot",
    "LotUse",
    "LoyaltyAccount",
    "LoyaltyProgram",
    "LoyaltyTransaction",
    "MonthlyEarnings",
    "Note",
    "OrderRecord",
    "OrderRecordState",
    "OutboxEvent",
    "ProgramChannel",
    "ProgramPause",
    "ProgramStatus",
    "ProgramVersion",
    "ReconciliationState",
    "ReportedEvent",
    "Reservation",
    "ReservationStatus",
    "Source",
    "Span",
    "StatisticsProgress",
    "Term",
    "TransactionText",
    "TransactionType",
]
