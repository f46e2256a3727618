"""The mutations of referrals as documents, and customers who invited one another."""

from __future__ import annotations

from typing import Any

from playground.models import User
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram, Referral
from saleor_loyalty.programs import active_program, update_draft
from saleor_loyalty.referrals import approve_referral, reject_referral, step_referral
from tests import club
from tests.referrals.builders import buy, claim, deliver, open_code

from .api import Api, gid

ERRORS = "errors { field code message }"
REFERRAL = """id state flags claimedAt validUntil qualifiedAt dueAt confirmedAt endedAt endReason referrerPoints
    refereePoints cap order { id } orderAmount { amount currency } program { name }
    referrer { id user { email } } referee { id user { email } }
    history { type reason user { email } app { name } createdAt }"""
OWN = """referralCode claimedReferral { state points claimedAt confirmedAt }
    referrals { claimed waiting confirmed ended points latest { state points claimedAt confirmedAt } }"""
CODE_CREATE = f"""mutation($channel: String!, $device: String) {{
    loyaltyReferralCodeCreate(channel: $channel, device: $device) {{ code account {{ {OWN} }} {ERRORS} }} }}"""
CLAIM = f"""mutation($code: String!, $channel: String!, $device: String) {{
    loyaltyReferralClaim(code: $code, channel: $channel, device: $device) {{
        referral {{ state points }} account {{ id {OWN} }} {ERRORS} }} }}"""
APPROVE = f"mutation($id: ID!) {{ loyaltyReferralApprove(id: $id) {{ referral {{ {REFERRAL} }} {ERRORS} }} }}"
REJECT = f"""mutation($id: ID!, $reason: String!) {{
    loyaltyReferralReject(id: $id, reason: $reason) {{ referral {{ {REFERRAL} }} {ERRORS} }} }}"""
LIST = f"""query($n: Int, $where: LoyaltyReferralWhereInput, $sortBy: LoyaltyReferralSortingInput) {{
    loyaltyReferrals(first: $n, where: $where, sortBy: $sortBy) {{
        totalCount edges {{ node {{ {REFERRAL} }} }} }} }}"""
MINE = f"{{ me {{ loyaltyAccount {{ {OWN} }} }} }}"


def publish_referrals(program: LoyaltyProgram, rules: dict[str, Any]) -> None:
    """Publish the rules, which have something for inviting, where nothing is to be had yet; keep them as the draft."""
    found = active_program(club.CHANNEL, at=club.now())
    if found is None or found.rules.referral is None:
        club.publish(rules, slug=program.slug)
        update_draft(program.pk, data=rules, at=club.now())


def put_before_staff(referee: User, referrer: User, variant: Any, *, street: str) -> Referral:
    """Let both order to the same place."""
    referral = claim(referee, open_code(referrer))
    buy(referrer, variant, street=street)
    deliver(buy(referee, variant, street=street))
    return step_referral(referral.pk, at=club.now())


def fill_referrals(account: LoyaltyAccount, *, staff: Api, app: Api) -> dict[str, Any]:
    """The customer was invited, and invites: one referral is paid, one in review, one open and one rejected."""
    from .authorization_scene import RULES

    publish_referrals(account.program, RULES)
    variant = club.add_variant("REFERRED", price=100)
    inviting, alike, new, rejected = (
        club.add_customer(f"{name}@example.com") for name in ("inviting", "alike", "new", "rejected")
    )
    paid = put_before_staff(account.user, inviting, variant, street="Herzl 1")
    approve_referral(paid.pk, actor=Actor("STAFF", staff.user.pk), at=club.now())
    in_review = put_before_staff(alike, account.user, variant, street="Allenby 12")
    code = open_code(account.user)
    ended = claim(rejected, code)
    reject_referral(ended.pk, reason="A colleague.", actor=Actor("APP", app.app.pk), at=club.now())
    return {
        "referral": gid("LoyaltyReferral", paid),
        "referralInReview": gid("LoyaltyReferral", in_review),
        "openReferral": gid("LoyaltyReferral", claim(new, code)),
        "referralCode": open_code(inviting).code,
    }


def referral_calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return a valid call of each mutation."""
    channel = {"channel": club.CHANNEL}
    return {
        "loyaltyReferralApprove": (APPROVE, {"id": scene.get("referralInReview")}),
        "loyaltyReferralClaim": (CLAIM, {**channel, "code": scene.get("referralCode")}),
        "loyaltyReferralCodeCreate": (CODE_CREATE, channel),
        "loyaltyReferralReject": (REJECT, {"id": scene.get("openReferral"), "reason": "No."}),
    }
