"""Accounts: which one a staff operation is about, and joining a program. Points are moved by ``ledger/`` alone."""

from .enroll_account import enroll_account
from .target import AccountTarget, find_target, open_target

__all__ = ["AccountTarget", "enroll_account", "find_target", "open_target"]
