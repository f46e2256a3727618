"""Stored receipts, made ready to be read: with the language, the program's words and the channel's currency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promise import Promise

from ..rules import receipt_from_json
from .dataloaders import RulesByVersionIdLoader
from .request import LoyaltyRequest
from .texts import Texts
from .types.receipt import ReceiptInWords


def receipt_in_words(
    request: LoyaltyRequest,
    data: Mapping[str, Any],
    *,
    version_id: int | None,
    channel: str,
    language_code: str | None,
) -> Promise:
    """Return a promise of what LoyaltyReceipt resolves from."""
    receipt = receipt_from_json(data)
    rules = (
        request.loader(RulesByVersionIdLoader).load(version_id) if version_id is not None else Promise.resolve(None)
    )

    def with_rules(found: Any) -> ReceiptInWords:
        texts = Texts(
            language=language_code or request.language_code or "en",
            rules=found,
            channel=channel,
            currency=receipt.currency,
        )
        return ReceiptInWords(receipt=receipt, texts=texts, version_id=version_id)

    return rules.then(with_rules)
