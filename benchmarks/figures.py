"""What is computed from the samples of a run: medians, ratios of alternating rounds, and whether a target is met.

A round measures every case once, one right after the other, so that the load of the machine, which changes from round
to round, is nearly the same for the cases of one round. So times are compared round by round, and the median of those
ratios is reported. Statements do not depend on the load: a number that differs between rounds means that the rounds
did not do the same, and is refused.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

TWO_DIGITS = 2


class RoundsDisagree(Exception):
    """The same operation took another number of statements in another round: nothing can be said about it."""


@dataclass(frozen=True)
class Samples:
    """One operation in one case: an entry of each list for every round."""

    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    """The processor's time in the process alone: without the database and without waiting."""
    statements: list[int] = field(default_factory=list)

    def add(self, *, seconds: float, cpu_seconds: float, statements: int) -> None:
        self.seconds.append(seconds)
        self.cpu_seconds.append(cpu_seconds)
        self.statements.append(statements)

    @property
    def milliseconds(self) -> float:
        """The median time."""
        return statistics.median(self.seconds) * 1000


def agreed_statements(name: str, statements: Sequence[int]) -> int:
    """Return the number of statements that all rounds agree on. Raises RoundsDisagree."""
    if not statements:
        raise RoundsDisagree(f"{name}: no round was measured")
    if len(set(statements)) > 1:
        raise RoundsDisagree(f"{name}: the rounds took {sorted(set(statements))} statements")
    return statements[0]


def time_ratio(seconds: Sequence[float], baseline: Sequence[float]) -> float:
    """Return the median over the rounds of the time as a multiple of the baseline's in the same round."""
    return statistics.median(time / base for time, base in zip(seconds, baseline, strict=True))


@dataclass(frozen=True, kw_only=True)
class Target:
    """What must hold of one case compared with another: so many more statements, so much more of the time."""

    statements_more: int
    time_ratio: float


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One operation in a case and in the case that it is compared with."""

    operation: str
    case: str
    baseline: str
    statements: int
    baseline_statements: int
    milliseconds: float
    baseline_milliseconds: float
    time_ratio: float
    cpu_ratio: float
    target: Target

    @property
    def are_statements_met(self) -> bool:
        return self.statements - self.baseline_statements <= self.target.statements_more

    @property
    def is_time_met(self) -> bool:
        return round(self.time_ratio, TWO_DIGITS) <= self.target.time_ratio


def compare(
    operation: str, *, case: str, baseline: str, samples: Samples, base: Samples, target: Target
) -> Comparison:
    """Return the comparison. Raises RoundsDisagree."""
    return Comparison(
        operation=operation,
        case=case,
        baseline=baseline,
        statements=agreed_statements(f"{operation}, {case}", samples.statements),
        baseline_statements=agreed_statements(f"{operation}, {baseline}", base.statements),
        milliseconds=samples.milliseconds,
        baseline_milliseconds=base.milliseconds,
        time_ratio=time_ratio(samples.seconds, base.seconds),
        cpu_ratio=time_ratio(samples.cpu_seconds, base.cpu_seconds),
        target=target,
    )
