"""Memberships: plans and packages that are sold as ordinary variants, and what became of each that was sold.

One verb a file; the only writer of these tables. Whoever changes a membership holds its account's lock, and after it
the memberships' own. Points at the start are given and taken back through ``ledger/``, labels through ``cards/``.
"""

from .about_to_expire import about_to_expire
from .cancel_membership import cancel_membership
from .create_membership import create_membership
from .create_plan import create_plan
from .customer_words import CustomerWords, read_customer_words, with_customer_words
from .erase_reasons import erase_reasons
from .extend_membership import extend_membership
from .follow_memberships import follow_memberships
from .following import BEGUN, start_keys
from .freeze_membership import freeze_membership
from .has_active_membership import has_active_membership
from .mark_as_paid import mark_as_paid
from .move_memberships import WasBefore, move_all_memberships, move_memberships, orders_of_memberships
from .plans import PlanTerms, SoldBy
from .selling import sells_memberships
from .settle_memberships import settle_memberships
from .status import RUNNING, MembershipStatus, status_of, where_status
from .telling import membership_payload
from .unfreeze_membership import unfreeze_membership
from .update_plan import archive_plan, update_plan

__all__ = [
    "BEGUN",
    "RUNNING",
    "CustomerWords",
    "MembershipStatus",
    "PlanTerms",
    "SoldBy",
    "about_to_expire",
    "archive_plan",
    "cancel_membership",
    "create_membership",
    "create_plan",
    "erase_reasons",
    "extend_membership",
    "follow_memberships",
    "freeze_membership",
    "has_active_membership",
    "mark_as_paid",
    "membership_payload",
    "WasBefore",
    "move_all_memberships",
    "move_memberships",
    "orders_of_memberships",
    "read_customer_words",
    "sells_memberships",
    "settle_memberships",
    "start_keys",
    "status_of",
    "unfreeze_membership",
    "update_plan",
    "where_status",
    "with_customer_words",
]
