"""Accounts: which one a staff operation is about, which ones a filter means, and joining a program.

Points are moved by ``ledger/`` alone.
"""

from .account_filter import AccountFilter, IntegerRange, LabelChoice, MomentRange
from .account_filter_json import account_filter_from_json, account_filter_to_json
from .by_hand import (
    SOURCES_BY_HAND,
    check_source_by_hand,
    deduct_by_hand,
    give_by_hand,
    limit_of_program,
    reverse_by_hand,
    set_by_hand,
)
from .enroll_account import enroll_account
from .select_accounts import select_account_branches, select_accounts
from .target import AccountTarget, find_target, open_target

__all__ = [
    "AccountFilter",
    "AccountTarget",
    "IntegerRange",
    "LabelChoice",
    "MomentRange",
    "SOURCES_BY_HAND",
    "account_filter_from_json",
    "account_filter_to_json",
    "check_source_by_hand",
    "deduct_by_hand",
    "enroll_account",
    "find_target",
    "give_by_hand",
    "limit_of_program",
    "open_target",
    "select_account_branches",
    "reverse_by_hand",
    "select_accounts",
    "set_by_hand",
]
