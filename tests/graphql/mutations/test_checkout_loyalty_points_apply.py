"""``checkoutLoyaltyPointsApply``."""

from __future__ import annotations

import pytest

from playground.models import Checkout, User
from saleor_loyalty.models import LoyaltyAccount, Reservation
from saleor_loyalty.programs import pause_program
from tests import club
from tests.graphql.api import Api, gid

APPLY = """mutation($id: ID!, $points: Int!, $key: String) {
    checkoutLoyaltyPointsApply(id: $id, points: $points, idempotencyKey: $key) {
        checkout { id totalPrice { gross { amount } }
            loyalty { applied { points value { amount } } redemption { available maxPoints } } }
        errors { field code message maxPoints minPoints path }
    } }"""


def apply(api: Api, checkout: Checkout, points: int, key: str | None = None):
    return api(APPLY, id=gid("Checkout", checkout), points=points, key=key)["checkoutLoyaltyPointsApply"]


def refused(api: Api, checkout_id: str, points: int, **variables):
    """Return the only error of a refusal; nothing may have been written."""
    before = club.everything_written()
    answer = api(APPLY, id=checkout_id, points=points, **variables)["checkoutLoyaltyPointsApply"]
    assert answer["checkout"] is None
    assert len(answer["errors"]) == 1
    assert club.everything_written() == before
    return answer["errors"][0]


def test_points_are_set_aside_and_the_total_falls_by_their_value(owner: Api, checkout: Checkout):
    # when
    answer = apply(owner, checkout, 800)

    # then
    assert answer == {
        "checkout": {
            "id": gid("Checkout", checkout),
            "totalPrice": {"gross": {"amount": 350}},
            "loyalty": {
                "applied": {"points": 800, "value": {"amount": 80}},
                "redemption": {"available": 1000, "maxPoints": 800},
            },
        },
        "errors": [],
    }
    reservation = Reservation.objects.get()
    assert (reservation.points, reservation.status, reservation.checkout_id) == (800, "RESERVED", str(checkout.pk))


def test_applying_again_replaces_what_was_applied(owner: Api, checkout: Checkout):
    apply(owner, checkout, 800)
    answer = apply(owner, checkout, 100)
    assert answer["checkout"]["loyalty"]["applied"] == {"points": 100, "value": {"amount": 10}}
    assert list(Reservation.objects.filter(status="RESERVED").values_list("points", flat=True)) == [100]


@pytest.mark.parametrize(
    ("points", "code", "max_points", "min_points"),
    [
        (0, "INVALID", None, None),
        (-1, "INVALID", None, None),
        (99, "BELOW_MINIMUM_POINTS", 800, 100),
        (801, "ABOVE_MAXIMUM_PERCENT", 800, 100),
        (1000, "ABOVE_MAXIMUM_PERCENT", 800, 100),
        (1100, "ABOVE_MAXIMUM_POINTS", 800, 100),
        (2_000_000_000, "ABOVE_MAXIMUM_POINTS", 800, 100),
        (2_147_483_647, "INVALID", None, None),
    ],
)
def test_a_wrong_number_of_points_is_refused_with_what_would_do(
    owner: Api, checkout: Checkout, points: int, code: str, max_points: int | None, min_points: int | None
):
    error = refused(owner, gid("Checkout", checkout), points)
    assert (error["field"], error["code"]) == ("points", code)
    assert (error["maxPoints"], error["minPoints"]) == (max_points, min_points)


@pytest.mark.parametrize("points", [100.5, 99.9999, 1e-9, "100", "100.5", True])
def test_what_is_no_whole_number_is_refused_and_never_rounded(owner: Api, checkout: Checkout, points):
    error = refused(owner, gid("Checkout", checkout), points)
    assert (error["field"], error["code"], error["message"]) == ("points", "INVALID", "This must be a whole number.")


def test_a_whole_number_with_a_decimal_point_is_whole(owner: Api, checkout: Checkout):
    assert apply(owner, checkout, 100.0)["checkout"]["loyalty"]["applied"]["points"] == 100


@pytest.mark.parametrize("points", [2_147_483_648, -(10**30), 1e300, None, [], {}, "many"])
def test_what_is_no_32_bit_number_is_refused_by_graphql_itself(owner: Api, checkout: Checkout, points):
    before = club.everything_written()
    answer = owner.ask(APPLY, id=gid("Checkout", checkout), points=points)
    assert (answer["data"], len(answer["errors"])) == (None, 1)
    assert club.everything_written() == before


def test_a_fractional_literal_is_refused_by_graphql_itself(owner: Api, checkout: Checkout):
    document = APPLY.replace("points: $points", "points: 100.5").replace(", $points: Int!", "")
    code, message = owner.error(document, id=gid("Checkout", checkout))
    assert code == "GraphQLError"
    assert 'Expected type "Int", found 100.5' in message
    assert Reservation.objects.count() == 0


@pytest.mark.parametrize("key", ["a\x00", "\x00", "k" * 251])
def test_a_key_that_cannot_be_stored_is_refused(owner: Api, checkout: Checkout, key: str):
    error = refused(owner, gid("Checkout", checkout), 100, key=key)
    assert (error["field"], error["code"]) == ("idempotencyKey", "INVALID")


def test_more_than_the_customer_has_is_refused(owner: Api, customer: User, variant):
    club.give(customer, 150)
    error = refused(owner, gid("Checkout", club.fill_cart(customer, variant)), 200)
    assert (error["field"], error["code"], error["maxPoints"]) == ("points", "INSUFFICIENT_POINTS", 150)


