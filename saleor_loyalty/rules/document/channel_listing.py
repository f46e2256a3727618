"""A program in one channel."""

from __future__ import annotations

from .fields import Currency, DocumentPart, Key, Slug, TimeZone, YesOrNo


class ChannelListing(DocumentPart):
    """One channel of the program."""

    key: Key
    channel: Slug
    """The channel's slug."""
    currency: Currency
    is_active: YesOrNo = True
    registration_required: YesOrNo = False
    """Only registered customers may buy in this channel (A-008)."""
    time_zone: TimeZone = "UTC"
