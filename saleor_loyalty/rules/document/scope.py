"""What a rule looks at, and which other discounts it tolerates. Shared by earning and redemption."""

from __future__ import annotations

from typing import Literal

from .fields import DocumentPart, Slug, YesOrNo

ScopeType = Literal["SHOP", "CATEGORY", "COLLECTION", "PRODUCT", "VARIANT"]


class Scope(DocumentPart):
    """The lines a rule looks at. A category stands for all its descendants too."""

    type: ScopeType = "SHOP"
    slugs: tuple[Slug, ...] = ()
    """Slugs of categories, collections or products, or SKUs of variants; empty for the whole shop."""


class Combination(DocumentPart):
    """The three switches (A-031 to A-034, A-061, A-062, A-071): each off unless the document says otherwise."""

    with_coupons: YesOrNo = False
    with_automatic_discounts: YesOrNo = False
    with_buy_x_get_y: YesOrNo = False
