"""The time as a test wants it."""

import datetime

from tests.ledger.builders import NOW


class Clock:
    def __init__(self) -> None:
        self.now = NOW + datetime.timedelta(seconds=1)

    def __call__(self) -> datetime.datetime:
        return self.now

    def pass_time(self, **parts: int) -> datetime.datetime:
        self.now += datetime.timedelta(**parts)
        return self.now
