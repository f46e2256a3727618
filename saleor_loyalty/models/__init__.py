"""The tables. Only ``ledger/`` writes transactions, lots, lot uses, reservations and balances."""

from .account import AccountStatus, LoyaltyAccount
from .lot import Lot, LotUse
from .order_record import OrderRecord, OrderRecordState
from .program import GuestEarning, LoyaltyProgram, ProgramChannel, ProgramStatus, ProgramVersion
from .reservation import Reservation, ReservationStatus
from .transaction import ActorKind, LoyaltyTransaction, Source, TransactionText, TransactionType

__all__ = [
    "AccountStatus",
    "ActorKind",
    "GuestEarning",
    "Lot",
    "LotUse",
    "LoyaltyAccount",
    "LoyaltyProgram",
    "LoyaltyTransaction",
    "OrderRecord",
    "OrderRecordState",
    "ProgramChannel",
    "ProgramStatus",
    "ProgramVersion",
    "Reservation",
    "ReservationStatus",
    "Source",
    "TransactionText",
    "TransactionType",
]
