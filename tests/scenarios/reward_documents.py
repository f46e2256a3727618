"""Rewards in the words of the API, for stories on every host."""

from __future__ import annotations

from typing import Any

from .drivers.protocol import STAFF

CATALOGUE = """query($channel: String!, $language: LanguageCodeEnum) { loyaltyRewards(channel: $channel) {
    reward { key name(languageCode: $language) requiredPoints } isAvailable reason missingPoints left
    message(languageCode: $language) } }"""
REDEEM = """mutation($input: LoyaltyRewardRedeemInput!) { loyaltyRewardRedeem(input: $input) {
    rewardIssue { id code status points } errors { field code message } } }"""
GIVE_BACK = """mutation($id: ID!) { loyaltyRewardGiveBack(id: $id) {
    rewardIssue { status } errors { field code } } }"""
REVERSE = """mutation($id: ID!, $reason: String) { loyaltyRewardIssueReverse(id: $id, reason: $reason) {
    rewardIssue { status returnTransaction { pointsChange } } errors { field code } } }"""
CREATE = """mutation($input: LoyaltyRewardIssueCreateInput!) { loyaltyRewardIssueCreate(input: $input) {
    rewardIssue { id code status account { id } } errors { field code message } } }"""
MARK = """mutation($id: ID!) { loyaltyRewardIssueMarkAsUsed(id: $id) {
    rewardIssue { status } errors { field code } } }"""
MINE = """{ me { loyaltyAccount { rewards { id code status points accessText expiresAt isReversible
    reward { key } order { id } transaction { pointsChange source } } } } }"""
ISSUES = """query($where: LoyaltyRewardIssueWhereInput, $sortBy: LoyaltyRewardIssueSortingInput) {
    loyaltyRewardIssues(first: 20, where: $where, sortBy: $sortBy) {
    totalCount edges { node { id status code reward { key } } } } }"""


def send(shop: Any, document: str, *, by: str | None, **variables: Any) -> Any:
    """Return what the mutation answers, without its name."""
    answer = shop.query(document, variables, by=by)
    assert not answer.errors, answer.errors
    return next(iter(answer.data.values()))


def redeem(shop: Any, reward: str, *, by: str, channel: str, key: str = "") -> Any:
    return send(shop, REDEEM, by=by, input={"reward": reward, "channel": channel, "idempotencyKey": key or reward})


def mine(shop: Any, *, by: str) -> list[dict[str, Any]]:
    answer = shop.query(MINE, {}, by=by)
    assert not answer.errors, answer.errors
    return answer.data["me"]["loyaltyAccount"]["rewards"]


def reverse(shop: Any, issue_id: str, *, by: str = STAFF) -> Any:
    return send(shop, REVERSE, by=by, id=issue_id, reason="Sorry")
