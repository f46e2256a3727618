"""The mutations of memberships as documents, and a customer who has some."""

from __future__ import annotations

import datetime
from typing import Any

from saleor_loyalty import memberships
from saleor_loyalty.ledger import Actor
from saleor_loyalty.memberships import PlanTerms, SoldBy
from saleor_loyalty.models import LoyaltyAccount, Membership
from tests import club

from .api import Api, gid

ERRORS = "errors { field code }"
PLAN = """plan { id key name kind durationMonths durationDays startsWhen stacking startPoints label { name }
    variants { variantId sku } isActive isArchived }"""
MEMBERSHIP = """membership { id name status paymentStatus startDate endDate frozenUntil
    freezes { fromDate untilDate } price { amount currency } history { type date reason } }"""


def _about(name: str, arguments: str = "", values: str = "") -> str:
    return f"""mutation($id: ID!{arguments}, $reason: String) {{
        loyaltyMembership{name}(id: $id{values}, reason: $reason) {{ {MEMBERSHIP} {ERRORS} }} }}"""


MARK_AS_PAID = _about("MarkAsPaid")
EXTEND = _about("Extend", ", $endDate: Date!", ", endDate: $endDate")
FREEZE = _about("Freeze", ", $until: Date", ", until: $until")
UNFREEZE = _about("Unfreeze")
CANCEL = _about("Cancel")
CREATE = f"""mutation($input: LoyaltyMembershipCreateInput!) {{
    loyaltyMembershipCreate(input: $input) {{ {MEMBERSHIP} {ERRORS} }} }}"""
PLAN_CREATE = f"""mutation($input: LoyaltyMembershipPlanCreateInput!) {{
    loyaltyMembershipPlanCreate(input: $input) {{ {PLAN} {ERRORS} }} }}"""
PLAN_UPDATE = f"""mutation($id: ID!, $input: LoyaltyMembershipPlanUpdateInput!) {{
    loyaltyMembershipPlanUpdate(id: $id, input: $input) {{ {PLAN} {ERRORS} }} }}"""
PLAN_ARCHIVE = f"mutation($id: ID!) {{ loyaltyMembershipPlanArchive(id: $id) {{ {PLAN} {ERRORS} }} }}"


def fill_memberships(account: LoyaltyAccount, *, staff: Api, app: Api) -> dict[str, Any]:
    """Sell the account a membership by an order, and give it a frozen and a cancelled one; returns ids by name."""
    at, today = club.now(), club.now().date()
    by_staff, by_app = Actor("STAFF", staff.user.pk), Actor("APP", app.app.pk)
    sold_by = club.add_variant("PLAN", price=50)
    plan = memberships.create_plan(
        account.program_id,
        terms=PlanTerms(name="Gold", duration_months=1, stacking="OVERLAP"),
        variants=[SoldBy(variant_id=str(sold_by.pk), sku=sold_by.sku)],
        at=at,
    )
    package = memberships.create_plan(
        account.program_id, terms=PlanTerms(name="Ten visits", kind="PACKAGE", duration_days=30), at=at
    )
    order = club.order_of(account.user, sold_by, is_paid=True)
    club.settle(order)
    sold = Membership.objects.get(order_id=str(order.pk))
    later = today + datetime.timedelta(days=400)
    memberships.extend_membership(sold.pk, ends_on=later, actor=by_app, at=at, reason="A gift.")
    frozen, canceled = (
        memberships.create_membership(account.pk, plan_id=row.pk, is_paid=False, actor=by_staff, at=at)
        for row in (plan, package)
    )
    until = today + datetime.timedelta(days=7)
    memberships.freeze_membership(frozen.pk, until=until, actor=by_staff, at=at)
    memberships.cancel_membership(canceled.pk, actor=by_staff, at=at)
    return {
        "plan": gid("LoyaltyMembershipPlan", plan),
        "membership": gid("LoyaltyMembership", sold),
        "frozenMembership": gid("LoyaltyMembership", frozen),
    }


def membership_calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return a valid call of each mutation."""
    sold, frozen = {"id": scene.get("membership")}, {"id": scene.get("frozenMembership")}
    new = {"account": gid("LoyaltyAccount", account), "plan": scene.get("plan")}
    plan = {"name": "Silver", "durationDays": 30, "program": scene.get("program")}
    return {
        "loyaltyMembershipCancel": (CANCEL, sold),
        "loyaltyMembershipCreate": (CREATE, {"input": new}),
        "loyaltyMembershipExtend": (EXTEND, {**sold, "endDate": "2030-01-01"}),
        "loyaltyMembershipFreeze": (FREEZE, sold),
        "loyaltyMembershipMarkAsPaid": (MARK_AS_PAID, frozen),
        "loyaltyMembershipPlanArchive": (PLAN_ARCHIVE, {"id": scene.get("plan")}),
        "loyaltyMembershipPlanCreate": (PLAN_CREATE, {"input": plan}),
        "loyaltyMembershipPlanUpdate": (PLAN_UPDATE, {"id": scene.get("plan"), "input": {"name": "Silver"}}),
        "loyaltyMembershipUnfreeze": (UNFREEZE, frozen),
    }