def test_a_step_that_does_not_fit_is_refused(owner: Api, checkout: Checkout):
    club.publish(club.rules(redemption={"step": 50}))
    error = refused(owner, gid("Checkout", checkout), 120)
    assert (error["code"], error["maxPoints"], error["minPoints"]) == ("NOT_MULTIPLE_OF_STEP", 800, 100)


def test_a_cart_with_nothing_to_pay_is_refused(owner: Api, checkout: Checkout):
    club.publish(club.rules(redemption={"scope": {"type": "PRODUCT", "slugs": ["lamp"]}}))
    assert refused(owner, gid("Checkout", checkout), 100)["code"] == "NOTHING_ELIGIBLE"


def test_a_cart_whose_discounts_exclude_points_is_refused(owner: Api, checkout: Checkout, variant):
    variant.listings.update(promotion_price=300)
    assert refused(owner, gid("Checkout", checkout), 100)["code"] == "NOT_COMBINABLE"


def test_a_paused_program_is_refused(owner: Api, checkout: Checkout, program):
    pause_program(program.pk, at=club.now())
    assert refused(owner, gid("Checkout", checkout), 100)["code"] == "PROGRAM_INACTIVE"


def test_a_plugin_that_is_switched_off_is_refused(owner: Api, checkout: Checkout, settings):
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False
    assert refused(owner, gid("Checkout", checkout), 100)["code"] == "PROGRAM_INACTIVE"


def test_another_currency_is_refused(owner: Api, checkout: Checkout):
    checkout.channel.currency = "USD"
    checkout.channel.save()
    assert refused(owner, gid("Checkout", checkout), 100)["code"] == "CURRENCY_MISMATCH"


def test_a_frozen_account_is_refused(owner: Api, checkout: Checkout):
    LoyaltyAccount.objects.update(status="FROZEN")
    assert refused(owner, gid("Checkout", checkout), 100)["code"] == "ACCOUNT_FROZEN"


def test_an_unconfirmed_customer_is_refused(owner: Api, checkout: Checkout, customer: User):
    User.objects.filter(pk=customer.pk).update(is_confirmed=False)
    assert refused(owner, gid("Checkout", checkout), 100)["code"] == "NOT_A_MEMBER"


def test_anybody_else_gets_the_answer_of_an_unknown_checkout(
    anonymous: Api, stranger: Api, staff: Api, app: Api, app_without: Api, owner: Api, checkout: Checkout
):
    # given
    unknown = refused(owner, gid("Checkout", "8b0aee4c-60e5-4c1c-93f9-0d1f3c8ad000"), 100)
    assert (unknown["field"], unknown["code"]) == ("id", "NOT_FOUND")

    # when / then
    for somebody in (anonymous, stranger, staff, app, app_without):
        assert refused(somebody, gid("Checkout", checkout), 100) == unknown


def test_a_guest_s_cart_takes_no_points_even_with_the_customer_s_e_mail(owner: Api, account, variant):
    checkout = club.fill_cart(None, variant, email="dana@example.com")
    assert refused(owner, gid("Checkout", checkout), 100)["code"] == "NOT_FOUND"


@pytest.mark.parametrize("checkout_id", ["", "garbage", "Q2hlY2tvdXQ6", "Q2hlY2tvdXQ", "5Zu+", "VXNlcjox"])
def test_a_malformed_or_foreign_id_is_refused(owner: Api, account, checkout_id: str):
    error = refused(owner, checkout_id, 100)
    assert (error["field"], error["code"]) == ("id", "INVALID")


def test_an_id_of_no_checkout_is_not_found(owner: Api, account):
    assert refused(owner, gid("Checkout", "no-uuid"), 100)["code"] == "NOT_FOUND"
    assert refused(owner, gid("Checkout", "1'; --"), 100)["code"] == "NOT_FOUND"


def test_the_same_key_and_request_applies_once(owner: Api, checkout: Checkout):
    # given
    first = apply(owner, checkout, 300, "key-1")

    # when
    again = apply(owner, checkout, 300, "key-1")

    # then
    assert again == first
    assert Reservation.objects.count() == 1


def test_the_same_key_for_another_request_is_refused(owner: Api, checkout: Checkout):
    apply(owner, checkout, 300, "key-1")
    error = refused(owner, gid("Checkout", checkout), 400, key="key-1")
    assert (error["field"], error["code"]) == ("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")


def test_an_explicit_null_key_is_as_none(owner: Api, checkout: Checkout):
    apply(owner, checkout, 300, None)
    assert apply(owner, checkout, 400, None)["checkout"]["loyalty"]["applied"]["points"] == 400


def test_a_refusal_speaks_the_cart_s_language(owner: Api, account, customer: User, variant):
    checkout = club.fill_cart(customer, variant, language_code="it")
    error = refused(owner, gid("Checkout", checkout), 99)
    assert error["message"] == "Hai chiesto di usare 99 punti. Il minimo è di 100 punti."


def test_two_mutations_in_one_document_each_see_what_the_other_wrote(owner: Api, checkout: Checkout):
    # when
    data = owner(
        """mutation($id: ID!) {
            one: checkoutLoyaltyPointsApply(id: $id, points: 300) { checkout { loyalty { applied { points } } } }
            two: checkoutLoyaltyPointsApply(id: $id, points: 100) { checkout { loyalty { applied { points } } } }
            three: checkoutLoyaltyPointsRemove(id: $id) { checkout { loyalty { applied { points } } } }
        }""",
        id=gid("Checkout", checkout),
    )

    # then
    assert {name: answer["checkout"]["loyalty"]["applied"] for name, answer in data.items()} == {
        "one": {"points": 300},
        "two": {"points": 100},
        "three": None,
    }
