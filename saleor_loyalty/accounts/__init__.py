"""Accounts: which one a staff operation is about, which ones a filter means, and joining a program.

Points are moved by ``ledger/`` alone.
"""

from .account_filter import AccountFilter, IntegerRange, LabelChoice, MomentRange
from .account_filter_json import account_filter_from_json, account_filter_to_json
from .enroll_account import enroll_account
from .select_accounts import select_account_branches, select_accounts
from .target import AccountTarget, find_target, open_target

__all__ = [
    "AccountFilter",
    "AccountTarget",
    "IntegerRange",
    "LabelChoice",
    "MomentRange",
    "account_filter_from_json",
    "account_filter_to_json",
    "enroll_account",
    "find_target",
    "open_target",
    "select_account_branches",
    "select_accounts",
]
