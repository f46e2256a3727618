"""The points ledger: the only writer of transactions, lots, lot uses, reservations and balances.

Each verb opens its own atomic block, locks the account, brings it up to date, checks, and posts; a refusal writes
nothing. Reads (``read_points``, ``open_reservation``, ``audit_accounts``) write nothing.
"""

from .audit import audit_accounts, audit_range
from .award_points import award_points
from .change_status import change_status
from .commit_reservation import commit_reservation
from .deduct_points import deduct_points
from .erase_texts import erase_texts
from .extend_expiry import extend_expiry
from .forfeit_points import forfeit_points
from .give_points import CheckedGift, check_gift, give_points
from .give_to_many import give_to_many
from .holding_accounts import holding_accounts
from .inputs import check_key
from .merge_points import MergedPoints, forward_points, merge_points, unmerge_points
from .open_account import open_account, open_accounts
from .preview_reversal import ReversalPreview, preview_reversal
from .read_points import read_points
from .rebuild_projection import rebuild_projection
from .redeem_points import redeem_points
from .refresh_account import refresh_account
from .release_guest_points import release_guest_points
from .release_reservation import release_reservation
from .renew_reservation import renew_reservation
from .reservations import lock_last_reservation, open_reservation
from .reserve_points import reserve_points
from .results import AccountPoints, Actor, CommitResult, Finding, Lasting, LedgerInconsistent, Posting, ReversalResult
from .return_points import return_points
from .return_redemption import return_redemption
from .reverse_award import reverse_award
from .reverse_many import Correction, reverse_many
from .reverse_transaction import reverse_transaction
from .set_available import set_available
from .sweeps import expire_due_lots, release_dead_reservations
from .transfer_guest_points import transfer_guest_points
from .update_reservation import update_reservation
from .upkeep import bring_up_to_date

__all__ = [
    "AccountPoints",
    "Actor",
    "CheckedGift",
    "CommitResult",
    "Correction",
    "Finding",
    "Lasting",
    "LedgerInconsistent",
    "MergedPoints",
    "Posting",
    "ReversalPreview",
    "ReversalResult",
    "audit_accounts",
    "audit_range",
    "award_points",
    "bring_up_to_date",
    "change_status",
    "check_gift",
    "check_key",
    "commit_reservation",
    "deduct_points",
    "erase_texts",
    "expire_due_lots",
    "forfeit_points",
    "forward_points",
    "merge_points",
    "unmerge_points",
    "extend_expiry",
    "give_points",
    "give_to_many",
    "holding_accounts",
    "lock_last_reservation",
    "open_account",
    "open_accounts",
    "open_reservation",
    "preview_reversal",
    "read_points",
    "rebuild_projection",
    "redeem_points",
    "refresh_account",
    "release_dead_reservations",
    "release_guest_points",
    "release_reservation",
    "renew_reservation",
    "reserve_points",
    "return_points",
    "return_redemption",
    "reverse_award",
    "reverse_many",
    "reverse_transaction",
    "set_available",
    "transfer_guest_points",
    "update_reservation",
]
