"""Tiers (A-012, A-099): the sections ``tiers`` and ``tierPolicy`` of the rules document.

A tier is reached by what was earned or spent within a window, never by what an account holds. What it takes to reach
one and what it gives stands here; who has which is no business of the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import PlainValidator

from .fields import Amount, Currency, DocumentPart, Key, LongText, Name, Points, whole_number

TierBasis = Literal["POINTS_EARNED", "MONEY_SPENT"]
WindowMonths = Annotated[int, PlainValidator(whole_number(1, 1_200))]
KeepMonths = Annotated[int, PlainValidator(whole_number(0, 120))]
TierGraceDays = Annotated[int, PlainValidator(whole_number(0, 3_650))]

POINTS = "points"
"""The unit of requirements in points; those in money have their currency as unit."""


class TierText(DocumentPart):
    """A tier's name and benefits in one language. What is not given is said as the tier itself says it."""

    name: Name = ""
    benefits: tuple[LongText, ...] = ()


class Tier(DocumentPart):
    """One tier. They stand from the lowest to the highest."""

    key: Key
    name: Name
    translations: dict[str, TierText] = {}
    """By language code."""
    required_points: Points | None = None
    """Of the basis POINTS_EARNED: the qualifying points that reach it."""
    required_spend: dict[Currency, Amount] = {}
    """Of the basis MONEY_SPENT: the money that reaches it, in one of these currencies."""
    multiplier: Amount | None = None
    """What its members' orders earn is multiplied by this. None: nothing more than others earn."""
    benefits: tuple[LongText, ...] = ()
    """What else its members get, as texts for customers."""

    @property
    def requirement(self) -> Mapping[str, int | Decimal]:
        """What it takes, by unit: ``points`` or currencies. One of them is enough."""
        return self.required_spend if self.required_points is None else {POINTS: self.required_points}

    def text_in(self, language: str) -> TierText:
        """Return name and benefits in the language, or in the language that it is a variant of."""
        wanted = language.lower().replace("_", "-")
        by_code = {code.lower().replace("_", "-"): text for code, text in self.translations.items()}
        found = [by_code[code] for code in (wanted, wanted.partition("-")[0]) if code in by_code]
        name = next((text.name for text in found if text.name), self.name)
        benefits = next((text.benefits for text in found if text.benefits), self.benefits)
        return TierText.model_construct(name=name, benefits=benefits)


class TierPolicy(DocumentPart):
    """What reaches a tier, and how long one is kept."""

    basis: TierBasis = "POINTS_EARNED"
    window_months: WindowMonths | None = None
    """How far back what was earned or spent counts, in whole months. None: all of it, for ever."""
    grace_days: TierGraceDays = 0
    """How long somebody who no longer reaches a tier has it still."""
    keep_months: KeepMonths = 0
    """How long a tier is kept at least, from when it was reached; as long as what it was reached with stands."""
