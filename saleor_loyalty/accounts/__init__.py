"""Accounts: which one a staff operation is about, which ones a filter means, joining a program and leaving it.

Points are moved by ``ledger/`` alone.
"""

from .account_filter import AccountFilter, IntegerRange, LabelChoice, MomentRange
from .account_filter_json import account_filter_from_json, account_filter_to_json, without_search
from .anonymize_account import anonymize_account
from .by_hand import (
    SOURCES_BY_HAND,
    HandTerms,
    check_gift_by_hand,
    check_source_by_hand,
    deduct_by_hand,
    give_by_hand,
    limit_of_program,
    reverse_by_hand,
    set_by_hand,
    terms_of_program,
)
from .claim_guest_points import claim_guest_points, claim_waiting_points
from .close_account import EndedAccount, close_account, reopen_account
from .delete_card import delete_card
from .enroll_account import enroll_account
from .erase_account import erase_account
from .erase_ownerless import detach_lost_users, erase_ownerless
from .fill_card import fill_card
from .follow_customer import follow_changed_customers, follow_customer
from .freeze_account import freeze_account, unfreeze_account
from .merge_accounts import MergeResult, merge_accounts
from .merge_preview import AccountFigures, FieldInConflict, MergePreview, MovingLot
from .new_customer import NewCustomer, open_for_new_customer
from .report_event import EventReport, ReportedOnce, report_event
from .retention import anonymize_inactive, erase_old_texts
from .select_accounts import AccountSearch, search_accounts, select_account_branches, select_accounts
from .target import AccountTarget, find_program, find_target, open_for_email, open_target, programs_of_targets
from .undo_merge import MergeNotFound, UndoneMerge, UndonePreview, undo_merge

__all__ = [
    "AccountFilter",
    "AccountSearch",
    "AccountTarget",
    "AccountFigures",
    "EndedAccount",
    "HandTerms",
    "FieldInConflict",
    "MergeNotFound",
    "MergePreview",
    "MergeResult",
    "MovingLot",
    "UndoneMerge",
    "UndonePreview",
    "merge_accounts",
    "undo_merge",
    "anonymize_account",
    "anonymize_inactive",
    "erase_old_texts",
    "close_account",
    "fill_card",
    "freeze_account",
    "reopen_account",
    "unfreeze_account",
    "EventReport",
    "IntegerRange",
    "LabelChoice",
    "MomentRange",
    "ReportedOnce",
    "NewCustomer",
    "SOURCES_BY_HAND",
    "account_filter_from_json",
    "account_filter_to_json",
    "claim_guest_points",
    "claim_waiting_points",
    "delete_card",
    "detach_lost_users",
    "check_gift_by_hand",
    "check_source_by_hand",
    "deduct_by_hand",
    "enroll_account",
    "follow_changed_customers",
    "follow_customer",
    "erase_account",
    "erase_ownerless",
    "find_program",
    "find_target",
    "give_by_hand",
    "limit_of_program",
    "open_for_email",
    "open_for_new_customer",
    "open_target",
    "report_event",
    "search_accounts",
    "select_account_branches",
    "programs_of_targets",
    "reverse_by_hand",
    "select_accounts",
    "set_by_hand",
    "terms_of_program",
    "without_search",
]
