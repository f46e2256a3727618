"""Ready sentences for the storefront: which message fits the facts, in one language and the program's own words.

It chooses codes and passes raw values; ``messages/`` alone turns them into text. Nothing here reads the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..ledger import AccountPoints
from ..messages import describe_refusal, render
from ..models import Reservation
from ..rules import ProgramRules, Receipt, ReceiptLine, RedemptionQuote, value_of_points
from ..selectors import OrderLoyalty
from .receipt_summary import reason_code, reason_points, summary_code, summary_points


@dataclass(frozen=True, slots=True)
class Message:
    """What LoyaltyMessage resolves from."""

    code: str
    severity: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts:
    """Writes messages for one language, program and channel. Without rules it says "points"."""

    language: str
    rules: ProgramRules | None
    channel: str
    currency: str

    def write(self, code: str, **facts: Any) -> str:
        return render(
            code,
            language=self.language,
            point_names=self.rules.point_names if self.rules else None,
            currency=self.currency,
            time_zone=self._time_zone(),
            **facts,
        )

    def message(self, code: str, severity: str = "INFO", **facts: Any) -> Message:
        return Message(code, severity, self.write(code, **facts))

    def _time_zone(self) -> str:
        listings = self.rules.channels if self.rules else ()
        return next((listing.time_zone for listing in listings if listing.channel == self.channel), "UTC")

    # Receipts

    def receipt_summary(self, receipt: Receipt) -> str:
        """Say what moved, or that an order earns nothing, and why; and what of a redemption is owed."""
        summary = self.write(summary_code(receipt), points=summary_points(receipt))
        reason = reason_code(receipt)
        return summary if reason is None else f"{summary} {self.write(reason, points=reason_points(receipt))}"

    def receipt_line(self, line: ReceiptLine, *, is_for_staff: bool) -> str:
        facts = {"points": line.points, "base": line.base, "rule": line.rule_key, "detail": line.detail}
        return self.write(f"RECEIPT_{line.code}{'_STAFF' if is_for_staff else ''}", **facts)

    # Products

    def offer(self, receipt: Receipt) -> str:
        """Say what a product earns (A-090)."""
        types = {rule.type for rule in self.rules.earning if rule.key in receipt.rule_keys} if self.rules else set()
        if receipt.points:
            code = "OFFER_EARN_FIXED" if types == {"FIXED_AMOUNT"} else "OFFER_EARN_VARIABLE"
            return self.write(code, points=receipt.points)
        short = [line.rule_key for line in receipt.lines if line.code == "BELOW_STEP"]
        for rule in self.rules.earning if self.rules and short else ():
            # A fixed award has no rate: what costs nothing earns nothing.
            if rule.key in short and rule.type == "CONVERSION_RATE":
                rate = rule.rate(self.channel)
                return self.write("OFFER_EARN_RATE", points=rate.points, value=rate.amount_step)
        return self.write("OFFER_EARN_NOTHING")

    def redemption_offer(self, quote: RedemptionQuote) -> str | None:
        """Say how a product can be paid with points (A-091); None where points cannot be spent at all."""
        if not quote.rule_key or quote.blocked_code == "PROGRAM_INACTIVE":
            return None
        if quote.blocked_code in ("NOTHING_ELIGIBLE", "NOT_COMBINABLE"):
            return self.write("OFFER_REDEEM_NOTHING")
        rule = self._redemption_rule(quote.rule_key)
        facts: dict[str, Any] = {
            "points": quote.rate_points,
            "value": quote.rate_value,
            "percent": quote.max_percent,
            "min_points": rule.min_points,
            "max_points": rule.max_points,
        }
        sentences = {
            f"OFFER_REDEEM_{quote.type}": True,
            "CONDITION_MINIMUM": rule.min_points is not None,
            "CONDITION_MAXIMUM": rule.max_points is not None,
            # The other sentence of a percentage rule says its share already.
            "OFFER_REDEEM_SHARE": quote.max_percent is not None and quote.type != "VARIABLE_PERCENT",
        }
        return " ".join(self.write(code, **facts) for code, holds in sentences.items() if holds)

    # Carts

    def estimate(self, points: int, *, is_member: bool) -> Message:
        """Say what a cart will earn."""
        if not is_member and self.rules is not None and self.rules.guest_earning == "NONE":
            return self.message("ESTIMATE_LOG_IN")
        if not points:
            return self.message("ESTIMATE_EARN_NOTHING")
        return self.message("ESTIMATE_EARN" if is_member else "ESTIMATE_EARN_GUEST", points=points)

    def conditions(self, quote: RedemptionQuote) -> list[str]:
        """Say the conditions of paying with points, by the type of redemption (A-093)."""
        rule = self._redemption_rule(quote.rule_key)
        if rule is None:
            return []
        facts: dict[str, Any] = {
            "points": quote.rate_points,
            "value": quote.rate_value,
            "percent": quote.max_percent,
            "base": quote.eligible_base,
            "number": quote.step,
            "min_points": rule.min_points,
            "max_points": rule.max_points,
        }
        conditions = {
            f"CONDITION_{quote.type}": True,
            "CONDITION_MINIMUM": rule.min_points is not None,
            "CONDITION_MAXIMUM": rule.max_points is not None,
            "CONDITION_PERCENT": quote.max_percent is not None,
            "CONDITION_STEP": quote.type != "FIXED" and quote.step > 1,
            "CONDITION_NO_COUPONS": not rule.combination.with_coupons,
            "CONDITION_NO_AUTOMATIC_DISCOUNTS": not rule.combination.with_automatic_discounts,
            "CONDITION_NO_BUY_X_GET_Y": not rule.combination.with_buy_x_get_y,
            "CONDITION_SHIPPING": True,
        }
        return [self.write(code, **facts) for code, holds in conditions.items() if holds]

    def blocked(self, quote: RedemptionQuote) -> str | None:
        """Say why points cannot be applied as asked, or at all (A-094); None where they can."""
        names = self.rules.point_names if self.rules else None
        return describe_refusal(quote, language=self.language, point_names=names)

    def limit(self, quote: RedemptionQuote) -> str | None:
        """Say what keeps the maximum from being higher."""
        if not quote.limit_reason or not quote.max_points:
            return None
        return self.write(f"LIMIT_{quote.limit_reason}", max_points=quote.max_points, percent=quote.max_percent)

    def earning_messages(self, points: int, *, is_member: bool, is_guest: bool) -> list[Message]:
        """Say to anybody who sees the cart what it will earn, and to a guest how to take part."""
        listing = self.rules.listing(self.channel) if self.rules else None
        messages = []
        if is_guest and listing is not None and listing.registration_required:
            messages.append(self.message("BLOCKED_REGISTRATION_REQUIRED", "ERROR"))
        messages.append(self.estimate(points, is_member=is_member))
        if is_guest:
            messages.append(self.message("CART_LOG_IN"))
        return messages

    def redemption_messages(self, quote: RedemptionQuote, reservation: Reservation | None) -> list[Message]:
        """Say to the customer what is applied and whether it still fits, or what could be (A-092, A-094)."""
        facts: dict[str, Any]
        if reservation is None:
            if quote.blocked_code is not None:
                return [Message(f"BLOCKED_{quote.blocked_code}", "WARNING", self.blocked(quote) or "")]
            facts = {"available_points": quote.available, "max_points": quote.max_points}
            return [self.message("CART_CAN_PAY", value=self.worth(quote, quote.max_points), **facts)]
        facts = {
            "points": reservation.points,
            "requested_points": reservation.requested_points,
            "value": reservation.value,
            "time": reservation.expires_at,
            "max_points": quote.max_points,
        }
        if quote.blocked_code is not None or reservation.points > quote.max_points:
            return [self.message("APPLIED_NO_LONGER_FITS", "ERROR", **facts)]
        is_lowered = reservation.points < reservation.requested_points
        first = self.message("APPLIED_LOWERED", "WARNING", **facts) if is_lowered else self.message("APPLIED", **facts)
        return [first, self.message("RESERVED_UNTIL", **facts)]

    @staticmethod
    def worth(quote: RedemptionQuote, points: int) -> Any:
        """Return what the points are worth at the quote's rate."""
        if not quote.rate_points:
            return quote.applied_value
        return value_of_points(
            points, rate_points=quote.rate_points, rate_value=quote.rate_value, currency=quote.currency
        )

    def _redemption_rule(self, key: str) -> Any:
        rules = self.rules.redemption if self.rules else ()
        return next((rule for rule in rules if rule.key == key), None)

    # The club area

    def account(self, points: AccountPoints, *, worth: Decimal | None) -> list[Message]:
        """Say what was earned, redeemed and is left in all (A-097, A-098); the rest only where there is any.

        ``worth`` is that of the available points, or None where they cannot be spent.
        """
        unredeemed = points.available + points.pending + points.reserved
        available = "ACCOUNT_AVAILABLE" if worth is None else "ACCOUNT_AVAILABLE_WORTH"
        messages = [
            self.message("ACCOUNT_EARNED", points=points.given),
            self.message("ACCOUNT_REDEEMED", points=points.redeemed),
            self.message("ACCOUNT_UNREDEEMED", points=unredeemed),
            self.message(available, points=points.available, value=worth),
        ]
        more = {
            "ACCOUNT_PENDING": ("INFO", points.pending),
            "ACCOUNT_RESERVED": ("INFO", points.reserved),
            "ACCOUNT_EXPIRING": ("WARNING", points.expiring_soon),
            "ACCOUNT_DEBT": ("WARNING", points.debt),
        }
        messages += [
            self.message(code, severity, points=number) for code, (severity, number) in more.items() if number
        ]
        return messages

    # Orders

    def order(self, loyalty: OrderLoyalty, *, has_customer: bool) -> list[Message]:
        """Say what an order redeemed, earned, will earn, lost and gave back (A-095, A-096)."""
        messages = []
        if loyalty.redeemed and loyalty.earned:
            facts: dict[str, Any] = {"redeemed_points": loyalty.redeemed, "value": loyalty.redeemed_value}
            messages.append(self.message("ORDER_REDEEMED_AND_EARNED", earned_points=loyalty.earned, **facts))
        elif loyalty.redeemed:
            messages.append(self.message("ORDER_REDEEMED", points=loyalty.redeemed, value=loyalty.redeemed_value))
        elif loyalty.earned:
            messages.append(self.message("ORDER_EARNED", points=loyalty.earned))
        if loyalty.pending and not has_customer:
            messages.append(self.message("ORDER_PENDING_GUEST", points=loyalty.pending))
        elif loyalty.pending and self.rules:
            messages.append(self.message(f"ORDER_PENDING_{self.rules.trigger}", points=loyalty.pending))
        if loyalty.reversed:
            messages.append(self.message("ORDER_REVERSED", "WARNING", points=loyalty.reversed))
        if loyalty.returned:
            messages.append(self.message("ORDER_RETURNED", points=loyalty.returned))
        return messages or [self.message("ORDER_EARNED_NOTHING")]
