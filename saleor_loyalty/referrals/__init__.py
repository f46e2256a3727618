"""Referrals: customers who invite others, and what both sides get for it (A-045).

A code is claimed by a new customer; the order of that customer, as it is, decides (``settle_referral``); a periodic
task compares, waits for the refund window and pays (``step_referral``). Nothing is ever refused for what merely looks
alike: it is put before staff (D-16). Points are moved by ``ledger/`` alone.
"""

from .claim_referral import claim_referral
from .codes import format_code, open_referral_code
from .erase_referrals import erase_referrals
from .move_referrals import MovedReferrals, move_referrals
from .review import approve_referral, reject_referral
from .settle_referral import settle_referral
from .states import PUBLIC_STATES, STATES, public_state_of, state_of, where_state
from .step_referral import step_due_referrals, step_referral
from .summary import ReferralSummary, summaries_of

__all__ = [
    "MovedReferrals",
    "PUBLIC_STATES",
    "ReferralSummary",
    "STATES",
    "approve_referral",
    "claim_referral",
    "erase_referrals",
    "format_code",
    "move_referrals",
    "open_referral_code",
    "public_state_of",
    "reject_referral",
    "settle_referral",
    "state_of",
    "step_due_referrals",
    "step_referral",
    "summaries_of",
    "where_state",
]
