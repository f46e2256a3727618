"""Who may let points last longer: a call for the authorization test. It adds no field."""

from __future__ import annotations

from typing import Any

from saleor_loyalty.models import Lot, LotExtension

from .api import gid

ROWS: dict[str, dict[str, str]] = {}
PLACES: dict[str, tuple[str, ...]] = {}
ARGUMENTS: dict[str, str] = {}
EXTEND = """mutation($input: LoyaltyLotsExtendInput!) { loyaltyLotsExtend(input: $input) {
    account { id } extended errors { field code } } }"""


def fill(account: Any, *, staff: Any, app: Any) -> dict[str, Any]:
    return {}


def calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    values = {"account": gid("LoyaltyAccount", account), "expiresAt": "2099-01-01T00:00:00+00:00", "reason": "Sorry"}
    return {"loyaltyLotsExtend": (EXTEND, {"input": values})}


def written() -> list[Any]:
    return [list(LotExtension.objects.order_by("pk").values()), list(Lot.objects.order_by("pk").values())]
