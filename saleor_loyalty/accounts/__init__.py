"""Accounts: what staff and apps do with them. One verb a file; points are moved by ``ledger/`` alone."""

from .deduct_points import deduct_points
from .enroll_account import enroll_account
from .give_points import give_points
from .set_balance import set_balance
from .target import AccountTarget, open_target

__all__ = ["AccountTarget", "deduct_points", "enroll_account", "give_points", "open_target", "set_balance"]
