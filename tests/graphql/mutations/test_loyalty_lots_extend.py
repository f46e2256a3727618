"""``loyaltyLotsExtend``."""

from __future__ import annotations

import datetime

from saleor_loyalty.models import Lot, LotExtension, LoyaltyAccount
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.authorization_expiry import EXTEND, written

LATER = "2099-01-01T00:00:00+00:00"


def extend(api: Api, of: LoyaltyAccount, **values):
    values = {"account": gid("LoyaltyAccount", of), "expiresAt": LATER, "reason": "Sorry", **values}
    return api(EXTEND, input=values)["loyaltyLotsExtend"]


def expiring(account: LoyaltyAccount, *, days: int = 5) -> Lot:
    club.give(account.user, 20, expires_at=club.now() + datetime.timedelta(days=days))
    return Lot.objects.latest("pk")


def test_staff_lets_all_points_last_longer(staff: Api, account: LoyaltyAccount):
    # given
    lot = expiring(account)

    # when
    answer = extend(staff, account)

    # then
    assert answer == {"account": {"id": gid("LoyaltyAccount", account)}, "extended": 1, "errors": []}
    lot.refresh_from_db()
    assert lot.expires_at.isoformat() == LATER
    assert LotExtension.objects.values_list("actor_kind", "actor_id", "reason").get() == (
        "STAFF",
        staff.user.pk,
        "Sorry",
    )
    assert extend(staff, account)["extended"] == 0


def test_named_lots_and_for_ever(staff: Api, account: LoyaltyAccount):
    first, second = expiring(account), expiring(account, days=6)
    assert extend(staff, account, lots=[gid("LoyaltyPointLot", first)], expiresAt=None)["extended"] == 1
    assert Lot.objects.get(pk=first.pk).expires_at is None
    assert Lot.objects.get(pk=second.pk).expires_at == second.expires_at


def test_bad_input_is_refused_and_changes_nothing(staff: Api, account: LoyaltyAccount):
    # given
    lot = expiring(account)
    before = written()
    cases = {
        ("reason", "REQUIRED"): {"reason": " "},
        ("expiresAt", "INVALID"): {"expiresAt": "2020-01-01T00:00:00+00:00"},
        ("lots", "INVALID"): {"lots": [gid("LoyaltyAccount", lot)]},
        ("lots", "NOT_FOUND"): {"lots": [gid("LoyaltyPointLot", 0)]},
        ("account", "NOT_FOUND"): {"account": gid("LoyaltyAccount", 0)},
    }

    # then
    for (field, code), values in cases.items():
        answer = extend(staff, account, **values)
        assert answer == {"account": None, "extended": None, "errors": [{"field": field, "code": code}]}
    assert written() == before
