"""Scalars, enums, inputs and money, under Saleor's names."""

from __future__ import annotations

from decimal import Decimal as PythonDecimal
from typing import Any

import graphene
from graphql.language import ast


class Decimal(graphene.Scalar):
    """A number without loss."""

    @staticmethod
    def serialize(value: Any) -> PythonDecimal:
        return PythonDecimal(value)

    @staticmethod
    def parse_value(value: Any) -> PythonDecimal | None:
        try:
            number = PythonDecimal(str(value))
        except ArithmeticError:
            return None
        return number if number.is_finite() else None

    @staticmethod
    def parse_literal(node: Any) -> PythonDecimal | None:
        if isinstance(node, ast.FloatValue | ast.IntValue | ast.StringValue):
            return Decimal.parse_value(node.value)
        return None


ErrorPolicyEnum = graphene.Enum(
    "ErrorPolicyEnum", [(name, name.lower()) for name in ("IGNORE_FAILED", "REJECT_EVERYTHING", "REJECT_FAILED_ROWS")]
)


class Upload(graphene.Scalar):
    """A file. In the variables of a multipart request it is null; the request's map names the part that holds it."""

    @staticmethod
    def serialize(value: Any) -> Any:
        return value

    @staticmethod
    def parse_value(value: Any) -> Any:
        return value

    @staticmethod
    def parse_literal(_node: Any) -> None:
        return None


# Saleor writes amounts as JSON numbers with the currency's own decimals; so does the view (see ``view.py``).
class Money(graphene.ObjectType):
    currency = graphene.String(required=True)
    amount = graphene.Field(Decimal, required=True)


class TaxedMoney(graphene.ObjectType):
    currency = graphene.String(required=True)
    gross = graphene.Field(Money, required=True)
    net = graphene.Field(Money, required=True)
    tax = graphene.Field(Money, required=True)


def money(amount: PythonDecimal, currency: str) -> Money:
    return Money(amount=amount, currency=currency)


def taxed_money(net: PythonDecimal, gross: PythonDecimal, currency: str) -> TaxedMoney:
    return TaxedMoney(
        currency=currency,
        net=money(net, currency),
        gross=money(gross, currency),
        tax=money(gross - net, currency),
    )


class OrderDirection(graphene.Enum):
    ASC = ""
    DESC = "-"


LanguageCodeEnum = graphene.Enum(
    "LanguageCodeEnum",
    [
        (code.upper().replace("-", "_"), code)
        for code in ("en", "en-us", "he", "he-il", "ar", "ar-eg", "it", "de", "fr", "pt-br", "ru", "pl")
    ],
)


class DateRangeInput(graphene.InputObjectType):
    gte = graphene.Date()
    lte = graphene.Date()


class DateTimeRangeInput(graphene.InputObjectType):
    gte = graphene.DateTime()
    lte = graphene.DateTime()


class IntRangeInput(graphene.InputObjectType):
    gte = graphene.Int()
    lte = graphene.Int()
