"""Receipts and ready messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import graphene
from promise import Promise

from ...rules import Receipt, ReceiptLine
from .. import host_types
from ..dataloaders import ProgramVersionByIdLoader
from ..enums import LoyaltyMessageSeverityEnum, LoyaltyReceiptCodeEnum
from ..host_types import MoneyValue
from ..permissions import STAFF_ONLY
from ..request import loyalty_request
from ..texts import Texts
from .program import LoyaltyProgramVersion


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptInWords:
    """A receipt and who writes its texts."""

    receipt: Receipt
    texts: Texts
    version_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptLineInWords:
    line: ReceiptLine
    texts: Texts


class LoyaltyMessage(graphene.ObjectType):  # type: ignore[misc]
    code = graphene.String(required=True, description="The stable code of the message.")
    severity = LoyaltyMessageSeverityEnum(required=True, description="How important it is.")
    text = graphene.String(required=True, description="The ready text.")

    class Meta:
        description = "A ready message for the customer."


class LoyaltyReceiptLine(graphene.ObjectType):  # type: ignore[misc]
    code = LoyaltyReceiptCodeEnum(required=True, description="The reason.")
    message = graphene.String(required=True, description="The reason in words.")
    staff_message = graphene.String(description="The reason with rule, base and detail." + STAFF_ONLY)
    line_id = graphene.String(description="The shop's key of the line; null where it is about the whole basket.")
    rule_key = graphene.String(description="The key of the rule." + STAFF_ONLY)
    base = graphene.Field(host_types.Money, description="The money that it is about; null where it is about none.")
    points = graphene.Int(required=True, description="The points that it gave or took.")
    detail = graphene.String(description="Rate, cap or reason as the rules see it." + STAFF_ONLY)

    class Meta:
        description = "One reason of a receipt."

    @staticmethod
    def resolve_code(root: ReceiptLineInWords, _info: Any) -> str:
        return root.line.code

    @staticmethod
    def resolve_message(root: ReceiptLineInWords, _info: Any) -> str:
        return root.texts.receipt_line(root.line, is_for_staff=False)

    @staticmethod
    def resolve_staff_message(root: ReceiptLineInWords, info: Any) -> str | None:
        if not loyalty_request(info).requester.can_manage_loyalty:
            return None
        return root.texts.receipt_line(root.line, is_for_staff=True)

    @staticmethod
    def resolve_line_id(root: ReceiptLineInWords, _info: Any) -> str | None:
        return root.line.order_line_id

    @staticmethod
    def resolve_rule_key(root: ReceiptLineInWords, info: Any) -> str | None:
        return root.line.rule_key if loyalty_request(info).requester.can_manage_loyalty else None

    @staticmethod
    def resolve_base(root: ReceiptLineInWords, _info: Any) -> MoneyValue | None:
        return MoneyValue(root.line.base, root.texts.currency) if root.texts.currency else None

    @staticmethod
    def resolve_points(root: ReceiptLineInWords, _info: Any) -> int:
        return root.line.points

    @staticmethod
    def resolve_detail(root: ReceiptLineInWords, info: Any) -> str | None:
        return root.line.detail if loyalty_request(info).requester.can_manage_loyalty else None


class LoyaltyReceipt(graphene.ObjectType):  # type: ignore[misc]
    points = graphene.Int(required=True, description="The points, the sum of the lines.")
    summary = graphene.String(
        required=True,
        description="The receipt in one sentence; in a second one why nothing was earned, or what is owed.",
    )
    lines = graphene.List(graphene.NonNull(LoyaltyReceiptLine), required=True, description="The reasons.")
    program_version = graphene.Field(LoyaltyProgramVersion, description="The rules that it was judged by.")

    class Meta:
        description = "Why an award, a refusal, a redemption or any other movement came to its points."

    @staticmethod
    def resolve_points(root: ReceiptInWords, _info: Any) -> int:
        return root.receipt.points

    @staticmethod
    def resolve_summary(root: ReceiptInWords, _info: Any) -> str:
        return root.texts.receipt_summary(root.receipt)

    @staticmethod
    def resolve_lines(root: ReceiptInWords, _info: Any) -> list[ReceiptLineInWords]:
        return [ReceiptLineInWords(line=line, texts=root.texts) for line in root.receipt.lines]

    @staticmethod
    def resolve_program_version(root: ReceiptInWords, info: Any) -> Promise | None:
        if root.version_id is None:
            return None
        return loyalty_request(info).loader(ProgramVersionByIdLoader).load(root.version_id)
